import type { DType, NumericName } from "graticule/plugin";
import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";

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
  if (width !== size) problems.push(`integers of ${size} bytes`);
  const name = `${bits & 8 ? "int" : "uint"}${width * 8}` as NumericName;
  return {
    name,
    size,
    ...(size > 1 && { byteOrder: bits & 1 ? ("big" as const) : ("little" as const) }),
    ...(precision < size * 8 && { bits: { offset, precision } }),
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
  const order = (bits & 1) | ((bits >> 5) & 2);
  const format = IEEE.find((f) => f.size === size);
  const standard =
    format !== undefined &&
    offset === 0 &&
    precision === size * 8 &&
    (bits >> 8) % 256 === precision - 1 &&
    exponentAt === format.exponentAt &&
    exponent === format.exponent &&
    fractionAt === 0 &&
    fraction === format.exponentAt &&
    bias === format.bias;
  if (standard && order !== 3) return { name: format.name, size, byteOrder: order === 1 ? "big" : "little" };
  problems.push(order === 3 ? "floating point in VAX order" : `floating point of ${precision} bits that is not IEEE 754`);
  return { name: "opaque", size };
}
