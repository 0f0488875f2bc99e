import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { cellAfter, compareCells, eachCell, firstFrom, isInside } from "../../plugins/hdf5/src/chunks/chunk-grid.js";
import { boxesBetween } from "../../plugins/hdf5/src/chunks/gaps.js";

const box = fc.array(
  fc
    .record({ start: fc.nat(3), length: fc.integer({ min: 1, max: 4 }) })
    .map(({ start, length }) => ({ start, stop: start + length })),
  { minLength: 1, maxLength: 4 },
);

test("the boxes between two cells hold what lies between them, once and in order, and are few", () => {
  fc.assert(
    fc.property(box, fc.nat(), fc.nat(), (cells, a, b) => {
      const all = [...eachCell(cells)];
      const [from, to] = [a % (all.length + 1), b % (all.length + 1)].sort((x, y) => x - y) as [number, number];
      const first = all[from];
      if (!first) return;
      const boxes = boxesBetween(cells, first, all[to] ?? null);
      expect(boxes.flatMap((part) => [...eachCell(part)])).toEqual(all.slice(from, to));
      expect(boxes.length).toBeLessThanOrEqual(2 * cells.length - 1);
    }),
  );
});

test("the first cell from anywhere is the first that is not before", () => {
  fc.assert(
    fc.property(box, fc.array(fc.nat(8), { minLength: 4, maxLength: 4 }), (cells, corner) => {
      const from = corner.slice(0, cells.length);
      expect(firstFrom(cells, from)).toEqual([...eachCell(cells)].find((cell) => compareCells(cell, from) >= 0) ?? null);
    }),
  );
});

test("cells follow each other in row-major order and stay inside", () => {
  const cells = [
    { start: 1, stop: 3 },
    { start: 5, stop: 7 },
  ];
  expect([...eachCell(cells)]).toEqual([
    [1, 5],
    [1, 6],
    [2, 5],
    [2, 6],
  ]);
  expect(cellAfter(cells, [2, 6])).toBeNull();
  expect(isInside(cells, [3, 5])).toBe(false);
});
