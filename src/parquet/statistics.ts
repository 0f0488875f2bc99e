import { type ColumnType, carrierOf } from "../schema/field.js";
import { specialised } from "../schema/specialise.js";
import type { TypedArray } from "../schema/typed-array.js";

/** Least and greatest value as Parquet stores bounds: plain-encoded bytes. */
export interface Bounds {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
}

/** Bounds of values none of which is null, NaN left aside; −0 as the lower and +0 as the upper bound of zeros, so that both match. */
export function boundsOf(type: ColumnType, values: TypedArray): Bounds | null {
  if (type.kind === "float16") return halfBounds(values as Uint16Array);
  return boundsFrom(type, rangeLoop(values)(values));
}

/** As {@link boundsOf}, of the least and the greatest value. */
export function boundsFrom(type: ColumnType, range: readonly [number | bigint, number | bigint] | null): Bounds | null {
  if (!range) return null;
  const [min, max] = range;
  return {
    min: boundBytes(type, min === 0 && isFloating(type) ? -0 : min),
    max: boundBytes(type, max === 0 && isFloating(type) ? 0 : max),
  };
}

/** Null where there is no value but NaN. */
type RangeLoop = (values: TypedArray) => readonly [number | bigint, number | bigint] | null;

const rangeLoop: (values: TypedArray) => RangeLoop = specialised(
  (): RangeLoop => (values) => {
    let first = 0;
    // Comparisons with NaN are false, so that one can only harm where it is the first.
    while (first < values.length && Number.isNaN(values[first])) first++;
    if (first === values.length) return null;
    let min = values[first] as number | bigint;
    let max = min;
    for (let i = first + 1; i < values.length; i++) {
      const value = values[i] as number | bigint;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return [min, max];
  },
);

/** The wider of two bounds of one column. */
export function unite(type: ColumnType, a: Bounds | null, b: Bounds | null): Bounds | null {
  if (!a || !b) return a ?? b;
  return {
    min: compareBounds(type, a.min, b.min) <= 0 ? a.min : b.min,
    max: compareBounds(type, a.max, b.max) >= 0 ? a.max : b.max,
  };
}

export function compareBounds(type: ColumnType, a: Uint8Array, b: Uint8Array): number {
  const carrier = carrierOf(type);
  if (carrier === "bytes") return Buffer.compare(a, b);
  if (typeof carrier === "object") return type.kind === "decimal" ? compareSigned(a, b) : Buffer.compare(a, b);
  const x = boundValue(type, a);
  const y = boundValue(type, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Big-endian two's complements of one length. */
export function compareSigned(a: Uint8Array, b: Uint8Array): number {
  const [x, y] = [(a[0] ?? 0) ^ 128, (b[0] ?? 0) ^ 128];
  return x === y ? Buffer.compare(a.subarray(1), b.subarray(1)) : x - y;
}

export function isFloating(type: ColumnType): boolean {
  return type.kind === "float16" || (type.kind === "number" && type.name.startsWith("float"));
}

export function boundBytes(type: ColumnType, value: number | bigint): Uint8Array {
  const carrier = carrierOf(type);
  switch (carrier) {
    case "flags":
      return Uint8Array.of(Number(value));
    case "float16":
      return new Uint8Array(Uint16Array.of(Number(value)).buffer);
    case "float32":
      return new Uint8Array(Float32Array.of(Number(value)).buffer);
    case "float64":
      return new Uint8Array(Float64Array.of(Number(value)).buffer);
    case "int64":
    case "uint64":
      return new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, BigInt(value))).buffer);
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32":
      return new Uint8Array(Int32Array.of(Number(value)).buffer);
    default:
      throw new TypeError(`no numeric bounds for ${type.kind}`);
  }
}

/** A bound of numbers; of float16, what ascends with it. */
export function boundValue(type: ColumnType, bytes: Uint8Array): number | bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const carrier = carrierOf(type);
  switch (carrier) {
    case "flags":
      return bytes[0] as number;
    case "float16":
      return halfOrder(view.getUint16(0, true));
    case "float32":
      return view.getFloat32(0, true);
    case "float64":
      return view.getFloat64(0, true);
    case "int64":
      return view.getBigInt64(0, true);
    case "uint64":
      return view.getBigUint64(0, true);
    case "uint32":
      return view.getUint32(0, true);
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
      return view.getInt32(0, true);
    default:
      throw new TypeError(`no numeric bounds for ${type.kind}`);
  }
}

const HALF_ZERO = 0x8000;

/** The bits of a float16 as a number that ascends with its value; −0 is just below +0. */
function halfOrder(bits: number): number {
  return bits & HALF_ZERO ? ~bits & 0xffff : bits | HALF_ZERO;
}

/** As of other floats: NaN left aside, zeros as −0 and +0. */
function halfBounds(values: Uint16Array): Bounds | null {
  let [min, max] = [0x10000, -1];
  for (let i = 0; i < values.length; i++) {
    const bits = values[i] as number;
    if ((bits & 0x7fff) > 0x7c00) continue;
    const order = halfOrder(bits);
    if (order < min) min = order;
    if (order > max) max = order;
  }
  if (max < 0) return null;
  if (min === halfOrder(0)) min = halfOrder(HALF_ZERO);
  if (max === halfOrder(HALF_ZERO)) max = halfOrder(0);
  const bitsOf = (order: number): number => (order & HALF_ZERO ? order & 0x7fff : ~order & 0xffff);
  return { min: new Uint8Array(Uint16Array.of(bitsOf(min)).buffer), max: new Uint8Array(Uint16Array.of(bitsOf(max)).buffer) };
}

/** Of byte strings of one length: nothing is cut. @param areDecimals big-endian two's complements */
export function fixedBounds(values: readonly Uint8Array[], areDecimals: boolean): Bounds | null {
  const compare = areDecimals ? compareSigned : Buffer.compare;
  const [first] = values;
  if (!first) return null;
  let [min, max] = [first, first];
  for (const value of values) {
    if (compare(value, min) < 0) min = value;
    if (compare(value, max) > 0) max = value;
  }
  return { min, max };
}

/** Most bytes of a text bound; a longer lower bound is cut, a longer upper bound cut and raised (parquet.thrift, Statistics). */
const TEXT_BOUND = 64;

/** @param areTexts in UTF-8, which bounds are too; else any bytes */
export function textBounds(values: readonly Uint8Array[], areTexts: boolean): (Bounds & { readonly exact: boolean }) | null {
  const first = values[0];
  if (!first) return null;
  let min = first;
  let max = first;
  for (const value of values) {
    if (Buffer.compare(value, min) < 0) min = value;
    if (Buffer.compare(value, max) > 0) max = value;
  }
  const upper = max.length <= TEXT_BOUND ? max : areTexts ? raiseText(cut(max, TEXT_BOUND)) : raise(max.subarray(0, TEXT_BOUND));
  if (!upper) return null;
  const lower = areTexts ? cut(min, TEXT_BOUND) : min.subarray(0, TEXT_BOUND);
  return { min: lower, max: upper, exact: min.length <= TEXT_BOUND && max.length <= TEXT_BOUND };
}

/** Not inside a UTF-8 sequence. */
function cut(bytes: Uint8Array, limit: number): Uint8Array {
  let end = Math.min(limit, bytes.length);
  while (end < bytes.length && end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** The shortest prefix above all that begins with `bytes`; null where there is none. */
function raise(bytes: Uint8Array): Uint8Array | null {
  for (let end = bytes.length; end > 0; end--) {
    const last = bytes[end - 1] as number;
    if (last < 0xff) {
      const out = new Uint8Array(bytes.subarray(0, end));
      out[end - 1] = last + 1;
      return out;
    }
  }
  return null;
}

/** The same of whole characters: UTF-8 sorts as its code points do. */
function raiseText(bytes: Uint8Array): Uint8Array | null {
  const characters = [...Buffer.from(bytes).toString("utf8")];
  while (characters.length > 0) {
    const last = characters.pop()?.codePointAt(0) ?? 0;
    if (last === 0x10ffff) continue;
    // The code points after U+D7FF are halves of pairs, not characters.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return new Uint8Array(Buffer.from(characters.join("") + String.fromCodePoint(next)));
  }
  return null;
}
