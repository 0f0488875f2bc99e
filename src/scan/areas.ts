import type { Segment, TableGroup } from "../archive/model.js";
import type { AxisSelection } from "../plan/nodes.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import type { BatchArea } from "./file-boxes.js";
import { cellsOf, clipRuns, groupRuns, spanOf } from "./runs.js";

/** A gap along the first axis whose cells would take more than this is not carried through a batch. */
const MOST_GAP_BYTES = 1 << 20;
/** Bytes of a cell, for weighing gaps. */
const CELL_BYTES = 8;

/**
 * The selected part of a slab as areas, each of which becomes a batch: cut along the first axis where much would lie between two
 * runs, so that the areas one after the other are in row-major order. None where nothing is selected.
 */
export function areasOf(slab: Box, selection: readonly AxisSelection[]): BatchArea[] {
  const runs = slab.map((range, axis) => clipRuns(selection[axis] as AxisSelection, range));
  if (runs.some((own) => own.length === 0)) return [];
  const [first, ...others] = runs;
  if (!first) return [{ box: [], runs: [] }];
  const inner = others.map(spanOf);
  const perIndex = sizeOf(boxShape(inner)) * CELL_BYTES;
  const groups = groupRuns(first, (gap) => (gap.stop - gap.start) * perIndex <= MOST_GAP_BYTES);
  return groups.map((group) => ({ box: [spanOf(group), ...inner], runs: [group, ...others] }));
}

/** Cells of an area that the selection keeps. */
export function rowsOf(area: BatchArea): number {
  return area.runs.reduce((n, runs) => n * cellsOf(runs), 1);
}

/** Positions of the columns that must be read from files for an area. */
export function readColumnsOf(group: TableGroup, segment: Segment, wanted: readonly number[]): number[] {
  return wanted.filter((at) => {
    const column = group.columns[at];
    return column && column.values === undefined && column.perSegment === undefined && segment.pieces[at];
  });
}
