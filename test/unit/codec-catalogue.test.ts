import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { catalogueEntry, listCodecs } from "../../src/codec/catalogue.js";
import type { CodecSpec } from "../../src/codec/contract.js";
import { decodeChunk } from "../../src/codec/decode-chunk.js";
import { codecRegistry } from "../../src/codec/registry.js";

interface Sample {
  readonly name: string;
  readonly codecs: readonly CodecSpec[];
  readonly raw: string;
  readonly stored: string;
}

const registry = codecRegistry();
const samples = ["codec-hdf5", "codec-zarr"].flatMap(
  (file) => JSON.parse(readFileSync(`sample-data/${file}.json`, "utf8")) as readonly Sample[],
);

function sample(name: string): { codecs: readonly CodecSpec[]; stored: Buffer; length: number } {
  const found = samples.find((one) => one.name === name);
  if (!found) throw new Error(`no sample ${name}`);
  return {
    codecs: found.codecs,
    stored: Buffer.from(found.stored, "base64"),
    length: inflateSync(Buffer.from(found.raw, "base64")).length,
  };
}

describe("the catalogue", () => {
  test("lists every codec once, under the names of HDF5 and Zarr", () => {
    const listed = listCodecs();
    for (const names of [
      listed.map(({ id }) => id),
      listed.flatMap(({ hdf5 }) => hdf5 ?? []),
      listed.flatMap(({ zarr }) => zarr ?? []),
    ])
      expect(new Set<string | number>(names).size).toBe(names.length);
    expect(listed.filter(({ what, hdf5, zarr }) => what === "" || (hdf5 ?? zarr) === undefined)).toEqual([]);
    expect(listed.flatMap(({ hdf5 }) => hdf5 ?? []).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 307, 32000, 32001, 32004, 32008, 32015, 32022, 32023, 32026,
    ]);
  });

  test.each(listCodecs().map(({ id }) => id))("%s loads", async (id) => {
    expect(registry.has(id)).toBe(true);
    expect(typeof (await registry.get({ id, parameters: {} })).decode).toBe("function");
  });

  test("knows numcodecs' names with Zarr 3's prefix", async () => {
    expect(registry.has("numcodecs.delta")).toBe(true);
    expect(registry.label({ id: "numcodecs.zlib", parameters: { level: 3 } })).toBe("zlib:3");
    expect(catalogueEntry("numcodecs.toString")).toBeUndefined();
    await expect(registry.get({ id: "numcodecs.pcodec", parameters: {} })).rejects.toMatchObject({
      tag: "unsupported",
      message: "no decoder for codec pcodec",
    });
  });

  test("what the outside encoders wrote needs no codec that is not there", () => {
    expect(samples.flatMap(({ codecs }) => codecs).filter(({ id }) => !registry.has(id))).toEqual([]);
  });
});

describe("checksums are compared", () => {
  const flipped = async (name: string, at: (length: number) => number) => {
    const { codecs, stored, length } = sample(name);
    const damaged = Buffer.from(stored);
    damaged[at(stored.length)] = (damaged[at(stored.length)] as number) ^ 0x10;
    for (const [parallel, reuse] of [
      [false, true],
      [false, false],
      [true, false],
    ] as const)
      await expect(decodeChunk(damaged, codecs, 0, registry, { decodedLength: length, parallel, reuse })).rejects.toMatchObject({
        tag: "checksum",
      });
  };

  test.each(["crc32 of <f4", "crc32c of <f4", "adler32 of <f4", "fletcher32 of <f4"])("%s", async (name) => {
    await flipped(name, (length) => length >> 1);
    await flipped(name, (length) => length - 1);
    await flipped(name, () => 0);
  });

  test("zstd's own", () => flipped("zstd of <f4 with checksum", (length) => length - 2));
  test("zlib's own", () => flipped("zlib of <f4", (length) => length - 2));
  test("gzip's own", () => flipped("gzip of <f4", (length) => length - 6));
  test("bzip2's, of a block", () => flipped("bz2 of <f4", () => 11));
  test("bzip2's, of the stream", () => flipped("bz2 of <f4", (length) => length - 3));
});

describe("few bytes that claim much", () => {
  const huge = 1_900_000_000;
  const refused = (stored: Uint8Array, spec: CodecSpec, decodedLength = huge) =>
    decodeChunk(stored, [spec], 0, registry, { decodedLength, parallel: false });

  test("a Blosc chunk without room for its blocks' offsets", async () => {
    const stored = Buffer.alloc(64);
    stored.set([2, 1, 0x21, 4]);
    stored.writeUInt32LE(huge, 4);
    stored.writeUInt32LE(1024, 8);
    stored.writeUInt32LE(64, 12);
    await expect(refused(stored, { id: "blosc", parameters: {} })).rejects.toMatchObject({
      tag: "malformed",
      message: expect.stringContaining("offsets of 1855469 blocks"),
    });
  });

  test("sizes that the chunk's shape does not have", async () => {
    const lz4 = Buffer.alloc(40);
    lz4.writeUInt32LE(huge, 0);
    await expect(refused(lz4, { id: "lz4", parameters: {} }, 400)).rejects.toMatchObject({
      tag: "malformed",
      message: `lz4 gives ${huge} bytes where the chunk needs 400`,
    });
    await expect(refused(lz4, { id: "lz4", parameters: {} })).rejects.toMatchObject({
      message: expect.stringContaining("cannot give"),
    });
  });

  test("types of nbit without end", async () => {
    const nested = Array.from({ length: 200 }, () => [2, 8]).flat();
    const values = [nested.length, 0, 1, ...nested];
    const parameters = Object.fromEntries(values.map((value, i) => [i, value]));
    await expect(refused(Buffer.alloc(8), { id: "nbit", parameters }, 8)).rejects.toMatchObject({
      tag: "malformed",
      message: expect.stringContaining("nested more than"),
    });
  });

  test("an interval of szip that is too large", async () => {
    const parameters = { optionMask: 141, pixelsPerBlock: 2, bitsPerPixel: 8, pixelsPerScanline: 2 ** 31 };
    const stored = Buffer.from([8, 0, 0, 0, 1, 2, 3]);
    await expect(refused(stored, { id: "szip", parameters }, 8)).rejects.toMatchObject({ tag: "malformed" });
  });
});

test("codecs of other lengths than their input's keep the lengths before them exact", async () => {
  const { codecs, stored, length } = sample("fixedscaleoffset, packed and checked");
  const context = { decodedLength: length + 8, parallel: false };
  await expect(decodeChunk(stored, codecs, 0, registry, context)).rejects.toMatchObject({
    tag: "malformed",
    message: expect.stringContaining("deflate gives 600 bytes where the chunk needs 602"),
  });
});
