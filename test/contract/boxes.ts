import { type Box, boxShape, sizeOf, stridesOf, wholeBox } from "../../src/schema/box.js";

/** Numbers in [0, 1) from a seed (mulberry32), so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Boxes worth reading: empty, the corners' cells, every second index of the first dimension, and some at random. */
export function interestingBoxes(shape: readonly number[], random: () => number): Box[] {
  const whole = wholeBox(shape);
  const boxes: Box[] = [whole];
  if (shape.length === 0) return boxes;
  boxes.push(whole.map((r, d) => (d === 0 ? { start: r.stop, stop: r.stop } : r)));
  if (sizeOf(shape) === 0) return boxes;
  boxes.push(shape.map(() => ({ start: 0, stop: 1 })));
  boxes.push(shape.map((n) => ({ start: n - 1, stop: n })));
  const [first = 0, ...rest] = shape;
  for (let at = 0; at < Math.min(first, 16); at += 2) boxes.push([{ start: at, stop: at + 1 }, ...wholeBox(rest)]);
  for (let i = 0; i < 12; i++) boxes.push(shape.map((n) => randomRange(n, random)));
  return boxes;
}

function randomRange(length: number, random: () => number) {
  const a = Math.floor(random() * length);
  const b = Math.floor(random() * length);
  return { start: Math.min(a, b), stop: Math.max(a, b) + 1 };
}

/** The box's part of row-major values over `shape`. */
export function sliceOf<T>(values: readonly T[], shape: readonly number[], box: Box): T[] {
  const strides = stridesOf(shape);
  return Array.from(cellsOf(box), (cell) => values[cell.reduce((sum, at, d) => sum + at * (strides[d] as number), 0)] as T);
}

/** The indices of a box's cells, row-major. */
export function* cellsOf(box: Box): Iterable<number[]> {
  const extent = boxShape(box);
  const n = sizeOf(extent);
  for (let k = 0; k < n; k++) {
    const cell = new Array<number>(extent.length);
    let rest = k;
    for (let d = extent.length - 1; d >= 0; d--) {
      const length = extent[d] as number;
      cell[d] = (box[d]?.start ?? 0) + (rest % length);
      rest = Math.floor(rest / length);
    }
    yield cell;
  }
}
