import type { Piece, Segment, TableGroup } from "../archive/model.js";
import type { AxisSelection } from "../plan/nodes.js";
import { clipRuns, type Runs, spanOf } from "../scan/runs.js";
import type { Range } from "../schema/box.js";

/** One axis of a segment: what is wanted of it, and where chunks begin: at `phase + k * size` of the table's index. */
export interface ChunkAxis {
  readonly size: number;
  readonly phase: number;
  /** Wanted indices inside the segment; at least one run. */
  readonly runs: Runs;
}

/**
 * The axes of a segment as its chunks cut them: along each axis the coarsest of the columns that are read decides. Null where
 * nothing is wanted.
 * @param columns positions of the columns that are read
 */
export function chunkAxesOf(
  group: TableGroup,
  segment: Segment,
  columns: readonly number[],
  selection: readonly AxisSelection[],
): ChunkAxis[] | null {
  const data = columns.filter((at) => group.columns[at]?.role === "data");
  // Coordinates over several axes are small, and read once for many slabs: they do not decide.
  const deciding = (data.length > 0 ? data : columns).flatMap((at) => segment.pieces[at] ?? []);
  const axes: ChunkAxis[] = [];
  for (const [axis, { length }] of group.axes.entries()) {
    const range: Range = axis === group.joined ? { start: segment.start, stop: segment.stop } : { start: 0, stop: length };
    const runs = clipRuns(selection[axis] as AxisSelection, range);
    if (runs.length === 0) return null;
    let [size, phase] = [1, 0];
    for (const piece of deciding) {
      const d = piece.axes.indexOf(axis);
      const chunk = d < 0 ? 1 : (piece.chunks?.[d] ?? 1);
      if (chunk <= size) continue;
      size = chunk;
      phase = phaseOf(group, segment, piece, axis);
    }
    axes.push({ size, phase, runs });
  }
  return axes;
}

/** An index of the table's axis at which a chunk of the piece begins. */
export function phaseOf(group: TableGroup, segment: Segment, piece: Piece, axis: number): number {
  if (axis !== group.joined || piece.offset === null) return 0;
  return piece.step === 1 ? segment.start - piece.offset : segment.start + piece.offset + 1;
}

/** Number of chunks along the axis that hold wanted indices. */
export function keptChunks({ size, phase, runs }: ChunkAxis): number {
  let [count, last] = [0, Number.NEGATIVE_INFINITY];
  for (const { start, stop } of runs) {
    const from = Math.max(last + 1, Math.floor((start - phase) / size));
    const to = Math.floor((stop - 1 - phase) / size);
    count += Math.max(0, to - from + 1);
    last = Math.max(last, to);
  }
  return count;
}

/** Indices from the first that is wanted to the last. */
export function spanLength({ runs }: ChunkAxis): number {
  const { start, stop } = spanOf(runs);
  return stop - start;
}

/**
 * Cuts an axis into steps of whole chunks whose wanted indices span at most `budget`, and at least one chunk. Where `isDivisible`,
 * a chunk that is longer than the budget is cut too. Chunks without wanted indices lie in no step, or inside one.
 */
export function* stepsOf(axis: ChunkAxis, budget: number, isDivisible: boolean): Iterable<Range> {
  const most = Math.max(1, budget);
  if (axis.size === 1) {
    yield* cutAnywhere(axis.runs, most);
    return;
  }
  let step: Range | null = null;
  for (const parts of partsByChunk(axis)) {
    const span = spanOf(parts);
    if (step && span.stop - step.start <= most) {
      step = { start: step.start, stop: span.stop };
      continue;
    }
    if (step) yield step;
    step = null;
    if (isDivisible && span.stop - span.start > most) yield* cutAnywhere(parts, most);
    else step = span;
  }
  if (step) yield step;
}

function* cutAnywhere(runs: Runs, most: number): Iterable<Range> {
  let step: Range | null = null;
  for (const run of runs) {
    for (let at = run.start; at < run.stop; ) {
      if (step && at >= step.start + most) {
        yield step;
        step = null;
      }
      const start: number = step?.start ?? at;
      at = Math.min(run.stop, start + most);
      step = { start, stop: at };
    }
  }
  if (step) yield step;
}

/** The wanted runs of each chunk that has some. */
function* partsByChunk({ size, phase, runs }: ChunkAxis): Iterable<Range[]> {
  let parts: Range[] = [];
  let edge = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    for (let start = run.start; start < run.stop; ) {
      if (start >= edge) {
        if (parts.length > 0) yield parts;
        parts = [];
        edge = phase + (Math.floor((start - phase) / size) + 1) * size;
      }
      const stop = Math.min(run.stop, edge);
      parts.push({ start, stop });
      start = stop;
    }
  }
  if (parts.length > 0) yield parts;
}
