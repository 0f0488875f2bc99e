import { GraticuleError } from "../errors.js";
import type { DType } from "../schema/dtype.js";

/** An integer of `precision` bits that begin at bit `offset` of its bytes. */
export interface IntegerField {
  readonly precision: number;
  /** Exact up to 53 bits. */
  read(view: DataView, at: number): number;
  readBig(view: DataView, at: number): bigint;
}

const LARGEST = 8;

/** @throws `unsupported` for integers of more than 8 bytes, `malformed` where the bits are not among the bytes */
export function integerField({ name, size, byteOrder, bits }: DType, signed: boolean): IntegerField {
  const { offset, precision } = bits ?? { offset: 0, precision: 8 * size };
  if (size > LARGEST) throw new GraticuleError("unsupported", `${name} of ${size} bytes`);
  if (offset + precision > 8 * size || precision < 1)
    throw new GraticuleError("malformed", `${precision} bits at bit ${offset} of ${size} bytes`);
  const isBig = byteOrder === "big";
  const shift = BigInt(offset);
  const readBig = (view: DataView, at: number): bigint => {
    let value = 0n;
    for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(view.getUint8(isBig ? at + i : at + size - 1 - i));
    value >>= shift;
    return signed ? BigInt.asIntN(precision, value) : BigInt.asUintN(precision, value);
  };
  const whole = precision === 8 * size ? wholeReader(size, signed, !isBig) : undefined;
  return { precision, readBig, read: whole ?? ((view, at) => Number(readBig(view, at))) };
}

/** Undefined: a size that the engine does not read at once. */
function wholeReader(size: number, signed: boolean, little: boolean): IntegerField["read"] | undefined {
  if (size === 1) return signed ? (view, at) => view.getInt8(at) : (view, at) => view.getUint8(at);
  if (size === 2) return signed ? (view, at) => view.getInt16(at, little) : (view, at) => view.getUint16(at, little);
  if (size === 4) return signed ? (view, at) => view.getInt32(at, little) : (view, at) => view.getUint32(at, little);
  return undefined;
}
