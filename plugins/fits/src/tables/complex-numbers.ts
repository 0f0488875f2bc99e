import type { Scaling } from "../numbers.js";

export function isScaled({ scale = 1, zero = 0 }: Scaling): boolean {
  return scale !== 1 || Number(zero) !== 0;
}

/** Pairs of big-endian floats of half the size: both parts times TSCAL, and TZERO on the real one. */
export function scalePairs(bytes: Uint8Array, size: number, { scale = 1, zero = 0 }: Scaling): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const half = size / 2;
  const offset = Number(zero);
  const out = new Float64Array(2 * Math.floor(bytes.length / size));
  for (let i = 0, at = 0; i < out.length; i++, at += half) {
    const part = half === 4 ? view.getFloat32(at) : view.getFloat64(at);
    out[i] = i % 2 === 0 ? part * scale + offset : part * scale;
  }
  return out;
}
