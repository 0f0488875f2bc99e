import type { Box } from "../schema/box.js";
import { boxShape, stridesOf } from "../schema/box.js";
import { specialised } from "../schema/specialise.js";
import { viewAs } from "../schema/typed-array.js";

/**
 * Copies the `common` part of a row-major array over `sourceBox` into one over `targetBox`, by runs that are contiguous
 * in both. `size` is the elements' width in array entries (bytes for byte arrays, 1 for lists).
 */
export function scatter(
  copy: (sourceStart: number, length: number, targetStart: number) => unknown,
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

/**
 * Copies the `common` part between byte arrays. Very short runs are copied by elements in a loop, because a call for each costs
 * more than the bytes; both arrays must then begin on a boundary of their elements.
 */
export function scatterBytes(
  source: Uint8Array,
  sourceBox: Box,
  target: Uint8Array,
  targetBox: Box,
  common: Box,
  size: number,
): void {
  const innermost = common.at(-1);
  const run = innermost ? (innermost.stop - innermost.start) * size : size;
  const isAligned = source.byteOffset % size === 0 && target.byteOffset % size === 0;
  if (run >= SHORT_RUN || !isAligned || !(size === 1 || size === 2 || size === 4 || size === 8)) {
    const from = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    const to = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
    scatter((s, n, t) => from.copy(to, t, s, s + n), sourceBox, targetBox, common, size);
    return;
  }
  const words = size === 8 ? 2 : 1;
  const name = size === 1 ? "uint8" : size === 2 ? "uint16" : "uint32";
  const from = viewAs(name, source) as Words;
  const to = viewAs(name, target) as Words;
  const copy = copyLoop(from);
  scatter((s, n, t) => copy(from, s, n, to, t), sourceBox, targetBox, common, words);
}

/** From so many bytes on, `copy` is faster than a loop. */
const SHORT_RUN = 384;

type Words = Uint8Array | Uint16Array | Uint32Array;
type CopyLoop = (from: Words, s: number, n: number, to: Words, t: number) => void;

const copyLoop: (array: object) => CopyLoop = specialised(
  (): CopyLoop => (from, s, n, to, t) => {
    for (let i = 0; i < n; i++) to[t + i] = from[s + i] as number;
  },
);
