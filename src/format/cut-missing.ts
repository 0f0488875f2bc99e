import { asGraticuleError } from "../errors.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import type { ArrayVariable, ReadContext } from "./contract.js";
import { slabsOf } from "./slabs.js";

/** Boxes are planned within it, but where one chunk is larger. */
export const LARGE_BOX = 128 << 20;

/**
 * The boxes in their order. One of more than {@link LARGE_BOX} bytes that meets only chunks that were never stored comes in
 * row-major parts of `maxBytes` instead: what is nowhere can be cut anywhere, and a header may claim chunks of any size.
 *
 * @param elementBytes of a decoded element
 * @throws what locating throws
 */
export async function* cutMissing(
  variable: ArrayVariable,
  boxes: Iterable<Box>,
  elementBytes: number,
  maxBytes: number,
  context: ReadContext,
): AsyncIterable<Box> {
  for (const box of boxes) {
    const isLarge = sizeOf(boxShape(box)) * elementBytes > LARGE_BOX;
    if (isLarge && (await isNeverStored(variable, box, context))) yield* partsOf(box, elementBytes, maxBytes);
    else yield box;
  }
}

/** Row-major parts of a box, cut between any two elements. */
export function* partsOf(box: Box, elementBytes: number, maxBytes: number): Iterable<Box> {
  for (const part of slabsOf(boxShape(box), null, elementBytes, maxBytes))
    yield part.map(({ start, stop }, d) => {
      const from = box[d]?.start ?? 0;
      return { start: from + start, stop: from + stop };
    });
}

/** Whether all of a box is known to read as the fill value: objects that nobody has listed may be there. */
export async function isNeverStored(variable: ArrayVariable, box: Box, context: ReadContext): Promise<boolean> {
  if (variable.unsupported !== undefined || variable.empty) return false;
  try {
    for await (const ref of variable.locate(box, context)) {
      context.signal?.throwIfAborted();
      if (ref.kind !== "missing") return false;
    }
    return true;
  } catch (error) {
    throw asGraticuleError(error, { variable: variable.path });
  }
}
