import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { openHdf5 } from "../support/hdf5-variables.js";

const folder = mkdtempSync(join(tmpdir(), "graticule-limits-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MIB = 1 << 20;

/**
 * The sample whose `/text/scalar` lies in an object of the global heap of so many bytes. The file has them: they are a hole in it.
 * A collection: "GCOL", version, its size at byte 8; from 16 on objects: index, their size 8 bytes later, their data from 16 on, padded
 * to 8 bytes (file format specification, III.E).
 */
function withLongText(length: number, fileLength: number): string {
  const bytes = readFileSync("sample-data/hdf5-values.h5");
  const heap = bytes.indexOf("GCOL");
  let object = heap + 16;
  while (bytes.readUInt16LE(object) !== SCALAR) object += 16 + 8 * Math.ceil(Number(bytes.readBigUInt64LE(object + 8)) / 8);
  const place = Buffer.alloc(12);
  place.writeBigUInt64LE(BigInt(heap));
  place.writeUInt32LE(SCALAR, 8);
  bytes.writeUInt32LE(length, bytes.indexOf(place) - 4);
  bytes.writeBigUInt64LE(BigInt(length + object - heap + 64), heap + 8);
  bytes.writeBigUInt64LE(BigInt(length), object + 8);
  const path = join(folder, `${length}-${fileLength}.h5`);
  writeFileSync(path, bytes);
  truncateSync(path, fileLength);
  return path;
}

/** Its number in the collection. */
const SCALAR = 22;

async function refusal(path: string): Promise<string> {
  const file = await openHdf5(path);
  try {
    return await file.read("/text/scalar").then(
      () => "read",
      (error: { tag: string; message: string }) => `${error.tag}: ${error.message}`,
    );
  } finally {
    await file.close();
  }
}

describe("sizes beyond what is held in memory", () => {
  test("an object of the global heap: unsupported, with its size and the limit", async () => {
    expect(await refusal(withLongText(300 * MIB, 400 * MIB))).toBe(
      `unsupported: one read of ${300 * MIB} bytes of the global heap and perhaps more; the most is ${256 * MIB}`,
    );
  });

  test("one that the file does not have is damage", async () => {
    expect(await refusal(withLongText(300 * MIB, MIB))).toMatch(/^truncated: /);
  });

  test("a part of a structure's field that is read at once", async () => {
    const { readElements } = await import("../../plugins/hdf5/src/values/read-elements.js");
    const file = await openHdf5("sample-data/hdf5-values.h5");
    const header = { dtype: { name: "int8", size: 1 }, arrayShape: [], address: 96 };
    const box = [{ start: 0, stop: 1025 * MIB }];
    await expect(readElements({ file: {}, header } as never, box, file.context)).rejects.toMatchObject({
      tag: "unsupported",
      message: `a part of ${1025 * MIB} bytes that must be read at once; the most is ${1024 * MIB}`,
    });
    await file.close();
  });
});
