import type { DType } from "graticule/plugin";
import { isCustomFloat, readCustomFloat } from "./messages/float-format.js";

/** One number as stored: integers of 64 bits as bigint, bits of odd precision cut out and sign-extended. */
export function readNumber(dtype: DType, bytes: Uint8Array): number | bigint {
  if (isCustomFloat(dtype)) return readCustomFloat(dtype, bytes.subarray(0, dtype.size));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = dtype.byteOrder !== "big";
  if (dtype.bits) return cut(dtype, bytes);
  switch (dtype.name) {
    case "int8":
      return view.getInt8(0);
    case "int16":
      return view.getInt16(0, little);
    case "int32":
      return view.getInt32(0, little);
    case "int64":
      return view.getBigInt64(0, little);
    case "float16":
      return half(view.getUint16(0, little));
    case "float32":
      return view.getFloat32(0, little);
    case "float64":
      return view.getFloat64(0, little);
    default:
      return unsigned(view, dtype.size, little);
  }
}

function unsigned(view: DataView, size: number, little: boolean): number | bigint {
  if (size === 1) return view.getUint8(0);
  if (size === 2) return view.getUint16(0, little);
  if (size === 4) return view.getUint32(0, little);
  return view.getBigUint64(0, little);
}

/** Of up to 8 bytes. */
function cut(dtype: DType, bytes: Uint8Array): number | bigint {
  const { offset, precision } = dtype.bits as { offset: number; precision: number };
  let whole = 0n;
  for (let i = 0; i < dtype.size; i++)
    whole = (whole << 8n) | BigInt(bytes[dtype.byteOrder === "big" ? i : dtype.size - 1 - i] as number);
  const field = (whole >> BigInt(offset)) & ((1n << BigInt(precision)) - 1n);
  const value = dtype.name.startsWith("int") ? BigInt.asIntN(precision, field) : field;
  return dtype.size > 4 ? value : Number(value);
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
