import type { Box } from "../schema/box.js";
import { boxShape, stridesOf } from "../schema/box.js";

/**
 * Copies the `common` part of a row-major array over `sourceBox` into one over `targetBox`, by runs that are contiguous
 * in both. `size` is the elements' width in array entries (bytes for byte arrays, 1 for lists).
 */
export function scatter(
  copy: (sourceStart: number, length: number, targetStart: number) => void,
  sourceBox: Box,
  targetBox: Box,
  common: Box,
  size: number,
): void {
  const rank = common.length;
  const sourceStrides = stridesOf(boxShape(sourceBox));
  const targetStrides = stridesOf(boxShape(targetBox));
  const extent = boxShape(common);
  let sourceBase = 0;
  let targetBase = 0;
  for (let d = 0; d < rank; d++) {
    sourceBase += ((common[d]?.start ?? 0) - (sourceBox[d]?.start ?? 0)) * (sourceStrides[d] as number);
    targetBase += ((common[d]?.start ?? 0) - (targetBox[d]?.start ?? 0)) * (targetStrides[d] as number);
  }
  // The inner dimensions that both boxes hold whole form one run together with the first one outside them.
  let inner = rank - 1;
  let run = rank === 0 ? 1 : (extent[inner] as number);
  while (inner > 0 && run === sourceStrides[inner - 1] && run === targetStrides[inner - 1]) run *= extent[--inner] as number;
  const index = new Array<number>(Math.max(0, inner)).fill(0);
  for (;;) {
    copy(sourceBase * size, run * size, targetBase * size);
    let d = inner - 1;
    for (; d >= 0; d--) {
      sourceBase += sourceStrides[d] as number;
      targetBase += targetStrides[d] as number;
      index[d] = (index[d] as number) + 1;
      if ((index[d] as number) < (extent[d] as number)) break;
      sourceBase -= (index[d] as number) * (sourceStrides[d] as number);
      targetBase -= (index[d] as number) * (targetStrides[d] as number);
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
