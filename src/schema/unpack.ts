import type { Packing } from "./grid-batch.js";
import { specialised } from "./specialise.js";
import { isBigArray, type TypedArray } from "./typed-array.js";

type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/** One set of functions for each type of stored numbers. */
const loopsFor = specialised(() => ({
  to32(stored: NumberArray, scale: number, offset: number, out: Float32Array): void {
    for (let i = 0; i < stored.length; i++) out[i] = (stored[i] as number) * scale + offset;
  },
  to64(stored: NumberArray, scale: number, offset: number, out: Float64Array): void {
    for (let i = 0; i < stored.length; i++) out[i] = (stored[i] as number) * scale + offset;
  },
}));

/**
 * `stored * scale + offset` in float64, rounded to the packing's type. With a finite scale and offset only an infinity times
 * zero gives NaN, and whoever masks numbers has masked it.
 */
export function unpack(stored: TypedArray, { scale, offset, target }: Packing): Float32Array | Float64Array {
  const out = target === "float32" ? new Float32Array(stored.length) : new Float64Array(stored.length);
  if (isBigArray(stored)) for (let i = 0; i < out.length; i++) out[i] = Number(stored[i]) * scale + offset;
  else if (out instanceof Float32Array) loopsFor(stored).to32(stored, scale, offset, out);
  else loopsFor(stored).to64(stored, scale, offset, out);
  return out;
}
