import { describe, expect, test } from "@jest/globals";
import type { ArrayVariable, ChunkRef } from "../../src/format/contract.js";
import { gather } from "../../src/format/gather.js";
import { locateBlock } from "../../src/format/locate-block.js";
import { readBox } from "../../src/format/read-box.js";
import { readContext } from "../../src/format/read-context.js";
import { restoreCoding } from "../../src/format/restore-coding.js";
import { costOf } from "../../src/scan/ref-cost.js";
import type { DType } from "../../src/schema/dtype.js";
import { memorySource } from "../../src/store/memory.js";

describe("gather", () => {
  const from = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7 + (i >> 3)) & 0xff);

  test.each([1, 2, 3, 4, 6, 8, 12, 16, 65])("pieces of %d bytes, whatever the alignment", (length) => {
    for (const stride of [length, length + 1, length + 2, length + 5, length + 8])
      for (const shift of [0, 1, 2, 4])
        for (const position of [0, length, 8]) {
          const count = 20;
          const out = new Uint8Array(position + count * length);
          gather(from.subarray(shift), stride, count, length, out, position);
          const expected = Array.from({ length: count * length }, (_, i) => {
            return from[shift + Math.floor(i / length) * stride + (i % length)];
          });
          expect([...out.subarray(position)]).toEqual(expected);
        }
  });
});

describe("restoreCoding", () => {
  test.each([
    ["uint16", 2, "big", [0x80, 0x00, 0xff, 0xff, 0x00, 0x01], [0x00, 0x00, 0x7f, 0xff, 0x80, 0x01]],
    ["uint16", 2, "little", [0x00, 0x80, 0x01, 0x00, 0x02, 0x80], [0x00, 0x00, 0x01, 0x80, 0x02, 0x00]],
    ["int8", 1, undefined, [0x00, 0x80, 0xff], [0x80, 0x00, 0x7f]],
    ["uint32", 4, "big", [0x80, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0x80, 0, 0, 1]],
    ["uint32", 4, "little", [0, 0, 0, 0x80, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0x80]],
    ["uint64", 8, "big", [0x80, 0, 0, 0, 0x80, 0, 0, 0], [0, 0, 0, 0, 0x80, 0, 0, 0]],
    ["uint64", 8, "little", [0, 0, 0, 0x80, 0, 0, 0, 0x80], [0, 0, 0, 0x80, 0, 0, 0, 0]],
  ] as const)("%s of %d bytes, %s-endian", (name, size, byteOrder, stored, restored) => {
    for (const shift of [0, 1]) {
      const bytes = new Uint8Array(stored.length + shift).subarray(shift);
      bytes.set(stored);
      const dtype: DType = { name, size, coding: "offset-binary", ...(byteOrder && { byteOrder }) };
      restoreCoding(dtype, bytes);
      expect([...bytes]).toEqual([...restored]);
    }
  });

  test("letters", () => {
    const bytes = Uint8Array.from(Buffer.from("TF\0x"));
    restoreCoding({ name: "bool", size: 1, coding: "letters" }, bytes);
    expect([...bytes]).toEqual([1, 0, 2, 0]);
  });
});

/** A table of rows of 40 bytes, with a column of big-endian numbers at each of two places. */
function tableOf(rows: number, offset = 24) {
  const bytes = Buffer.alloc(offset + rows * 40);
  for (let i = 0; i < rows; i++) {
    bytes.writeInt32BE(i, offset + i * 40);
    bytes.writeInt16BE(i % 1000, offset + i * 40 + 36);
  }
  const column = (at: number, size: number): ArrayVariable => ({
    path: `/${at}`,
    name: String(at),
    dtype: { name: size === 4 ? "int32" : "int16", size, byteOrder: "big" },
    dims: ["row"],
    dimPaths: ["/row"],
    shape: [rows],
    chunks: null,
    codecs: [],
    attributes: new Map(),
    access: "direct",
    async *locate(box, context) {
      yield* context.locateBlock(
        { url: "memory:table", offset: offset + at, shape: [rows], elementSize: size, recordStride: 40 },
        box,
      );
    },
  });
  return { bytes, columns: [column(0, 4), column(36, 2)] as const };
}

describe("columns of the same rows", () => {
  const rows = 120_000;
  const { bytes, columns } = tableOf(rows);

  test("are read from the file once, after the second is asked for", async () => {
    const context = readContext({ parallel: false });
    context.adopt(memorySource("memory:table", bytes));
    const spent: number[] = [];
    for (let start = 0; start < rows; start += 40_000)
      for (const column of [...columns, columns[0]]) {
        const before = context.counters.bytes;
        const box = [{ start, stop: start + 40_000 }];
        const values = (await readBox(column, box, context)) as Int32Array;
        expect(values).toHaveLength(40_000);
        for (const i of [0, 1, 26_213, 26_214, 39_999])
          expect(values[i]).toBe(column === columns[0] ? start + i : (start + i) % 1000);
        spent.push(context.counters.bytes - before);
      }
    // The first slab shows that columns are wanted together; of the others each window is read once.
    expect(spent.map((n) => n > 0)).toEqual([true, true, false, true, false, false, true, false, false]);
    expect(context.counters.bytes).toBeLessThan(3 * bytes.length);
  });

  test("may be read at the same time", async () => {
    const context = readContext();
    context.adopt(memorySource("memory:table", bytes));
    const box = [{ start: 5, stop: rows }];
    for (let round = 0; round < 3; round++) {
      const [a, b] = (await Promise.all(columns.map((column) => readBox(column, box, context)))) as [Int32Array, Int16Array];
      for (let i = 0; i < a.length; i += 997) expect([a[i], b[i]]).toEqual([i + 5, (i + 5) % 1000]);
    }
  });

  test("a table that is cut short is told, also when its rows are kept", async () => {
    const context = readContext({ parallel: false });
    context.adopt(memorySource("memory:table", bytes.subarray(0, bytes.length - 39)));
    const whole = [{ start: 0, stop: rows }];
    const part = [{ start: 0, stop: rows - 1 }];
    for (const column of [...columns, ...columns]) {
      await expect(readBox(column, whole, context)).rejects.toMatchObject({ tag: "truncated" });
      expect(await readBox(column, part, context)).toHaveLength(rows - 1);
    }
  });

  test("refs of a block are strided", () => {
    const block = { url: "memory:table", offset: 24, shape: [rows], elementSize: 4, recordStride: 40 };
    expect([...locateBlock(block, [{ start: 0, stop: rows }])]).toMatchObject([{ kind: "strided", stride: 40, length: 4 }]);
  });

  test("cost what a dry run says", async () => {
    const context = readContext({ parallel: false });
    context.adopt(memorySource("memory:table", bytes));
    const [ref] = locateBlock({ url: "memory:table", offset: 24, shape: [rows], elementSize: 4, recordStride: 40 }, [
      { start: 0, stop: rows },
    ]);
    await readBox(columns[0], [{ start: 0, stop: rows }], context);
    const { chunks, chunkRequests: requests, chunkBytes } = context.counters;
    expect(costOf(ref as ChunkRef)).toEqual({ chunks, requests, bytes: chunkBytes });
  });
});
