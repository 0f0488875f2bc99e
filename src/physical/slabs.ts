import type { Segment, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import type { AxisSelection } from "../plan/nodes.js";
import { cellsOf, clipRuns } from "../scan/runs.js";
import type { Box, Range } from "../schema/box.js";
import { type ChunkAxis, chunkAxesOf, spanLength, stepsOf } from "./chunk-axis.js";

export interface SlabOptions {
  /** Positions of the columns that are read. */
  readonly columns: readonly number[];
  readonly selection: readonly AxisSelection[];
  /** Decoded bytes of a cell. */
  readonly cellBytes: number;
  /** Decoded bytes of a slab. */
  readonly target: number;
  /** `array`: slabs one after the other are in the array's own row-major order, though chunks are cut. */
  readonly order: "storage" | "array";
}

export interface Slab {
  readonly box: Box;
  /** Wanted cells; at least one. */
  readonly rows: number;
}

/** The slabs of a segment: all combinations of one step an axis. */
export interface SlabGrid {
  /** How many there are, known before any is made. */
  readonly count: number;
  /** Row-major. */
  slabs(): Iterable<Slab>;
}

/** Slabs of a run at most: each stands in the plan, and a header may claim any shape. */
export const MOST_SLABS = 1_000_000;

/** @throws `unsupported` what says how to have fewer slabs */
export function tooManySlabs(table: string): GraticuleError {
  return new GraticuleError(
    "unsupported",
    `${table || "the table"} is more than ${MOST_SLABS} slabs to read, which no plan holds`,
    {
      hint: "ask for a part of it at a time, with --time, --bbox, --vars or a predicate on coordinates; a larger --memory makes larger slabs",
    },
  );
}

/**
 * The slabs of a segment in storage order: boxes of whole chunks, grown from the innermost axis outwards up to the target, never
 * less than a chunk. Chunks that no selection meets are in no slab, or between what is wanted of one.
 * @throws `unsupported` for more than {@link MOST_SLABS}
 */
export function slabsOfSegment(group: TableGroup, segment: Segment, options: SlabOptions): SlabGrid {
  const axes = chunkAxesOf(group, segment, options.columns, options.selection);
  if (!axes) return { count: 0, slabs: () => [] };
  const budgets = options.order === "array" ? arrayBudgets(axes, options) : storageBudgets(axes, options);
  const steps: Step[][] = [];
  let count = 1;
  for (const [d, axis] of axes.entries()) {
    const own: Step[] = [];
    for (const range of stepsOf(axis, budgets[d] as number, options.order === "array")) {
      if (count * (own.length + 1) > MOST_SLABS) throw tooManySlabs(group.name);
      own.push({ range, rows: cellsOf(clipRuns(axis.runs, range)) });
    }
    steps.push(own);
    count *= own.length;
  }
  return { count, slabs: () => combine({ box: [], rows: 1 }, steps) };
}

/** Indices that a slab may span along each axis. */
function storageBudgets(axes: readonly ChunkAxis[], { cellBytes, target }: SlabOptions): number[] {
  const budgets = axes.map((axis) => Math.min(axis.size, spanLength(axis)));
  let bytes = budgets.reduce((product, length) => product * length, cellBytes);
  for (let d = axes.length - 1; d >= 0; d--) {
    const [axis, chunk] = [axes[d] as ChunkAxis, budgets[d] as number];
    const span = spanLength(axis);
    const fit = chunk * Math.max(1, Math.floor(target / bytes));
    budgets[d] = Math.min(span, fit);
    if (fit < span) break;
    bytes = (bytes / chunk) * span;
  }
  return budgets;
}

/** Whole inner axes, a run of the axis that no longer fits, one index of those outside it. */
function arrayBudgets(axes: readonly ChunkAxis[], { cellBytes, target }: SlabOptions): number[] {
  const budgets = axes.map(() => 1);
  let bytes = cellBytes;
  for (let d = axes.length - 1; d >= 0; d--) {
    const span = spanLength(axes[d] as ChunkAxis);
    budgets[d] = Math.min(span, Math.max(1, Math.floor(target / bytes)));
    if ((budgets[d] as number) < span) break;
    bytes *= span;
  }
  return budgets;
}

interface Step {
  readonly range: Range;
  /** Wanted indices. */
  readonly rows: number;
}

function* combine(outer: Slab, steps: readonly (readonly Step[])[]): Iterable<Slab> {
  const own = steps[outer.box.length];
  if (!own) yield outer;
  else for (const { range, rows } of own) yield* combine({ box: [...outer.box, range], rows: outer.rows * rows }, steps);
}
