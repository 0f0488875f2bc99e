import { type Box, boxShape, type Range } from "../schema/box.js";

/**
 * Boxes that cover `within` one after the other in row-major order, so that their values in a row are the array's. Each is as
 * many whole rows of chunks as `maxBytes` allows; where not even one fits, it is cut across the chunks (which are then decoded
 * once for every box that meets them).
 *
 * @param chunks null: one divisible block
 */
export function* rowBoxes(within: Box, chunks: readonly number[] | null, elementSize: number, maxBytes: number): Iterable<Box> {
  if (within.some(({ start, stop }) => stop <= start)) return;
  if (within.length === 0) {
    yield [];
    return;
  }
  const { dimension, step, chunk } = cutOf(boxShape(within), chunks, Math.max(1, elementSize), maxBytes);
  const cut = within[dimension] as Range;
  const outer = within.slice(0, dimension).map(({ start }) => start);
  for (;;) {
    for (let start = cut.start; start < cut.stop; ) {
      const aligned = step >= chunk ? start + step - ((start + step) % chunk) : start + step;
      const stop = Math.min(cut.stop, aligned > start ? aligned : start + step);
      yield within.map((range, d) => {
        if (d < dimension) return { start: outer[d] as number, stop: (outer[d] as number) + 1 };
        return d === dimension ? { start, stop } : range;
      });
      start = stop;
    }
    let d = dimension - 1;
    for (; d >= 0; d--) {
      outer[d] = (outer[d] as number) + 1;
      if ((outer[d] as number) < (within[d] as Range).stop) break;
      outer[d] = (within[d] as Range).start;
    }
    if (d < 0) return;
  }
}

/** The dimension along which boxes are cut (those before it go one index at a time, those after it stay whole), and by how much. */
function cutOf(
  shape: readonly number[],
  chunks: readonly number[] | null,
  elementSize: number,
  maxBytes: number,
): { dimension: number; step: number; chunk: number } {
  let rowBytes = elementSize;
  for (let d = 1; d < shape.length; d++) rowBytes *= shape[d] as number;
  let dimension = 0;
  while (dimension < shape.length - 1 && rowBytes > maxBytes) {
    dimension++;
    rowBytes /= shape[dimension] as number;
  }
  const chunk = Math.max(1, chunks?.[dimension] ?? 1);
  const fit = Math.max(1, Math.floor(maxBytes / rowBytes));
  return { dimension, step: fit >= chunk ? fit - (fit % chunk) : fit, chunk };
}

/** How often {@link rowBoxes} has each chunk decoded: once where its boxes are whole rows of chunks. */
export function decodesPerChunk(within: Box, chunks: readonly number[] | null, elementSize: number, maxBytes: number): number {
  const shape = boxShape(within);
  if (chunks === null || shape.length === 0) return 1;
  const { dimension, step, chunk } = cutOf(shape, chunks, Math.max(1, elementSize), maxBytes);
  let times = Math.ceil(Math.min(chunk, shape[dimension] as number) / step);
  for (let d = 0; d < dimension; d++) times *= Math.min(chunks[d] as number, shape[d] as number);
  return times;
}
