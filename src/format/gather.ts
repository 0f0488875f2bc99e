import { specialised } from "../schema/specialise.js";
import { viewAs } from "../schema/typed-array.js";

/**
 * Copies `count` pieces of `length` bytes, `stride` apart in `from` and one behind the other in `to`: a column out of rows.
 * @param to begins on a boundary of eight bytes
 */
export function gather(from: Uint8Array, stride: number, count: number, length: number, to: Uint8Array, position: number): void {
  const size = widthOf(from.byteOffset, stride, length, to.byteOffset + position);
  if (length > 64 || count < 4) {
    for (let i = 0; i < count; i++) to.set(from.subarray(i * stride, i * stride + length), position + i * length);
    return;
  }
  const source = wordsOf(from, 0, size);
  const target = wordsOf(to, position, size);
  copierOf(source)(source, stride / size, count, length / size, target);
}

const NAMES = { 1: "uint8", 2: "uint16", 4: "uint32" } as const;

type Words = Uint8Array | Uint16Array | Uint32Array;

function widthOf(...lengths: number[]): 1 | 2 | 4 {
  const all = lengths.reduce((bits, length) => bits | (length & 7), 0);
  return all % 4 === 0 ? 4 : all % 2 === 0 ? 2 : 1;
}

function wordsOf(bytes: Uint8Array, position: number, size: 1 | 2 | 4): Words {
  return viewAs(NAMES[size], bytes.subarray(position)) as Words;
}

type Copier = (from: Words, stride: number, count: number, length: number, to: Words) => void;

const copierOf: (words: object) => Copier = specialised(
  (): Copier => (from, stride, count, length, to) => {
    if (length === 1) {
      for (let i = 0, s = 0; i < count; i++, s += stride) to[i] = from[s] as number;
      return;
    }
    if (length === 2) {
      for (let i = 0, s = 0; i < count; i++, s += stride) {
        to[2 * i] = from[s] as number;
        to[2 * i + 1] = from[s + 1] as number;
      }
      return;
    }
    for (let i = 0, t = 0; i < count; i++) for (let k = 0, s = i * stride; k < length; k++) to[t++] = from[s++] as number;
  },
);
