import { endianness } from "node:os";
import type { DType } from "graticule/plugin";

/** Bits of a floating point number that is none of IEEE 754's, counted from the lowest (file format specification IV.A.2.d). */
export interface FloatFormat {
  readonly signAt: number;
  readonly exponentAt: number;
  readonly exponent: number;
  readonly bias: number;
  readonly fractionAt: number;
  readonly fraction: number;
  /** The first bit of the significand is 1 and not stored; else it is the highest of the fraction. */
  readonly isImplied: boolean;
}

/** A type of numbers that only this plugin reads: bfloat16, 8-bit floats, x86's 80 bits in 16 bytes. */
export interface CustomFloat extends DType {
  readonly format: FloatFormat;
}

const SINGLE = { exponent: 8, fraction: 23 };

export function customFloat(size: number, order: "little" | "big", format: FloatFormat): CustomFloat {
  const fraction = format.isImplied ? format.fraction : format.fraction - 1;
  const isSingle =
    fraction <= SINGLE.fraction &&
    (format.exponent < SINGLE.exponent || (format.exponent === SINGLE.exponent && format.bias === 127)) &&
    Math.abs(format.bias) <= 127;
  return { name: isSingle ? "float32" : "float64", size, ...(size > 1 && { byteOrder: order }), format };
}

export function isCustomFloat(dtype: DType): dtype is CustomFloat {
  return "format" in dtype;
}

/** Whether float64 holds fewer digits, or a smaller range. */
export function isRounded({ format }: CustomFloat): boolean {
  return format.fraction - (format.isImplied ? 0 : 1) > 52 || format.exponent > 11;
}

/** What a variable of such a type says that it holds: the narrowest IEEE 754 type of its numbers. */
export function presented(dtype: DType): DType {
  if (!isCustomFloat(dtype)) return dtype;
  return { name: dtype.name, size: dtype.name === "float32" ? 4 : 8, byteOrder: "little" };
}

/** One number; the bytes are all of the element's. Rounded to the nearest that has 53 bits, ties to even. */
export function readCustomFloat({ byteOrder, format }: CustomFloat, bytes: Uint8Array): number {
  let bits = 0n;
  for (let i = 0; i < bytes.length; i++)
    bits = (bits << 8n) | BigInt(bytes[byteOrder === "big" ? i : bytes.length - 1 - i] as number);
  const field = (at: number, length: number) => (bits >> BigInt(at)) & ((1n << BigInt(length)) - 1n);
  const sign = field(format.signAt, 1) === 1n ? -1 : 1;
  const exponent = Number(field(format.exponentAt, format.exponent));
  const fraction = field(format.fractionAt, format.fraction);
  const point = format.isImplied ? format.fraction : format.fraction - 1;
  if (exponent === 2 ** format.exponent - 1) {
    const rest = format.isImplied ? fraction : fraction & ((1n << BigInt(point)) - 1n);
    return rest === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  const hidden = format.isImplied && exponent > 0 ? 1n << BigInt(format.fraction) : 0n;
  const power = Math.max(exponent, 1) - format.bias - point;
  return sign * scaled(hidden | fraction, power);
}

/** `significand * 2 ** power`; in two steps, because one power of two may lie outside the doubles. */
function scaled(significand: bigint, power: number): number {
  const value = Number(significand);
  if (value === 0) return 0;
  const half = Math.trunc(power / 2);
  return value * 2 ** half * 2 ** (power - half);
}

/** A fill value's bytes in the type that is presented. */
export function presentedFill(dtype: DType, fill: Uint8Array): Uint8Array {
  if (!isCustomFloat(dtype)) return fill;
  const number = [readCustomFloat(dtype, fill)];
  const { buffer } = dtype.name === "float32" ? Float32Array.from(number) : Float64Array.from(number);
  return endianness() === "BE" ? new Uint8Array(buffer).reverse() : new Uint8Array(buffer);
}
