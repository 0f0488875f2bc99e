import type { Box, Range } from "graticule/plugin";
import type { Cell } from "./chunk-grid.js";

/**
 * The cells of a box from `from` (itself included; null: the first) up to `to` (excluded; null: to the end) in row-major
 * order, as at most `2 * rank - 1` boxes. A dataset of billions of absent chunks is a handful of them.
 */
export function boxesBetween(cells: Box, from: Cell | null, to: Cell | null, d = 0): Box[] {
  if (d === cells.length) return to ? [] : [[]];
  const range = cells[d] as Range;
  const first = from ? (from[d] as number) : range.start;
  const last = to ? (to[d] as number) : range.stop;
  if (from && to && first === last) return prefixed(first, boxesBetween(cells, from, to, d + 1));
  const boxes: Box[] = [];
  let start = first;
  if (from && !isLowest(cells, from, d + 1)) {
    for (const box of prefixed(first, boxesBetween(cells, from, null, d + 1))) boxes.push(box);
    start++;
  }
  if (start < last) boxes.push([{ start, stop: last }, ...cells.slice(d + 1)]);
  if (to) for (const box of prefixed(last, boxesBetween(cells, null, to, d + 1))) boxes.push(box);
  return boxes;
}

function prefixed(at: number, inner: readonly Box[]): Box[] {
  return inner.map((box) => [{ start: at, stop: at + 1 }, ...box]);
}

function isLowest(cells: Box, cell: Cell, from: number): boolean {
  for (let d = from; d < cells.length; d++) if (cell[d] !== cells[d]?.start) return false;
  return true;
}
