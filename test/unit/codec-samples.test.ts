import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { CodecSpec } from "../../src/codec/contract.js";
import { decodeChunk } from "../../src/codec/decode-chunk.js";
import { codecRegistry } from "../../src/codec/registry.js";
import { isGraticuleError } from "../../src/errors.js";

interface Sample {
  readonly name: string;
  readonly codecs: readonly CodecSpec[];
  readonly raw: string;
  readonly stored: string;
}

const samples = JSON.parse(readFileSync("sample-data/codecs.json", "utf8")) as readonly Sample[];
const registry = codecRegistry();

describe.each([false, true])("on the thread pool: %s", (parallel) => {
  test.each(samples)("$name", async ({ codecs, raw, stored }) => {
    const bytes = Buffer.from(raw, "base64");
    const encoded = Buffer.from(stored, "base64");
    const before = Buffer.from(encoded);
    const decoded = await decodeChunk(encoded, codecs, 0, registry, { decodedLength: bytes.length, parallel });
    expect(Buffer.compare(decoded, bytes)).toBe(0);
    expect(Buffer.compare(encoded, before)).toBe(0);
  });
});

describe("damage", () => {
  const failures = async (sample: Sample, encoded: Uint8Array, decodedLength: number) => {
    const context = { decodedLength, parallel: false };
    return decodeChunk(encoded, sample.codecs, 0, registry, context).then(
      () => "decoded",
      (error: unknown) => (isGraticuleError(error) ? error.tag : error),
    );
  };

  test.each(samples)("$name, cut short", async (sample) => {
    const raw = Buffer.from(sample.raw, "base64");
    const stored = Buffer.from(sample.stored, "base64");
    for (const length of [0, 1, stored.length >> 1, stored.length - 1]) {
      const found = await failures(sample, stored.subarray(0, length), raw.length);
      expect(["malformed", "checksum"]).toContain(found);
    }
  });

  test.each(samples)("$name, a byte changed anywhere, ends", async (sample) => {
    const raw = Buffer.from(sample.raw, "base64");
    const stored = Buffer.from(sample.stored, "base64");
    for (let at = 0; at < stored.length; at += Math.ceil(stored.length / 40)) {
      const damaged = Buffer.from(stored);
      damaged[at] = (damaged[at] as number) ^ 0xa5;
      expect(["decoded", "malformed", "checksum"]).toContain(await failures(sample, damaged, raw.length));
    }
  });

  test.each(samples.filter(({ codecs }) => codecs.some(({ id }) => id !== "fletcher32" && id !== "shuffle")))(
    "$name, another length than the shape needs",
    async (sample) => {
      const length = Buffer.from(sample.raw, "base64").length;
      const stored = Buffer.from(sample.stored, "base64");
      expect(await failures(sample, stored, length + 1)).toBe("malformed");
      expect(await failures(sample, stored, length - 1)).toBe("malformed");
    },
  );
});

test("a few bytes that claim gigabytes are refused before memory is taken", async () => {
  const stored = Buffer.from(samples.find(({ name }) => name === "deflate of u1")?.stored ?? "", "base64");
  for (const id of ["deflate", "zstd", "lzf"]) {
    const context = { decodedLength: 2_000_000_000, parallel: false };
    await expect(decodeChunk(stored, [{ id, parameters: {} }], 0, registry, context)).rejects.toMatchObject({
      tag: "malformed",
      message: expect.stringContaining("cannot give the 2000000000"),
    });
  }
});

describe("fletcher32", () => {
  const sample = samples.find(({ name }) => name === "fletcher32 of <f4") as Sample;
  const stored = Buffer.from(sample.stored, "base64");
  const context = { decodedLength: stored.length - 4, parallel: false };

  test("tells both sums", async () => {
    const damaged = Buffer.from(stored);
    damaged[5] = (damaged[5] as number) ^ 1;
    const sum = `0x${stored
      .readUInt32LE(stored.length - 4)
      .toString(16)
      .padStart(8, "0")}`;
    await expect(decodeChunk(damaged, sample.codecs, 0, registry, context)).rejects.toMatchObject({
      tag: "checksum",
      message: expect.stringMatching(new RegExp(`stored ${sum}, computed 0x[0-9a-f]{8}`)),
    });
  });

  test("accepts the sum with swapped halves that HDF5 before 1.6.3 wrote", async () => {
    const old = Buffer.from(stored);
    old.subarray(old.length - 4).swap16();
    const decoded = await decodeChunk(old, sample.codecs, 0, registry, context);
    expect(Buffer.compare(decoded, stored.subarray(0, -4))).toBe(0);
  });
});

test("codecs whose bit is set in the filter mask are left out", async () => {
  const sample = samples.find(({ name }) => name === "all of <f8") as Sample;
  const raw = Buffer.from(sample.raw, "base64");
  const shuffled = Buffer.alloc(raw.length);
  const count = raw.length / 8;
  for (let i = 0; i < raw.length; i++) shuffled[(i % 8) * count + (i >> 3)] = raw[i] as number;
  const context = { decodedLength: raw.length, parallel: false };
  expect(Buffer.compare(await decodeChunk(raw, sample.codecs, 0b111, registry, context), raw)).toBe(0);
  expect(Buffer.compare(await decodeChunk(shuffled, sample.codecs, 0b110, registry, context), raw)).toBe(0);
});

describe("the registry", () => {
  const spec = (id: string, parameters: CodecSpec["parameters"] = {}): CodecSpec => ({ id, parameters });

  test("labels codecs as inspect prints them", () => {
    const labels = [
      spec("deflate", { level: 4 }),
      spec("shuffle", { elementSize: 4 }),
      spec("zstd", { level: 3 }),
      spec("zstd"),
      spec("hdf5:32004"),
      spec("hdf5:32001"),
      spec("hdf5:40000"),
    ].map((codec) => registry.label(codec));
    expect(labels).toEqual(["deflate:4", "shuffle", "zstd:3", "zstd", "lz4", "blosc", "hdf5:40000"]);
  });

  test("names what it lacks", async () => {
    expect(registry.has("hdf5:32013")).toBe(false);
    expect(registry.has("toString")).toBe(false);
    await expect(registry.get(spec("hdf5:32013"))).rejects.toMatchObject({
      tag: "unsupported",
      message: "no decoder for HDF5 filter 32013 (zfp)",
      hint: expect.stringContaining("https://github.com/LLNL/H5Z-ZFP"),
    });
    await expect(registry.get(spec("hdf5:40000"))).rejects.toMatchObject({ message: "no decoder for HDF5 filter 40000" });
    await expect(registry.get(spec("constructor"))).rejects.toMatchObject({ tag: "unsupported" });
  });
});
