import type { Piece, Segment, TableGroup } from "../archive/model.js";
import type { AxisSelection } from "../plan/nodes.js";
import type { PhysicalPlan, TablePlan } from "../plan/run.js";
import { clipRuns } from "../scan/runs.js";
import { wantedColumns } from "../scan/wanted-columns.js";
import { type ChunkAxis, keptChunks, phaseOf } from "./chunk-axis.js";

export interface ChunkCount {
  readonly kept: number;
  readonly pruned: number;
}

/** Chunks of the wanted variables that the slices of a run meet, and those they do not; absent ones count like others. */
export function countChunks({ tables }: Pick<PhysicalPlan, "tables">): ChunkCount {
  const counts = tables.map(countTableChunks);
  return { kept: sum(counts.map(({ kept }) => kept)), pruned: sum(counts.map(({ pruned }) => pruned)) };
}

export function countTableChunks(table: TablePlan): ChunkCount {
  let [kept, total] = [0, 0];
  const seen = new Set<string>();
  for (const segment of table.group.segments)
    for (const at of wantedColumns(table)) {
      const piece = segment.pieces[at];
      if (!piece?.chunks) continue;
      // A piece without the joined axis is the same in every segment, and read where a segment is.
      const key = piece.offset === null ? `${piece.member} ${piece.variable}` : null;
      if (key !== null && seen.has(key)) continue;
      if (key !== null) seen.add(key);
      kept += chunksOf(table.group, segment, piece, table.selection);
      total += chunksOf(table.group, segment, piece, null);
    }
  return { kept, pruned: total - kept };
}

function chunksOf(group: TableGroup, segment: Segment, piece: Piece, selection: readonly AxisSelection[] | null): number {
  let count = 1;
  // A table's axis that the variable lacks decides only whether anything is read.
  for (const [axis, { length }] of group.axes.entries()) {
    const range = axis === group.joined ? { start: segment.start, stop: segment.stop } : { start: 0, stop: length };
    const runs = clipRuns(selection?.[axis] ?? null, range);
    if (runs.length === 0) return 0;
    const d = piece.axes.indexOf(axis);
    if (d < 0) continue;
    const own: ChunkAxis = { size: piece.chunks?.[d] ?? 1, phase: phaseOf(group, segment, piece, axis), runs };
    count *= keptChunks(own);
  }
  return count;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
