import { specialised } from "../schema/specialise.js";
import { viewAs } from "../schema/typed-array.js";

/** Longer pieces are copied as they are, each by a call. */
const LONG = 64;

/**
 * Copies `count` pieces of `length` bytes, `stride` apart in `from` and one behind the other in `to`: a column out of rows.
 * @param position of the first piece in `to`
 */
export function gather(from: Uint8Array, stride: number, count: number, length: number, to: Uint8Array, position: number): void {
  if (length > LONG || count < 4) {
    for (let i = 0; i < count; i++) to.set(from.subarray(i * stride, i * stride + length), position + i * length);
    return;
  }
  const size = widthOf(length, to.byteOffset + position);
  const target = viewAs(NAMES[size], to.subarray(position)) as Words;
  if (size === 4) {
    gatherWords(new DataView(from.buffer, from.byteOffset, from.byteLength), stride, count, length / 4, target as Uint32Array);
    return;
  }
  if (widthOf(from.byteOffset, stride, length) < size) {
    gatherElements(from, stride, count, length, viewAs("uint8", to.subarray(position)) as Words);
    return;
  }
  gatherElements(viewAs(NAMES[size], from) as Words, stride / size, count, length / size, target);
}

const NAMES = { 1: "uint8", 2: "uint16", 4: "uint32" } as const;

type Words = Uint8Array | Uint16Array | Uint32Array;

function widthOf(...lengths: number[]): 1 | 2 | 4 {
  const all = lengths.reduce((bits, length) => bits | (length & 7), 0);
  return all % 4 === 0 ? 4 : all % 2 === 0 ? 2 : 1;
}

const IS_LITTLE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Four bytes at a time, wherever they lie: fields of rows are rarely aligned. */
function gatherWords(from: DataView, stride: number, count: number, words: number, to: Uint32Array): void {
  if (words === 1) {
    for (let i = 0, s = 0; i < count; i++, s += stride) to[i] = from.getUint32(s, IS_LITTLE);
    return;
  }
  if (words === 2) {
    for (let i = 0, s = 0; i < count; i++, s += stride) {
      to[2 * i] = from.getUint32(s, IS_LITTLE);
      to[2 * i + 1] = from.getUint32(s + 4, IS_LITTLE);
    }
    return;
  }
  for (let i = 0, t = 0; i < count; i++)
    for (let k = 0, s = i * stride; k < words; k++, s += 4) to[t++] = from.getUint32(s, IS_LITTLE);
}

function gatherElements(from: Words, stride: number, count: number, length: number, to: Words): void {
  copierOf(from)(from, stride, count, length, to);
}

type Copier = (from: Words, stride: number, count: number, length: number, to: Words) => void;

const copierOf: (words: object) => Copier = specialised(
  (): Copier => (from, stride, count, length, to) => {
    if (length === 1) {
      for (let i = 0, s = 0; i < count; i++, s += stride) to[i] = from[s] as number;
      return;
    }
    for (let i = 0, t = 0; i < count; i++) for (let k = 0, s = i * stride; k < length; k++) to[t++] = from[s++] as number;
  },
);
