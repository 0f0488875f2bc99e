import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import { wholeBox } from "../../../src/schema/box.js";
import { openBytes, openStore, refsOf, samples } from "./open-store.js";

const DAMAGE = 0x20;
const ARRAY = { zarr_format: 2, shape: [4], chunks: [4], dtype: "|u1", compressor: null, filters: null, order: "C", fill_value: 0 };

describe("a stored member that is not what its CRC-32 was made of is told", () => {
  test.each(["v2.zip", "v3.zip"])("in every array of %s of which a chunk is a member", async (name) => {
    const path = join(samples, "zarr-contract", name);
    const original = readFileSync(path);
    const sound = await openStore(path);
    let compared = 0;
    for (const { path: array, shape } of sound.dataset.variables) {
      const [ref] = await refsOf(sound.variable(array), wholeBox(shape), sound.context);
      if (ref?.kind !== "stored") continue;
      const copy = Buffer.from(original);
      const at = ref.offset + (ref.length >> 1);
      copy[at] = (copy[at] as number) ^ DAMAGE;
      const { values } = await openBytes(copy, path);
      await expect(values(array)).rejects.toMatchObject({ tag: "checksum", offset: ref.offset, variable: array });
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });

  test("also where it is a list's", async () => {
    const refs = { ".zarray": { ...ARRAY, dtype: "|O", fill_value: "", filters: [{ id: "vlen-utf8" }], shape: [2], chunks: [2] } };
    const chunk = Buffer.from([2, 0, 0, 0, 1, 0, 0, 0, 65, 1, 0, 0, 0, 66]);
    const zip = storedZip({ ".zarray": json(refs[".zarray"]), 0: chunk });
    expect(await (await openBytes(zip, "texts.zip")).values("/")).toEqual(["A", "B"]);
    zip[zip.indexOf(chunk) + 8] = 0x43;
    await expect((await openBytes(zip, "texts.zip")).values("/")).rejects.toMatchObject({ tag: "checksum" });
  });
});

describe("a large uncompressed member", () => {
  const length = 1 << 21;
  const body = Buffer.alloc(length, 7);
  const metadata = json({ ...ARRAY, shape: [length - 5], chunks: [length] });
  const zip = storedZip({ ".zarray": metadata, 0: body });
  zip[zip.indexOf(body) + 1000] = 8;

  test("is compared where all of it is wanted", async () => {
    const { variable, context } = await openBytes(zip, "large.zip");
    await expect(readBox(variable("/"), wholeBox(variable("/").shape), context)).rejects.toMatchObject({ tag: "checksum" });
  });

  test("is read in part where that is what is wanted, and then not compared", async () => {
    const { variable, context } = await openBytes(zip, "large.zip");
    expect([...((await readBox(variable("/"), [{ start: 999, stop: 1002 }], context)) as Uint8Array)]).toEqual([7, 8, 7]);
  });

  test("is compared by verify, in words", async () => {
    const { dataset, context } = await openBytes(zip, "large.zip");
    expect(await dataset.verify?.(context)).toEqual(["0 differs from its CRC-32 in the zip file"]);
  });
});

test.each(["v2.zip", "deflated.zip", "sharded.zip", "root-array.zip"])("%s has nothing that verify could find", async (name) => {
  const { dataset, context } = await openStore(join(samples, "zarr-contract", name));
  expect(await dataset.verify?.(context)).toEqual([]);
});

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A zip file of stored members (APPNOTE.TXT 4.3). */
function storedZip(members: Readonly<Record<string, Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(members)) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("504b0304", "hex"), common, Buffer.from(name), bytes]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from("504b01021400", "hex"), common, place, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
