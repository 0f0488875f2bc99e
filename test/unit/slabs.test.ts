import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { slabsOf } from "../../src/format/slabs.js";
import { boxShape, sizeOf } from "../../src/schema/box.js";

describe("slabsOf", () => {
  test("grows from the inside and keeps whole chunks", () => {
    const boxes = [...slabsOf([48, 4, 10], [24, 2, 5], 4, 24 * 2 * 10 * 4)];
    expect(boxes.map((b) => b.map((r) => `${r.start}:${r.stop}`).join())).toEqual([
      "0:24,0:2,0:10",
      "0:24,2:4,0:10",
      "24:48,0:2,0:10",
      "24:48,2:4,0:10",
    ]);
  });

  test("a scalar is one box, an empty array none", () => {
    expect([...slabsOf([], null, 8, 1)]).toEqual([[]]);
    expect([...slabsOf([3, 0], null, 8, 1)]).toEqual([]);
  });

  test("covers every cell once, inside the limit or at one chunk", () => {
    const dimension = fc.record({ length: fc.integer({ min: 1, max: 9 }), chunk: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(dimension, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 400 }), (dims, limit) => {
        const shape = dims.map((d) => d.length);
        const chunks = dims.map((d) => d.chunk);
        const boxes = [...slabsOf(shape, chunks, 2, limit)];
        const oneChunk = sizeOf(chunks) * 2;
        for (const box of boxes) {
          expect(sizeOf(boxShape(box)) * 2).toBeLessThanOrEqual(Math.max(limit, oneChunk));
          for (const [d, r] of box.entries()) expect(r.start % (chunks[d] as number)).toBe(0);
        }
        expect(boxes.reduce((n, box) => n + sizeOf(boxShape(box)), 0)).toBe(sizeOf(shape));
        expect(new Set(boxes.map((b) => b.map((r) => r.start).join())).size).toBe(boxes.length);
      }),
    );
  });
});
