import type { DType } from "graticule/plugin";
import { ZarrError } from "../error.js";

/** How one number is read. @throws `unsupported` for what is no plain number */
export function numberReader({ name, byteOrder }: DType): (view: DataView, at: number) => number | bigint {
  const little = byteOrder !== "big";
  switch (name) {
    case "bool":
    case "uint8":
      return (view, at) => view.getUint8(at);
    case "int8":
      return (view, at) => view.getInt8(at);
    case "int16":
      return (view, at) => view.getInt16(at, little);
    case "uint16":
      return (view, at) => view.getUint16(at, little);
    case "int32":
      return (view, at) => view.getInt32(at, little);
    case "uint32":
      return (view, at) => view.getUint32(at, little);
    case "int64":
      return (view, at) => view.getBigInt64(at, little);
    case "uint64":
      return (view, at) => view.getBigUint64(at, little);
    case "float16":
      return (view, at) => widen(view.getUint16(at, little));
    case "float32":
      return (view, at) => view.getFloat32(at, little);
    case "float64":
      return (view, at) => view.getFloat64(at, little);
    default:
      throw new ZarrError("unsupported", `no reader for sequences of ${name}`);
  }
}

/** IEEE 754 binary16. */
export function widen(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
