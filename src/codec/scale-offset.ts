import { GraticuleError } from "../errors.js";
import { swapBytes } from "../schema/typed-array.js";
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

/** The filter's client data (H5Zscaleoffset.c). */
interface ScaleOffset {
  readonly kind: "integer" | "float";
  /** Decimal digits after the point that floats keep. */
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
    if (bytes.length < HEADER_LENGTH) throw damaged(`${bytes.length} bytes cannot hold the header`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const width = view.getUint32(0, true);
    const minimumSize = Math.min(8, view.getUint8(4));
    if (width > 8 * size) throw damaged(`${width} bits for elements of ${size} bytes`);
    if (bytes.length - HEADER_LENGTH < Math.ceil((width * count) / 8))
      throw damaged(`${bytes.length} bytes cannot hold ${count} values of ${width} bits`);
    const out = outputMemory(count * size, bytes, context);
    if (width === 8 * size) out.set(bytes.subarray(HEADER_LENGTH, HEADER_LENGTH + out.length));
    else {
      const minimum = new DataView(new ArrayBuffer(8));
      for (let i = 0; i < minimumSize; i++) minimum.setUint8(i, view.getUint8(5 + i));
      restore(bytes, width, minimum, form, out);
    }
    if (isBig) swapBytes(out, size);
    return out;
  },
};

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

/** Values in little-endian byte order. */
function restore(bytes: Uint8Array, width: number, minimum: DataView, form: ScaleOffset, out: Uint8Array): void {
  const { kind, count, size } = form;
  const isWide = size === 8;
  const words = new Uint32Array(count * (isWide ? 2 : 1));
  if (width > 0) unpackIntegers(bytes, HEADER_LENGTH, width, count, words, isWide);
  if (kind === "float") restoreFloats(words, width, minimum, form, out);
  else if (isWide) restoreWide(words, width, minimum, form, out);
  else restoreNarrow(words, width, minimum, form, out);
}

/** All bits of `width` set: low and high word. */
function largest(width: number): readonly [number, number] {
  const low = width >= 32 ? 0xffffffff : 2 ** width - 1;
  return [low, width > 32 ? 2 ** (width - 32) - 1 : 0];
}

function restoreNarrow(words: Uint32Array, width: number, minimum: DataView, { size, fill }: ScaleOffset, out: Uint8Array): void {
  const least = minimum.getInt32(0, true);
  const [marker] = largest(width);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    words[i] = fill && word === marker ? fill[0] : word + least;
  }
  // Little-endian on every machine.
  for (let i = 0, to = 0; i < words.length; i++) {
    const word = words[i] as number;
    for (let b = 0; b < size; b++) out[to++] = word >>> (8 * b);
  }
}

function restoreWide(words: Uint32Array, width: number, minimum: DataView, { fill }: ScaleOffset, out: Uint8Array): void {
  const leastLow = minimum.getUint32(0, true);
  const leastHigh = minimum.getUint32(4, true);
  const [markerLow, markerHigh] = largest(width);
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < words.length; i += 2) {
    let low = words[i] as number;
    let high = words[i + 1] as number;
    if (fill && low === markerLow && high === markerHigh) [low, high] = fill;
    else {
      low += leastLow;
      high += leastHigh + (low > 0xffffffff ? 1 : 0);
    }
    view.setUint32(4 * i, low, true);
    view.setUint32(4 * i + 4, high, true);
  }
}

/** `distance / 10^digits + minimum`, every step in the element's own precision. */
function restoreFloats(words: Uint32Array, width: number, minimum: DataView, form: ScaleOffset, out: Uint8Array): void {
  const { count, size, digits, fill } = form;
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  const [markerLow, markerHigh] = largest(width);
  if (size === 4) {
    const least = minimum.getFloat32(0, true);
    const power = Math.fround(10 ** digits);
    for (let i = 0; i < count; i++) {
      const word = words[i] as number;
      if (fill && word === markerLow) view.setUint32(4 * i, fill[0], true);
      else view.setFloat32(4 * i, Math.fround(Math.fround(word) / power) + least, true);
    }
    return;
  }
  const least = minimum.getFloat64(0, true);
  const power = 10 ** digits;
  for (let i = 0; i < count; i++) {
    const low = words[2 * i] as number;
    const high = words[2 * i + 1] as number;
    if (fill && low === markerLow && high === markerHigh) {
      view.setUint32(8 * i, fill[0], true);
      view.setUint32(8 * i + 4, fill[1], true);
    } else view.setFloat64(8 * i, (high * 2 ** 32 + low) / power + least, true);
  }
}

function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `scaleoffset: ${message}`);
}
