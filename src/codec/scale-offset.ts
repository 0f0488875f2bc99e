import { endianness } from "node:os";
import { GraticuleError } from "../errors.js";
import { swapBytes, viewAs } from "../schema/typed-array.js";
import type { Codec, CodecSpec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";
import { unpackIntegers } from "./packed-integers.js";

/** Bytes before the packed integers: their width (4), the size of the minimum (1), the minimum (8), nothing (8). */
const HEADER_LENGTH = 21;
const FLOAT_DECIMAL = 0;
const INTEGER = 2;
const FILL_AT = 8;

const MACHINE_IS_BIG = endianness() === "BE";

type Words = Uint8Array | Uint16Array | Uint32Array;

/** The filter's client data (H5Zscaleoffset.c). */
interface ScaleOffset {
  readonly kind: "integer" | "float";
  /** Of floats the decimal digits after the point that are kept, of integers the bits that were asked for (0: as many as it takes). */
  readonly digits: number;
  readonly count: number;
  readonly size: number;
  readonly isBig: boolean;
  /** Two words of the fill value, the lower first; undefined: there is none. */
  readonly fill: readonly [number, number] | undefined;
}

/**
 * HDF5 filter 6: numbers as packed distances from their minimum, floats after multiplying with a power of ten. The largest
 * distance stands for the fill value, where one is defined; a width of the whole element means that nothing was packed.
 * Parameters are the filter's client data by their numbers.
 */
export const scaleOffset: Codec = {
  id: "scaleoffset",
  label: labelOf,
  decode(bytes, spec, context) {
    const form = formOf(spec);
    const { count, size, isBig } = form;
    checkOutputLength(count * size, context, "scaleoffset");
    if (form.kind === "integer" && form.digits === 8 * size) return passed(bytes, count * size);
    if (bytes.length < HEADER_LENGTH) throw damaged(`${bytes.length} bytes cannot hold the header`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const width = view.getUint32(0, true);
    const minimumSize = Math.min(8, view.getUint8(4));
    if (width > 8 * size) throw damaged(`${width} bits for elements of ${size} bytes`);
    if (bytes.length - HEADER_LENGTH < Math.ceil((width * count) / 8))
      throw damaged(`${bytes.length} bytes cannot hold ${count} values of ${width} bits`);
    const out = outputMemory(count * size, bytes, context);
    if (width === 8 * size) {
      out.set(bytes.subarray(HEADER_LENGTH, HEADER_LENGTH + out.length));
      if (isBig) swapBytes(out, size);
    } else {
      const minimum = new DataView(new ArrayBuffer(8));
      for (let i = 0; i < minimumSize; i++) minimum.setUint8(i, view.getUint8(5 + i));
      restore(bytes, width, minimum, form, out);
      if (isBig !== MACHINE_IS_BIG) swapBytes(out, size);
    }
    return out;
  },
};

/** Integers that were to keep all their bits went by the filter: no header, their own byte order. */
function passed(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw damaged(`${bytes.length} bytes cannot hold ${length} bytes of integers that keep all bits`);
  return bytes.subarray(0, length);
}

function formOf({ parameters }: CodecSpec): ScaleOffset {
  const [type, factor, count, , size, , order, hasFill] = Array.from({ length: 8 }, (_, i) => Number(parameters[i])) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (type !== INTEGER && type !== FLOAT_DECIMAL) throw new GraticuleError("unsupported", `scaleoffset: scaling of kind ${type}`);
  const sizes = type === INTEGER ? [1, 2, 4, 8] : [4, 8];
  if (!sizes.includes(size) || !Number.isInteger(count) || count < 0) throw damaged(`${count} elements of ${size} bytes`);
  return {
    kind: type === INTEGER ? "integer" : "float",
    digits: factor | 0,
    count,
    size,
    isBig: order === 1,
    fill: hasFill === 1 ? [Number(parameters[FILL_AT] ?? 0), Number(parameters[FILL_AT + 1] ?? 0)] : undefined,
  };
}

/** Values in this machine's byte order. */
function restore(bytes: Uint8Array, width: number, minimum: DataView, form: ScaleOffset, out: Uint8Array): void {
  const { kind, count, size } = form;
  const words = viewAs(size === 1 ? "uint8" : size === 2 ? "uint16" : "uint32", out) as Words;
  if (width > 0) unpackIntegers(bytes, HEADER_LENGTH, width, count, words, size === 8);
  else words.fill(0);
  if (kind === "float" && size === 4) restoreFloats(words as Uint32Array, width, minimum, form);
  else if (kind === "float") restoreDoubles(words as Uint32Array, width, minimum, form);
  else if (size === 8) restoreWide(words as Uint32Array, width, minimum, form);
  else restoreNarrow(words, width, minimum, form);
}

/** All bits of `width` set: low and high word. */
function largest(width: number): readonly [number, number] {
  const low = width >= 32 ? 0xffffffff : 2 ** width - 1;
  return [low, width > 32 ? 2 ** (width - 32) - 1 : 0];
}

function restoreNarrow(words: Words, width: number, minimum: DataView, { fill }: ScaleOffset): void {
  const least = minimum.getInt32(0, true);
  if (!fill) {
    for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) + least;
    return;
  }
  const [marker] = largest(width);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    words[i] = word === marker ? fill[0] : word + least;
  }
}

function restoreWide(words: Uint32Array, width: number, minimum: DataView, { fill }: ScaleOffset): void {
  const leastLow = minimum.getUint32(0, true);
  const leastHigh = minimum.getUint32(4, true);
  const [markerLow, markerHigh] = largest(width);
  for (let i = 0; i < words.length; i += 2) {
    let low = words[i] as number;
    let high = words[i + 1] as number;
    if (fill && low === markerLow && high === markerHigh) [low, high] = fill;
    else {
      low += leastLow;
      high += leastHigh + (low > 0xffffffff ? 1 : 0);
    }
    setWide(words, i, low, high);
  }
}

/** Two words as one of 64 bits in this machine's byte order. */
function setWide(words: Uint32Array, i: number, low: number, high: number): void {
  words[i] = MACHINE_IS_BIG ? high : low;
  words[i + 1] = MACHINE_IS_BIG ? low : high;
}

/** `distance / 10^digits + minimum`, every step in the element's own precision. */
function restoreFloats(words: Uint32Array, width: number, minimum: DataView, { digits, fill }: ScaleOffset): void {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const least = minimum.getFloat32(0, true);
  const power = Math.fround(10 ** digits);
  const [marker] = largest(width);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    if (fill && word === marker) words[i] = fill[0];
    else floats[i] = Math.fround(Math.fround(word) / power) + least;
  }
}

function restoreDoubles(words: Uint32Array, width: number, minimum: DataView, { digits, fill }: ScaleOffset): void {
  const doubles = new Float64Array(words.buffer, words.byteOffset, words.length / 2);
  const least = minimum.getFloat64(0, true);
  const power = 10 ** digits;
  const [markerLow, markerHigh] = largest(width);
  for (let i = 0; i < doubles.length; i++) {
    const low = words[2 * i] as number;
    const high = words[2 * i + 1] as number;
    if (fill && low === markerLow && high === markerHigh) setWide(words, 2 * i, fill[0], fill[1]);
    else doubles[i] = (high * 2 ** 32 + low) / power + least;
  }
}

function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `scaleoffset: ${message}`);
}
