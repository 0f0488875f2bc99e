import { type Box, boxShape, type Range, sizeOf, stridesOf } from "../schema/box.js";
import type { Block, ChunkRef } from "./contract.js";

/** Runs nearer to each other than this may be read together with the gap: one page. */
const SMALL_GAP = 4096;

/** Payload of one ref at most, so that whoever reads it holds bounded memory. */
const MAX_PAYLOAD = 8 << 20;

/**
 * The refs of a box inside a row-major block: few, with little waste between them, each of at most 8 MiB (one element
 * where an element is larger). Every cell of the box lies in exactly one ref and every ref inside the block; a ref holds
 * cells outside the box where leaving out gaps of less than 4 KiB would cost more than reading them.
 *
 * Runs a constant distance apart become one `strided` ref, whose piece i is index i of the one dimension outside the
 * runs in which its shape is longer than one: the record dimension, where whole records or a run of each are wanted.
 */
export function* locateBlock(block: Block, box: Box): Iterable<ChunkRef> {
  if (sizeOf(boxShape(box)) === 0) return;
  const plan = planRuns(block, box);
  const { ranges, steps, split, along } = plan;
  const run = ranges[split] ?? { start: 0, stop: 1 };
  const perRun = Math.max(1, Math.floor(MAX_PAYLOAD / (steps[split] ?? block.elementSize)));
  for (const index of positions(ranges, along < 0 ? split : along, split)) {
    for (let at = run.start; at < run.stop; at += perRun) {
      const piece = { start: at, stop: Math.min(run.stop, at + perRun) };
      if (along < 0) yield refOf(block, plan, index, piece, 1);
      else yield* stridedRefs(block, plan, index, piece);
    }
  }
}

/** How a box is cut: one index of each dimension outside `split`, a range of that one, and the whole of those inside it. */
interface RunPlan {
  readonly ranges: readonly Range[];
  /** Bytes from one index to the next, per dimension. */
  readonly steps: readonly number[];
  /** The rank of the block: runs of one element. */
  readonly split: number;
  /** The dimension outside the runs along which they make strided refs; -1: none has two indices, or runs are too long. */
  readonly along: number;
}

function planRuns(block: Block, box: Box): RunPlan {
  const { shape, elementSize } = block;
  const steps = stridesOf(shape).map((stride) => stride * elementSize);
  const gapped = block.recordStride !== undefined && shape.length > 0 && block.recordStride !== steps[0];
  if (gapped) steps[0] = block.recordStride as number;
  const outermost = gapped ? 1 : 0;
  const ranges = [...box];
  let split = shape.length;
  for (;;) {
    const next = split - 1;
    // Those inside `split` are whole already.
    if (next >= outermost && fits(steps, next) && isWhole(ranges[split], shape[split])) {
      split = next;
      continue;
    }
    const along = longDimension(ranges, split);
    const runBytes = split < shape.length ? lengthOf(ranges[split] as Range) * (steps[split] as number) : elementSize;
    if (runBytes > MAX_PAYLOAD) return { ranges, steps, split, along: -1 };
    if (along < outermost || !fits(steps, along)) return { ranges, steps, split, along };
    const gap = (steps[along] as number) - runBytes;
    const small = gap <= runBytes || longDimension(ranges, along) >= 0;
    if (gap >= SMALL_GAP || !small) return { ranges, steps, split, along };
    for (let inner = along + 1; inner <= split && inner < shape.length; inner++)
      ranges[inner] = { start: 0, stop: shape[inner] as number };
    split = along;
  }
}

function fits(steps: readonly number[], d: number): boolean {
  return (steps[d] as number) <= MAX_PAYLOAD;
}

function lengthOf(range: Range): number {
  return range.stop - range.start;
}

function isWhole(range: Range | undefined, length: number | undefined): boolean {
  return !range || (range.start === 0 && range.stop === length);
}

/** The innermost dimension outside `split` of which the box holds more than one index; -1: none. */
function longDimension(ranges: readonly Range[], split: number): number {
  for (let d = split - 1; d >= 0; d--) if (lengthOf(ranges[d] as Range) > 1) return d;
  return -1;
}

/** Every index of the dimensions outside `end`, row-major; those from `end` to `split` stand at their start. */
function* positions(ranges: readonly Range[], end: number, split: number): Iterable<readonly number[]> {
  const index = ranges.slice(0, split).map((range) => range.start);
  for (;;) {
    yield index;
    let d = end - 1;
    for (; d >= 0; d--) {
      const { start, stop } = ranges[d] as Range;
      const next = (index[d] as number) + 1;
      index[d] = next < stop ? next : start;
      if (next < stop) break;
    }
    if (d < 0) return;
  }
}

function* stridedRefs(block: Block, plan: RunPlan, index: readonly number[], run: Range): Iterable<ChunkRef> {
  const { start, stop } = plan.ranges[plan.along] as Range;
  const bytes = lengthOf(run) * (plan.steps[plan.split] ?? block.elementSize);
  const perRef = Math.max(1, Math.floor(MAX_PAYLOAD / bytes));
  for (let at = start; at < stop; at += perRef)
    yield refOf(block, plan, index.with(plan.along, at), run, Math.min(perRef, stop - at));
}

function refOf(block: Block, plan: RunPlan, index: readonly number[], run: Range, count: number): ChunkRef {
  const { steps, split, along } = plan;
  const inner = block.shape.slice(split + 1);
  const inside = split < block.shape.length;
  const origin = inside ? [...index, run.start, ...inner.map(() => 0)] : [...index];
  const shape = inside ? [...index.map(() => 1), lengthOf(run), ...inner] : index.map(() => 1);
  if (along >= 0) shape[along] = count;
  const offset = origin.reduce((sum, at, d) => sum + at * (steps[d] as number), block.offset);
  const length = inside ? lengthOf(run) * (steps[split] as number) : block.elementSize;
  const where = { origin, shape, filterMask: 0, url: block.url, offset, length };
  return count === 1 ? { ...where, kind: "stored" } : { ...where, kind: "strided", stride: steps[along] as number, count };
}
