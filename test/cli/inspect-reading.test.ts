import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { checksumOf } from "../../src/cli/inspect/stored-checksum.js";
import { decodesPerChunk, rowBoxes } from "../../src/cli/row-boxes.js";
import type { ArrayVariable } from "../../src/format/contract.js";
import { slabsOf } from "../../src/format/slabs.js";
import { type Box, sizeOf, stridesOf, wholeBox } from "../../src/schema/box.js";

/** Row-major indices in the whole array of the cells of a box. */
function cellsOf(box: Box, shape: readonly number[]): number[] {
  const strides = stridesOf(shape);
  let cells = [0];
  for (const [d, { start, stop }] of box.entries())
    cells = cells.flatMap((cell) => Array.from({ length: stop - start }, (_, i) => cell + (start + i) * (strides[d] as number)));
  return cells;
}

const arrays = fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 })), { minLength: 0, maxLength: 4 });

describe("rowBoxes", () => {
  it("gives every cell of the box once, in the array's order", () => {
    fc.assert(
      fc.property(arrays, fc.integer({ min: 1, max: 300 }), (axes, maxBytes) => {
        const shape = axes.map(([length]) => length);
        const chunks = axes.map(([, chunk]) => chunk);
        const within = shape.map((length) => ({ start: Math.min(1, length - 1), stop: length }));
        const cells = [...rowBoxes(within, chunks, 2, maxBytes)].flatMap((box) => cellsOf(box, shape));
        expect(cells).toEqual(cellsOf(within, shape));
      }),
    );
  });

  it("cuts at the borders of chunks where a row of them fits", () => {
    const boxes = [...rowBoxes(wholeBox([10, 4]), [3, 4], 8, 8 * 4 * 7)];
    expect(boxes.map(([rows]) => rows)).toEqual([
      { start: 0, stop: 6 },
      { start: 6, stop: 10 },
    ]);
    expect(decodesPerChunk(wholeBox([10, 4]), [3, 4], 8, 8 * 4 * 7)).toBe(1);
  });

  it("knows how often chunks that reach across many rows would be decoded", () => {
    expect(decodesPerChunk(wholeBox([1000, 200, 200]), [1000, 10, 10], 2, 2 * 200 * 200 * 4)).toBe(250);
    expect(decodesPerChunk(wholeBox([1000, 200, 200]), null, 2, 100)).toBe(1);
  });
});

describe("checksumOf", () => {
  it("is the same through a temporary file, whatever order the boxes come in, and leaves none behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith(`graticule-spool-${process.pid}-`));
    await fc.assert(
      fc.asyncProperty(arrays, fc.boolean(), async (axes, reversed) => {
        const shape = axes.map(([length]) => length);
        const chunks = axes.map(([, chunk]) => chunk);
        const all = Int16Array.from({ length: sizeOf(shape) }, (_, i) => i * 7 - 300);
        const variable = { shape, dtype: { name: "int16", size: 2 } } as unknown as ArrayVariable;
        const sum = await checksumOf(variable, true);
        const boxes = [...slabsOf(shape, chunks, 2, 40)];
        for (const box of reversed ? boxes.reverse() : boxes)
          sum.add(
            Int16Array.from(cellsOf(box, shape), (cell) => all[cell] as number),
            box,
          );
        const found = sum.result();
        sum.close();
        expect(found).toBe(createHash("sha256").update(Buffer.from(all.buffer)).digest("hex"));
      }),
      { numRuns: 40 },
    );
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`graticule-spool-${process.pid}-`))).toEqual(before);
  });
});
