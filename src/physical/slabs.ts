import type { Segment, TableGroup } from "../archive/model.js";
import type { AxisSelection } from "../plan/nodes.js";
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

/**
 * The slabs of a segment in storage order: boxes of whole chunks, grown from the innermost axis outwards up to the target, never
 * less than a chunk. Chunks that no selection meets are in no slab, or between what is wanted of one.
 */
export function* slabsOfSegment(group: TableGroup, segment: Segment, options: SlabOptions): Iterable<Box> {
  const axes = chunkAxesOf(group, segment, options.columns, options.selection);
  if (!axes) return;
  const budgets = options.order === "array" ? arrayBudgets(axes, options) : storageBudgets(axes, options);
  yield* boxesOf(axes, budgets, options.order === "array");
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

/** All combinations of steps, row-major. */
function* boxesOf(axes: readonly ChunkAxis[], budgets: readonly number[], isDivisible: boolean): Iterable<Box> {
  const steps = axes.slice(1).map((axis, d) => [...stepsOf(axis, budgets[d + 1] as number, isDivisible)]);
  const [first] = axes;
  if (!first) {
    yield [];
    return;
  }
  for (const outer of stepsOf(first, budgets[0] as number, isDivisible)) yield* combine([outer], steps);
}

function* combine(box: readonly Range[], steps: readonly (readonly Range[])[]): Iterable<Box> {
  const own = steps[box.length - 1];
  if (!own) yield box;
  else for (const step of own) yield* combine([...box, step], steps);
}
