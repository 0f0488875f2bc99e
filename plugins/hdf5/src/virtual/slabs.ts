import type { Range } from "graticule/plugin";
import type { Selection, Slab } from "./model.js";

/** The selection as one slab a dimension; null where it is no product of such. @param shape of what it selects from */
export function slabsOf(selection: Selection, shape: readonly number[]): readonly Slab[] | null {
  if (selection.kind === "all") return shape.map((block) => ({ start: 0, stride: Math.max(1, block), count: 1, block }));
  if (selection.kind === "slabs" && selection.slabs.length === shape.length) return selection.slabs;
  return null;
}

export function isUnlimited({ count, block }: Slab): boolean {
  return count === Number.POSITIVE_INFINITY || block === Number.POSITIVE_INFINITY;
}

/** How many elements are selected; infinite where there is no end. */
export function lengthOf({ count, block }: Slab): number {
  return block === 0 || count === 0 ? 0 : count * block;
}

/** How many of the selected elements stand before `end`. */
export function lengthBefore({ start, stride, count, block }: Slab, end: number): number {
  const behind = end - start;
  if (behind <= 0 || count === 0 || block === 0) return 0;
  if (count === 1) return Math.min(block, behind);
  const whole = Math.min(count, Math.floor(behind / stride));
  return whole * block + (whole < count ? Math.min(block, behind - whole * stride) : 0);
}

/** Where the k-th selected element stands. */
export function positionOf({ start, stride, count, block }: Slab, k: number): number {
  if (count === 1) return start + k;
  return start + Math.floor(k / block) * stride + (k % block);
}

/** The numbers of the selected elements inside a range. */
export function numbersIn(slab: Slab, range: Range): Range {
  return { start: lengthBefore(slab, range.start), stop: lengthBefore(slab, range.stop) };
}

/** From the first selected element of some to behind the last. */
export function boundsOf(slab: Slab, numbers: Range): Range {
  return { start: positionOf(slab, numbers.start), stop: positionOf(slab, numbers.stop - 1) + 1 };
}

/** The i-th block by itself. */
export function blockOf({ start, stride, block }: Slab, i: number): Slab {
  return { start: start + i * stride, stride: block, count: 1, block };
}

/** Whether the elements stand side by side. */
export function isRange({ stride, count, block }: Slab): boolean {
  return count === 1 || stride === block;
}
