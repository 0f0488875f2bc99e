import { type Box, boxShape, stridesOf } from "../schema/box.js";

/** The flat index in an array of `shape` of the cell at flat index `local` of a box; both row-major. */
export function flatIndexInArray(local: number, box: Box, shape: readonly number[]): number {
  const extents = boxShape(box);
  const strides = stridesOf(shape);
  let rest = local;
  let index = 0;
  for (let i = extents.length - 1; i >= 0; i--) {
    const extent = extents[i] as number;
    const at = rest % extent;
    rest = (rest - at) / extent;
    index += ((box[i] as { start: number }).start + at) * (strides[i] as number);
  }
  return index;
}
