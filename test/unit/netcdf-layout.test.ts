import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import plugin from "../../plugins/netcdf/src/index.js";
import { readHeader } from "../../plugins/netcdf/src/read-header.js";
import type { ArrayVariable } from "../../src/format/contract.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { wholeBox } from "../../src/schema/box.js";
import type { ByteSource } from "../../src/store/contract.js";
import { memorySource } from "../../src/store/memory.js";

const samples = join(import.meta.dirname, "../../sample-data/netcdf3");

function sample(name: string): Buffer {
  return Buffer.from(readFileSync(join(samples, `${name}.nc`)));
}

async function open(source: ByteSource) {
  const context = readContext({ parallel: false });
  const dataset = await plugin.open(context.adopt(source), context);
  const variable = (path: string) => dataset.variables.find((v) => v.path === path) as ArrayVariable;
  const read = async (path: string) =>
    Array.from((await readBox(variable(path), wholeBox(variable(path).shape), context)) as Float64Array);
  return { dataset, context, variable, read };
}

const openBytes = (bytes: Uint8Array) => open(memorySource("memory:x.nc", bytes));

/** `records-padded` with the offset of some variables moved. Records of 20 bytes: flag 0–3, wind 4–11, time 12–19. */
async function moved(offsets: Record<string, number>): Promise<Buffer> {
  const bytes = sample("records-padded");
  for (const { name, begin, beginOffset } of (await readHeader(memorySource("memory:x.nc", bytes))).variables)
    if (name in offsets) bytes.writeInt32BE(begin + (offsets[name] as number), beginOffset);
  return bytes;
}

async function errorsOf(bytes: Uint8Array): Promise<Record<string, string>> {
  const { dataset } = await openBytes(bytes);
  return Object.fromEntries(dataset.variables.flatMap((v) => (v.error ? [[v.path, v.error.code]] : [])));
}

describe("where the values of a classic file are", () => {
  test("records are a stride apart, each variable's part padded", async () => {
    const { variable, context } = await openBytes(sample("records-padded"));
    const refs = [];
    for await (const ref of variable("/wind").locate(wholeBox([4, 3]), context)) refs.push(ref);
    expect(refs).toEqual([
      {
        kind: "strided",
        url: "memory:x.nc",
        offset: 224,
        stride: 20,
        count: 4,
        length: 6,
        origin: [0, 0],
        shape: [4, 3],
        filterMask: 0,
      },
    ]);
  });

  test("a box of records reads one span, not one request per record", async () => {
    const { variable, context } = await openBytes(sample("records-padded"));
    const before = { ...context.counters };
    await readBox(
      variable("/wind"),
      [
        { start: 1, stop: 3 },
        { start: 0, stop: 3 },
      ],
      context,
    );
    expect(context.counters.requests - before.requests).toBe(1);
    expect(context.counters.bytes - before.bytes).toBe(26);
  });

  test.each(["cdf2-offset-beyond-4-gib", "cdf5-offset-beyond-4-gib"])(
    "%s: exact, and only the header and the box are read",
    async (name) => {
      const file = JSON.parse(readFileSync(join(samples, `${name}.json`), "utf8")) as {
        size: number;
        head: string;
        tail: string;
        after: number[];
      };
      expect(file.size).toBeGreaterThan(2 ** 32);
      const { dataset, context, read, variable } = await open(
        sparse(file.size, Buffer.from(file.head, "hex"), Buffer.from(file.tail, "hex")),
      );
      expect(dataset.warnings).toEqual([]);
      expect(await read("/after")).toEqual(file.after);
      const end = (variable("/c").shape[0] as number) - 1;
      expect(Array.from((await readBox(variable("/c"), [{ start: end, stop: end + 1 }], context)) as Int8Array)).toEqual([0]);
      expect(context.counters.bytes).toBe((16 << 10) + 24 + 1);
    },
  );

  test("the header's own size of a variable is not believed", async () => {
    const bytes = sample("records-padded");
    const { variables } = await readHeader(memorySource("memory:x.nc", bytes));
    for (const v of variables) bytes.writeUInt32BE(0xffffffff, v.beginOffset - 4);
    expect(await (await openBytes(bytes)).read("/time")).toEqual([0, 0.25, 0.5, 0.75]);
  });
});

describe("what contradicts itself in a classic file", () => {
  test("cut record data: the first absent byte is named, whole records are read, absent ones are not made up", async () => {
    const whole = sample("records-padded");
    const { dataset, context, variable, read } = await openBytes(whole.subarray(0, 220 + 2 * 20 + 8));
    expect(dataset.dimensions[0]).toMatchObject({ path: "/time", length: 4 });
    expect(await read("/offset")).toEqual([0.5, 1.5, 2.5]);
    expect(variable("/flag").error).toMatchObject({ code: "truncated", offset: 280, variable: "/flag", file: "memory:x.nc" });
    expect(variable("/flag").error?.message).toContain("1 of 4 records");
    expect(variable("/wind").error).toMatchObject({ code: "truncated", offset: 268 });
    expect(variable("/wind").error?.message).toContain("2 of 4 records");
    const firstTwo = await readBox(
      variable("/wind"),
      [
        { start: 0, stop: 2 },
        { start: 0, stop: 3 },
      ],
      context,
    );
    expect(Array.from(firstTwo as Int16Array)).toEqual([-3000, -2000, -1000, 0, 1000, 2000]);
    await expect(read("/wind")).rejects.toMatchObject({ tag: "truncated" });
  });

  test("values inside the header, beyond the file, or in a negative place", async () => {
    expect(await errorsOf(await moved({ offset: -200 }))).toEqual({ "/offset": "malformed" });
    expect(await errorsOf(await moved({ offset: 1 << 20 }))).toEqual({ "/offset": "truncated" });
    expect(await errorsOf(await moved({ offset: -(2 ** 31) + 1 }))).toEqual({ "/offset": "malformed" });
    const { read } = await openBytes(await moved({ offset: -200 }));
    await expect(read("/offset")).rejects.toMatchObject({ tag: "malformed", variable: "/offset" });
    expect(await read("/time")).toEqual([0, 0.25, 0.5, 0.75]);
  });

  test("two variables in one place are both marked: either offset may be the wrong one", async () => {
    expect(await errorsOf(await moved({ wind: -4 }))).toEqual({ "/flag": "malformed", "/wind": "malformed" });
    expect(await errorsOf(await moved({ offset: 4 }))).toEqual({
      "/flag": "malformed",
      "/wind": "malformed",
      "/time": "malformed",
      "/offset": "malformed",
    });
  });

  test("record variables that do not fit into one record", async () => {
    expect(Object.values(await errorsOf(await moved({ time: 8 })))).toEqual(["malformed", "malformed", "malformed"]);
  });

  test("an order that netCDF-C refuses is read, with a warning", async () => {
    const swapped = await moved({ flag: 8, wind: -4 });
    const { dataset } = await openBytes(swapped);
    expect(dataset.variables.map((v) => v.error)).toEqual([undefined, undefined, undefined, undefined]);
    expect(dataset.warnings).toEqual([expect.stringContaining("netCDF-C refuses that")]);
  });

  test("the record dimension in second place: the variable is marked, the others are read", async () => {
    const bytes = sample("records-padded");
    // wind(time, x) becomes wind(x, time).
    const at = bytes.indexOf("wind") + 8;
    bytes.writeUInt32BE(1, at);
    bytes.writeUInt32BE(0, at + 4);
    const { variable, read } = await openBytes(bytes);
    expect(variable("/wind")).toMatchObject({ dims: ["x", "time"], shape: [3, 4], error: { code: "malformed" } });
    expect(await read("/offset")).toEqual([0.5, 1.5, 2.5]);
  });

  test("exabytes of declared values cost nothing until they are asked for", async () => {
    const bytes = sample("cdf5-no-records");
    const at = bytes.indexOf("x", 40) + 4;
    expect(bytes.readBigUInt64BE(at)).toBe(3n);
    bytes.writeBigUInt64BE(2n ** 52n, at);
    bytes.writeBigUInt64BE(2n ** 40n, 4);
    const before = process.memoryUsage().arrayBuffers;
    const { dataset, variable } = await openBytes(bytes);
    expect(variable("/t2m").shape).toEqual([2 ** 40, 2 ** 52]);
    for (const v of dataset.variables) expect(v.error?.code).toMatch(/truncated|malformed/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });
});

/** A file of which only the beginning and the end are there; zeros between them. */
function sparse(size: number, head: Buffer, tail: Buffer): ByteSource {
  const source: ByteSource = {
    url: "memory:sparse.nc",
    size,
    version: "1",
    async *read(ranges) {
      for (const [index, range] of ranges.entries()) yield { index, bytes: await source.readOne(range) };
    },
    async readOne({ offset, length }) {
      const bytes = Buffer.alloc(length);
      if (offset < head.length) head.copy(bytes, 0, offset);
      if (offset + length > size - tail.length)
        tail.copy(bytes, Math.max(0, size - tail.length - offset), Math.max(0, offset - size + tail.length));
      return bytes;
    },
    close: async () => undefined,
  };
  return source;
}
