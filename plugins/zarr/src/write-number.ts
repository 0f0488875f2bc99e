import type { DType } from "graticule/plugin";

/** Writes a number as stored; integers wrap around as in C, and fractions of integers are cut off. */
export function writeNumber(view: DataView, at: number, dtype: DType, value: number | bigint): void {
  const little = dtype.byteOrder !== "big";
  if (dtype.name === "float16") view.setUint16(at, halfOf(Number(value)), little);
  else if (dtype.name === "float32") view.setFloat32(at, Number(value), little);
  else if (dtype.name === "float64") view.setFloat64(at, Number(value), little);
  else {
    const bits = BigInt.asUintN(64, typeof value === "bigint" ? value : wholeOf(value));
    if (dtype.size === 8) view.setBigUint64(at, bits, little);
    else if (dtype.size === 4) view.setUint32(at, Number(bits & 0xffffffffn), little);
    else if (dtype.size === 2) view.setUint16(at, Number(bits & 0xffffn), little);
    else view.setUint8(at, Number(bits & 0xffn));
  }
}

function wholeOf(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
}

/** IEEE 754 binary16, rounded to nearest even. */
function halfOf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const scaled = roundEven((size / 2 ** exponent) * 1024);
  return sign | (((exponent + 15) << 10) + (scaled - 1024));
}

function roundEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
