import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Block, ChunkRef } from "../../src/format/contract.js";
import { locateBlock } from "../../src/format/locate-block.js";
import { type Box, boxShape, sizeOf, stridesOf, wholeBox } from "../../src/schema/box.js";

const url = "memory:block";

function block(shape: readonly number[], elementSize: number, recordStride?: number): Block {
  return { url, offset: 100, shape, elementSize, ...(recordStride !== undefined && { recordStride }) };
}

function box(...ranges: [number, number][]): Box {
  return ranges.map(([start, stop]) => ({ start, stop }));
}

function payload(ref: ChunkRef): number {
  if (ref.kind === "stored") return ref.length;
  if (ref.kind === "strided") return ref.length * ref.count;
  throw new Error(`a block has no ${ref.kind} refs`);
}

/** Byte offset of the block's cell, by the definition of row-major order. */
function offsetOf(b: Block, cell: readonly number[]): number {
  const steps = stridesOf(b.shape).map((s) => s * b.elementSize);
  if (b.recordStride !== undefined) steps[0] = b.recordStride;
  return cell.reduce((sum, at, d) => sum + at * (steps[d] as number), b.offset);
}

function* cellsOf(origin: readonly number[], shape: readonly number[]): Iterable<number[]> {
  const n = sizeOf(shape);
  for (let k = 0; k < n; k++) {
    let rest = k;
    const cell = new Array<number>(shape.length);
    for (let d = shape.length - 1; d >= 0; d--) {
      cell[d] = (origin[d] as number) + (rest % (shape[d] as number));
      rest = Math.floor(rest / (shape[d] as number));
    }
    yield cell;
  }
}

/** Byte offset of element k of what a ref's bytes hold when its pieces are joined. */
function elementAt(ref: ChunkRef, k: number, size: number): number {
  if (ref.kind === "stored") return ref.offset + k * size;
  if (ref.kind !== "strided") throw new Error(`a block has no ${ref.kind} refs`);
  const perPiece = ref.length / size;
  return ref.offset + Math.floor(k / perPiece) * ref.stride + (k % perPiece) * size;
}

/** Checks the contract of every ref cell by cell; returns the refs. */
function check(b: Block, wanted: Box): ChunkRef[] {
  const refs = [...locateBlock(b, wanted)];
  const seen = new Map<string, number>();
  for (const ref of refs) {
    expect(payload(ref)).toBe(sizeOf(ref.shape) * b.elementSize);
    expect(payload(ref)).toBeLessThanOrEqual(8 << 20);
    expect(ref.filterMask).toBe(0);
    let k = 0;
    for (const cell of cellsOf(ref.origin, ref.shape)) {
      cell.forEach((at, d) => {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThan(b.shape[d] as number);
      });
      expect(elementAt(ref, k++, b.elementSize)).toBe(offsetOf(b, cell));
      const key = cell.join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  }
  for (const cell of cellsOf(
    wanted.map((r) => r.start),
    boxShape(wanted),
  ))
    expect(seen.get(cell.join())).toBe(1);
  return refs;
}

const shapeAndBox = fc
  .array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.tuple(
        ...shape.map((n) =>
          fc
            .tuple(fc.integer({ min: 0, max: n }), fc.integer({ min: 0, max: n }))
            .map(([a, b]) => ({ start: Math.min(a, b), stop: Math.max(a, b) })),
        ),
      ),
    ),
  );

describe("locateBlock", () => {
  test("covers every cell of any box of a contiguous block exactly once", () => {
    fc.assert(
      fc.property(shapeAndBox, fc.constantFrom(1, 2, 4, 8, 700, 5000), ([shape, wanted], size) => {
        check(block(shape, size), wanted);
      }),
      { numRuns: 300, seed: 20 },
    );
  });

  test("covers every cell of any box of records exactly once, whatever the stride", () => {
    fc.assert(
      fc.property(shapeAndBox, fc.constantFrom(1, 2, 8, 3000), fc.constantFrom(0, 1, 3, 5000), ([shape, wanted], size, gap) => {
        if (shape.length === 0) return;
        check(block(shape, size, sizeOf(shape.slice(1)) * size + gap), wanted);
      }),
      { numRuns: 300, seed: 21 },
    );
  });

  test("gives nothing for an empty box and one element for a scalar", () => {
    expect([...locateBlock(block([3, 4], 8), box([1, 1], [0, 4]))]).toEqual([]);
    expect([...locateBlock(block([], 8), [])]).toEqual([
      { kind: "stored", url, offset: 100, length: 8, origin: [], shape: [], filterMask: 0 },
    ]);
  });

  test("one ref for whole rows, one for a range of the first dimension", () => {
    const refs = check(block([10, 20, 30], 4), box([2, 5], [0, 20], [0, 30]));
    expect(refs).toEqual([
      { kind: "stored", url, offset: 100 + 2 * 2400, length: 3 * 2400, origin: [2, 0, 0], shape: [3, 20, 30], filterMask: 0 },
    ]);
  });

  test("reads a small gap rather than leaving it out, and leaves out a large one", () => {
    const near = check(block([4, 1000], 4), box([0, 4], [0, 900]));
    expect(near.map((r) => [r.kind, r.shape])).toEqual([["stored", [4, 1000]]]);
    const far = check(block([4, 1000], 4), box([0, 4], [0, 10]));
    expect(far).toEqual([
      { kind: "strided", url, offset: 100, length: 40, stride: 4000, count: 4, origin: [0, 0], shape: [4, 10], filterMask: 0 },
    ]);
  });

  test("a column through two outer dimensions of small arrays is one ref, not one per index", () => {
    const refs = check(block([500, 10, 10], 4), box([0, 500], [2, 4], [2, 4]));
    expect(refs).toHaveLength(1);
    expect(payload(refs[0] as ChunkRef)).toBe(500 * 2 * 40);
  });

  test("a cell costs its own bytes, a series at one point one strided ref", () => {
    const big = block([1000, 721, 1440], 2);
    expect([...locateBlock(big, box([7, 8], [300, 301], [9, 10]))].map(payload)).toEqual([2]);
    const series = [...locateBlock(big, box([0, 1000], [300, 301], [9, 10]))];
    expect(series.map((r) => [r.kind, payload(r)])).toEqual([["strided", 2000]]);
  });

  test("whole records of a record variable: one strided ref", () => {
    expect(check(block([5, 3], 2, 20), box([1, 4], [0, 3]))).toEqual([
      { kind: "strided", url, offset: 120, length: 6, stride: 20, count: 3, origin: [1, 0], shape: [3, 3], filterMask: 0 },
    ]);
    expect(check(block([5], 2, 20), box([4, 5]))).toEqual([
      { kind: "stored", url, offset: 180, length: 2, origin: [4], shape: [1], filterMask: 0 },
    ]);
  });

  test("a record of exactly the stride is one contiguous run", () => {
    expect(check(block([5, 3], 2, 6), box([0, 5], [0, 3])).map((r) => [r.kind, payload(r)])).toEqual([["stored", 30]]);
  });

  test("splits at 8 MiB of payload: along rows, inside rows that are larger, and between records", () => {
    const rows = [...locateBlock(block([10, 1 << 20], 4), wholeBox([10, 1 << 20]))];
    expect(rows.map((r) => r.shape)).toEqual(Array.from({ length: 5 }, () => [2, 1 << 20]));
    const large = [...locateBlock(block([2, 5 << 20], 4), wholeBox([2, 5 << 20]))];
    expect(large.map((r) => [...r.origin, ...r.shape])).toEqual(
      [0, 1].flatMap((y) => [
        [y, 0, 1, 2 << 20],
        [y, 2 << 20, 1, 2 << 20],
        [y, 4 << 20, 1, 1 << 20],
      ]),
    );
    const records = [...locateBlock(block([5, 1 << 20], 4, (4 << 20) + 4), wholeBox([5, 1 << 20]))];
    expect(records.map((r) => [r.kind, r.shape[0]])).toEqual([
      ["strided", 2],
      ["strided", 2],
      ["stored", 1],
    ]);
  });

  test("offsets beyond 4 GiB stay exact", () => {
    const b = { ...block([3, 1 << 30], 8), offset: 2 ** 33 + 4 };
    const [ref] = [...locateBlock(b, box([2, 3], [(1 << 30) - 1, 1 << 30]))];
    expect(ref).toMatchObject({ kind: "stored", offset: 2 ** 33 + 4 + 3 * 2 ** 33 - 8, length: 8 });
  });

  test("is lazy: the first ref of a block of declared exabytes costs nothing", () => {
    const b = block([2 ** 31, 2 ** 20], 1);
    const first = locateBlock(b, wholeBox(b.shape))[Symbol.iterator]().next();
    expect(first.value).toMatchObject({ offset: 100, length: 8 << 20 });
  });
});
