import type { DType, NumericName } from "graticule/plugin";
import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import { customFloat } from "./float-format.js";

interface Head {
  readonly bits: number;
  readonly size: number;
}

const WIDTHS = [1, 2, 4, 8];

/** Bits of sign, exponent and fraction of the IEEE 754 formats, by bytes. */
const IEEE = [
  { size: 2, name: "float16", exponentAt: 10, exponent: 5, bias: 15 },
  { size: 4, name: "float32", exponentAt: 23, exponent: 8, bias: 127 },
  { size: 8, name: "float64", exponentAt: 52, exponent: 11, bias: 1023 },
] as const;

/** The first bit of the significand is not stored. */
const IMPLIED = 2;
/** Of a custom float: bytes, and bits of its exponent. */
const LARGEST = 16;
const MOST_EXPONENT = 30;

/** Integers, whose bits may be fewer than their bytes hold. Also the properties of bit fields. */
export function fixedType(cursor: Cursor, { bits, size }: Head, problems: string[]): DType {
  const offset = cursor.u16();
  const precision = cursor.u16();
  if (precision === 0 || offset + precision > size * 8)
    throw malformed(`an integer of bits ${offset} to ${offset + precision} in ${size} bytes`, cursor.here);
  const width = WIDTHS.find((w) => w >= size);
  if (width === undefined) {
    problems.push(`integers of ${size} bytes`);
    return { name: "opaque", size };
  }
  const name = `${bits & 8 ? "int" : "uint"}${width * 8}` as NumericName;
  return {
    name,
    size,
    ...(size > 1 && { byteOrder: bits & 1 ? ("big" as const) : ("little" as const) }),
    // What is no width of a number is cut out of its bytes.
    ...((precision < size * 8 || width !== size) && { bits: { offset, precision } }),
  };
}

export function floatType(cursor: Cursor, { bits, size }: Head, problems: string[]): DType {
  const at = cursor.here;
  const offset = cursor.u16();
  const precision = cursor.u16();
  const exponentAt = cursor.u8();
  const exponent = cursor.u8();
  const fractionAt = cursor.u8();
  const fraction = cursor.u8();
  const bias = cursor.u32();
  if (precision === 0 || offset + precision > size * 8) throw malformed(`a float of ${precision} bits in ${size} bytes`, at);
  const normalisation = (bits >> 4) & 3;
  const signAt = (bits >> 8) & 0xff;
  const order = (bits & 1) | ((bits >> 5) & 2);
  const format = IEEE.find((f) => f.size === size);
  const standard =
    format !== undefined &&
    offset === 0 &&
    precision === size * 8 &&
    signAt === precision - 1 &&
    exponentAt === format.exponentAt &&
    exponent === format.exponent &&
    fractionAt === 0 &&
    fraction === format.exponentAt &&
    bias === format.bias &&
    normalisation === IMPLIED;
  if (standard && order !== 3) return { name: format.name, size, byteOrder: order === 1 ? "big" : "little" };
  if (order === 3 || size > LARGEST || exponent === 0 || exponent > MOST_EXPONENT || fraction === 0) {
    problems.push(order === 3 ? "floating point in VAX order" : `floating point of ${precision} bits in ${size} bytes`);
    return { name: "opaque", size };
  }
  for (const end of [signAt + 1, exponentAt + exponent, fractionAt + fraction])
    if (end > size * 8) throw malformed(`a float with a bit ${end - 1} in ${size} bytes`, at);
  const isImplied = normalisation === IMPLIED;
  return customFloat(size, order === 1 ? "big" : "little", {
    signAt,
    exponentAt,
    exponent,
    bias,
    fractionAt,
    fraction,
    isImplied,
  });
}
