import type { Box } from "../schema/box.js";

/**
 * Boxes of whole chunks that cover an array in storage order, each as large as `maxBytes` of decoded values allows and never
 * less than one chunk. They grow from the innermost dimension outwards, so that a slab is row-major and few chunks wide.
 *
 * @param chunks null: one divisible block, cut between any two elements
 */
export function* slabsOf(
  shape: readonly number[],
  chunks: readonly number[] | null,
  elementSize: number,
  maxBytes: number,
): Iterable<Box> {
  if (shape.some((length) => length === 0)) return;
  const step = slabShape(shape, chunks ?? shape.map(() => 1), Math.max(1, elementSize), maxBytes);
  const index = shape.map(() => 0);
  for (;;) {
    yield shape.map((length, d) => ({
      start: index[d] as number,
      stop: Math.min(length, (index[d] as number) + (step[d] as number)),
    }));
    let d = shape.length - 1;
    for (; d >= 0; d--) {
      index[d] = (index[d] as number) + (step[d] as number);
      if ((index[d] as number) < (shape[d] as number)) break;
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

function slabShape(shape: readonly number[], chunks: readonly number[], elementSize: number, maxBytes: number): number[] {
  const step = chunks.map((n, d) => Math.max(1, Math.min(n, shape[d] as number)));
  let bytes = step.reduce((product, n) => product * n, elementSize);
  for (let d = shape.length - 1; d >= 0; d--) {
    const chunk = step[d] as number;
    const fit = Math.max(1, Math.floor(maxBytes / bytes));
    const whole = Math.ceil((shape[d] as number) / chunk);
    const count = Math.min(fit, whole);
    step[d] = Math.min(shape[d] as number, chunk * count);
    if (count < whole) break;
    bytes = (bytes / chunk) * (step[d] as number);
  }
  return step;
}
