import type { Box } from "../schema/box.js";

/**
 * Boxes that cover an array one after the other in row-major order, so that their values in a row are the array's. Each is as
 * many whole rows of chunks as `maxBytes` allows; where not even one fits, it is cut across the chunks (which are then decoded
 * once for every box that meets them).
 *
 * @param chunks null: one divisible block
 */
export function* rowBoxes(
  shape: readonly number[],
  chunks: readonly number[] | null,
  elementSize: number,
  maxBytes: number,
): Iterable<Box> {
  if (shape.some((length) => length === 0)) return;
  if (shape.length === 0) {
    yield [];
    return;
  }
  const cut = cutOf(shape, chunks, Math.max(1, elementSize), maxBytes);
  const outer = shape.slice(0, cut.dimension).map(() => 0);
  const length = shape[cut.dimension] as number;
  for (;;) {
    for (let start = 0; start < length; start += cut.step)
      yield shape.map((whole, d) => {
        if (d < cut.dimension) return { start: outer[d] as number, stop: (outer[d] as number) + 1 };
        return d === cut.dimension ? { start, stop: Math.min(length, start + cut.step) } : { start: 0, stop: whole };
      });
    let d = cut.dimension - 1;
    for (; d >= 0; d--) {
      outer[d] = (outer[d] as number) + 1;
      if ((outer[d] as number) < (shape[d] as number)) break;
      outer[d] = 0;
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
): { dimension: number; step: number } {
  let rowBytes = elementSize;
  for (let d = 1; d < shape.length; d++) rowBytes *= shape[d] as number;
  let dimension = 0;
  while (dimension < shape.length - 1 && rowBytes > maxBytes) {
    dimension++;
    rowBytes /= shape[dimension] as number;
  }
  const chunk = Math.max(1, chunks?.[dimension] ?? 1);
  const fit = Math.max(1, Math.floor(maxBytes / rowBytes));
  return { dimension, step: fit >= chunk ? fit - (fit % chunk) : fit };
}
