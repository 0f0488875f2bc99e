import type { AxisSelection } from "../plan/nodes.js";
import type { Box, Range } from "../schema/box.js";
import type { OrderedCells } from "./order-cells.js";

/** Per axis of the table: the indices that the cells of a block have. */
export function blockSelection(groups: readonly OrderedCells[], ranges: Box, rank: number): AxisSelection[] {
  const selection: AxisSelection[] = Array.from({ length: rank }, () => null);
  for (const [g, { axes, indices }] of groups.entries()) {
    const { start, stop } = ranges[g] as Range;
    for (const [d, axis] of axes.entries()) selection[axis] = runsOfIndices((indices[d] as Uint32Array).subarray(start, stop));
  }
  return selection;
}

/** Runs of indices that come in any order, and more than once. */
function runsOfIndices(indices: Uint32Array): Range[] {
  const sorted = isAscending(indices) ? indices : Uint32Array.from(new Set(indices)).sort();
  const runs: Range[] = [];
  for (let i = 0; i < sorted.length; ) {
    const start = sorted[i] as number;
    let stop = start + 1;
    for (i++; i < sorted.length && (sorted[i] as number) === stop; i++) stop++;
    runs.push({ start, stop });
  }
  return runs;
}

function isAscending(indices: Uint32Array): boolean {
  for (let i = 1; i < indices.length; i++) if ((indices[i] as number) <= (indices[i - 1] as number)) return false;
  return true;
}
