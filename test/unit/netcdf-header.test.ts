import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import plugin from "../../plugins/netcdf/src/index.js";
import { readHeader } from "../../plugins/netcdf/src/read-header.js";
import { memorySource } from "../../src/store/memory.js";
import { withCounting } from "../../src/store/with-counting.js";

const samples = join(import.meta.dirname, "../../sample-data/netcdf3");

function sample(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(samples, `${name}.nc`)));
}

/** A header by hand, big-endian: numbers are 32-bit, text stands as its bytes padded to four. */
function header(version: number, ...fields: (number | bigint | string)[]): Uint8Array {
  const parts = [Buffer.from([0x43, 0x44, 0x46, version])];
  for (const field of fields) {
    const bytes = Buffer.alloc(typeof field === "string" ? Math.ceil(field.length / 4) * 4 : typeof field === "bigint" ? 8 : 4);
    if (typeof field === "string") bytes.write(field, "latin1");
    else if (typeof field === "bigint") bytes.writeBigUInt64BE(BigInt.asUintN(64, field));
    else bytes.writeUInt32BE(field >>> 0);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function read(bytes: Uint8Array) {
  return readHeader(memorySource("memory:x.nc", bytes));
}

const NONE = [0, 0] as const;

describe("the header of a classic file", () => {
  test("an unknown version is named, with its place", async () => {
    await expect(read(header(7, 0, ...NONE, ...NONE, ...NONE))).rejects.toMatchObject({
      tag: "malformed",
      message: "CDF version 7, found at byte 3; versions 1, 2 and 5 exist",
      offset: 3,
      file: "memory:x.nc",
    });
  });

  test.each([
    ["a number of dimensions that is negative", header(1, 0, 10, 0x80000000), "malformed", 12],
    ["two billion variables", header(1, 0, ...NONE, ...NONE, 11, 0x7fffffff), "malformed", 28],
    ["2⁶² attributes in CDF-5", header(5, 0n, 0, 0n, 12, 2n ** 62n), "malformed", 28],
    ["a gigabyte of text in 44 bytes", header(1, 0, ...NONE, 12, 1, 1, "a", 2, 1 << 30), "malformed", 36],
    ["a name of 4 GB", header(1, 0, 10, 1, 0xfffffff0, "abcd"), "malformed", 16],
    ["an empty name", header(1, 0, 10, 1, 0, 5), "malformed", 16],
    ["a type that CDF-1 has not", header(1, 0, ...NONE, 12, 1, 1, "a", 7, 0), "malformed", 32],
    ["type 0", header(2, 0, ...NONE, 12, 1, 1, "a", 0, 0), "malformed", 32],
    ["type 12 in CDF-5", header(5, 0n, 0, 0n, 12, 1n, 1n, "a", 12, 0n), "malformed", 48],
    ["a wrong tag", header(1, 0, 9, 1, 1, "x", 3), "malformed", 8],
    ["an absent list that has elements", header(1, 0, 0, 1, 1, "x", 3), "malformed", 8],
    ["two unlimited dimensions", header(1, 0, 10, 2, 1, "x", 0, 1, "y", 0, ...NONE, ...NONE), "malformed", 36],
    [
      "a dimension that does not exist",
      header(1, 0, 10, 1, 1, "x", 3, ...NONE, 11, 1, 1, "v", 1, 1, 0, 0, 4, 12, 100),
      "malformed",
      56,
    ],
    ["a dimension of 2⁶⁰", header(5, 0n, 10, 1n, 1n, "x", 2n ** 60n, 0, 0n, 0, 0n), "malformed", 36],
    ["2⁶² records", header(5, 2n ** 62n, 0, 0n, 0, 0n, 0, 0n), "malformed", 4],
    ["nothing", new Uint8Array(0), "truncated", 0],
    ["half a magic number", Buffer.from("CD"), "truncated", 2],
    ["a list that goes on", header(1, 0, 10, 3, 1, "x", 3), "truncated", 28],
  ] as const)("%s is told with its place", async (_, bytes, tag, offset) => {
    await expect(read(bytes)).rejects.toMatchObject({ tag, offset, file: "memory:x.nc" });
  });

  test.each(["cdf1-every-type", "cdf2-every-type", "cdf5-every-type"])(
    "%s cut anywhere inside its header is truncated",
    async (name) => {
      const bytes = sample(name);
      const { length } = await read(bytes);
      for (let cut = 0; cut < length; cut++)
        await expect(read(bytes.subarray(0, cut))).rejects.toMatchObject({ tag: "truncated", offset: cut });
      expect((await read(bytes.subarray(0, length))).length).toBe(length);
    },
  );

  test("is read in blocks of 16 KiB, doubling, and nothing behind it", async () => {
    const counters = { requests: 0, bytes: 0 };
    const small = new Uint8Array(10 << 20);
    small.set(sample("records-padded"));
    await readHeader(withCounting(memorySource("memory:a.nc", small), counters));
    expect(counters).toEqual({ requests: 1, bytes: 16 << 10 });

    const large = new Uint8Array(10 << 20);
    large.set(sample("header-of-two-blocks"));
    await readHeader(withCounting(memorySource("memory:b.nc", large), counters));
    expect(counters).toEqual({ requests: 3, bytes: (16 << 10) + (32 << 10) });
  });

  test("an abort between blocks ends it", async () => {
    await expect(readHeader(memorySource("memory:a.nc", sample("records-padded")), AbortSignal.abort())).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  test("of two attributes with one name the first counts, of two variables both, with a warning", async () => {
    const variable = [1, "v", 0, ...NONE, 1, 4] as const;
    const bytes = header(
      1,
      0,
      ...NONE,
      12,
      2,
      1,
      "a",
      1,
      1,
      "\x05",
      1,
      "a",
      1,
      1,
      "\x06",
      11,
      2,
      ...variable,
      128,
      ...variable,
      132,
    );
    const file = Buffer.concat([bytes, Buffer.alloc(136 - bytes.length)]);
    const dataset = await plugin.open(memorySource("memory:x.nc", file), {} as never);
    expect(dataset.groups[0]?.attributes.get("a")?.values).toEqual([5]);
    expect(dataset.variables.map((v) => v.path)).toEqual(["/v", "/v"]);
    expect(dataset.warnings).toEqual(["several variables are named v"]);
  });

  test.each([
    [[0x43, 0x44, 0x46, 1], "yes"],
    [[0x43, 0x44, 0x46, 2], "yes"],
    [[0x43, 0x44, 0x46, 5], "yes"],
    [[0x43, 0x44, 0x46, 3], "maybe"],
    [[0x43, 0x44, 0x46], "maybe"],
    [[0x89, 0x48, 0x44, 0x46], "no"],
    [[], "no"],
  ])("sniffs %j as %s", async (bytes, found) => {
    expect(await plugin.sniff({ url: "memory:x", size: bytes.length, peek: async () => Uint8Array.from(bytes) })).toBe(found);
  });
});
