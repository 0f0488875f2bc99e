import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import type { CodecSpec } from "../../src/codec/contract.js";
import { decodeChunk } from "../../src/codec/decode-chunk.js";
import { codecRegistry } from "../../src/codec/registry.js";
import { isGraticuleError } from "../../src/errors.js";

/** A chunk as an outside encoder wrote it; `raw` is what its own decoder makes of it, as a zlib stream. */
interface Sample {
  readonly name: string;
  readonly codecs: readonly CodecSpec[];
  readonly mask?: number;
  readonly raw: string;
  readonly stored: string;
}

const registry = codecRegistry();

test("scaleoffset that was to keep all bits went by its filter, in the order of the type", async () => {
  // h5py 3.16, HDF5 2.0: 0 0 0 0 4 5 -300 32767 as big-endian int16 with scaleoffset=16, as read_direct_chunk gives it.
  const stored = Buffer.from("0000000000000000" + "00040005fed47fff", "hex");
  const parameters = Object.fromEntries([2, 16, 8, 0, 2, 1, 1, 1].map((value, i) => [i, value]));
  const codecs: CodecSpec[] = [{ id: "scaleoffset", parameters }];
  const context = { decodedLength: 16, parallel: false, reuse: false };
  expect(Buffer.compare(await decodeChunk(stored, codecs, 0, registry, context), stored)).toBe(0);
  const short = decodeChunk(stored.subarray(0, 10), codecs, 0, registry, context);
  await expect(short).rejects.toMatchObject({ tag: "malformed" });
});

describe.each(["codec-hdf5", "codec-zarr"])("%s", (file) => {
  const samples = (JSON.parse(readFileSync(`sample-data/${file}.json`, "utf8")) as readonly Sample[]).map((sample) => ({
    ...sample,
    raw: inflateSync(Buffer.from(sample.raw, "base64")),
    stored: Buffer.from(sample.stored, "base64"),
  }));

  test.each(samples)("$name", async ({ codecs, mask = 0, raw, stored }) => {
    const before = Buffer.from(stored);
    for (const [parallel, reuse] of [
      [false, false],
      [false, true],
      [true, false],
    ] as const) {
      const context = { decodedLength: raw.length, parallel, reuse };
      const decoded = await decodeChunk(stored, codecs, mask, registry, context);
      expect(Buffer.compare(decoded, raw)).toBe(0);
      expect(Buffer.compare(stored, before)).toBe(0);
    }
  });

  /** Chunks that their filter mask leaves as they are have no decoder that could notice. */
  const decoded = samples.filter(({ mask = 0 }) => mask === 0);

  /** How decoding ends: a tag, or that it went on without notice. */
  const ending = (sample: (typeof samples)[number], stored: Uint8Array, decodedLength: number) =>
    decodeChunk(stored, sample.codecs, sample.mask ?? 0, registry, { decodedLength, parallel: false, reuse: true }).then(
      (decoded) => (decoded.length === decodedLength ? "decoded" : `${decoded.length} bytes`),
      (error: unknown) => (isGraticuleError(error) ? error.tag : error),
    );
  const endings = ["decoded", "malformed", "checksum", "unsupported"];

  test("chunks cut short end in an error of the family", async () => {
    for (const sample of decoded)
      for (const length of [0, 1, 2, 3, 5, sample.stored.length >> 1, sample.stored.length - 1])
        if (length < sample.stored.length)
          expect([...endings, sample.name]).toContain(await ending(sample, sample.stored.subarray(0, length), sample.raw.length));
  });

  test("chunks with a changed byte decode or end in an error of the family", async () => {
    for (const sample of decoded)
      for (let at = 0; at < sample.stored.length; at += Math.ceil(sample.stored.length / 24)) {
        const damaged = Buffer.from(sample.stored);
        damaged[at] = (damaged[at] as number) ^ 0xa5;
        expect([...endings, sample.name]).toContain(await ending(sample, damaged, sample.raw.length));
      }
  });

  test("chunks of another length than the shape needs are refused or give that length", async () => {
    for (const sample of decoded)
      for (const length of [sample.raw.length + 8, Math.max(0, sample.raw.length - 8)])
        expect([...endings, sample.name]).toContain(await ending(sample, sample.stored, length));
  });
});
