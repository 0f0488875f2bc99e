import { malformed } from "../errors.js";
import type { Cell, ChunkGrid } from "./chunk-grid.js";

/** The numbers of chunks in an index that is an array. */
export interface Numbering {
  numberOf(cell: Cell): number;
  /** Of two cells the later one in row-major order has the larger number. */
  readonly isRowMajor: boolean;
}

/**
 * Row-major over the chunks of the dataset's largest extent, not of its present one. An unlimited dimension (there is one at
 * most, else the index is a B-tree) counts as the first, wherever it stands (H5Dearray.c, H5VM_swizzle_coords).
 *
 * @throws `malformed` where an array cannot index the dataset
 */
export function numberingOf(grid: ChunkGrid, address: number): Numbering {
  const unlimited = grid.most.indexOf(null);
  if (grid.most.indexOf(null, unlimited + 1) > unlimited && unlimited >= 0)
    throw malformed("an array indexes the chunks of several unlimited dimensions", address);
  const order = grid.most.map((_, d) => d);
  if (unlimited > 0) {
    order.splice(unlimited, 1);
    order.unshift(unlimited);
  }
  const steps = new Array<number>(order.length);
  let step = 1;
  for (let i = order.length - 1; i >= 0; i--) {
    const d = order[i] as number;
    steps[d] = step;
    step *= grid.most[d] ?? 1;
  }
  const numberOf = (cell: Cell): number => {
    const number = cell.reduce((sum, at, d) => sum + at * (steps[d] as number), 0);
    if (!Number.isSafeInteger(number)) throw malformed(`chunk ${cell.join(", ")} has no number below 2⁵³`, address);
    return number;
  };
  return { numberOf, isRowMajor: unlimited <= 0 };
}
