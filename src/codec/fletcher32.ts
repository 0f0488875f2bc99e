import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";

/** Words after which sums are folded, so that both stay below 2³²: 360 · 361 / 2 · 65535 < 2³². */
const BATCH = 360;

/**
 * HDF5's Fletcher-32 (H5checksum.c): ones' complement sums of big-endian 16-bit words, an odd last byte counts as the high
 * half of one.
 */
export function fletcher32Of(bytes: Uint8Array): number {
  let low = 0;
  let high = 0;
  const even = bytes.length & ~1;
  for (let i = 0; i < even; ) {
    const stop = Math.min(even, i + 2 * BATCH);
    let a = low;
    let b = 0;
    const words = (stop - i) >> 1;
    let weighted = 0;
    // high += words * low + Σ (words - k) * word[k], four words at a time.
    const quads = stop - ((stop - i) & 7);
    for (; i < quads; i += 8) {
      const w0 = ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
      const w1 = ((bytes[i + 2] as number) << 8) | (bytes[i + 3] as number);
      const w2 = ((bytes[i + 4] as number) << 8) | (bytes[i + 5] as number);
      const w3 = ((bytes[i + 6] as number) << 8) | (bytes[i + 7] as number);
      weighted += 4 * b + 4 * w0 + 3 * w1 + 2 * w2 + w3;
      b += w0 + w1 + w2 + w3;
    }
    for (; i < stop; i += 2) {
      b += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
      weighted += b;
    }
    high = fold(fold(high + words * a + weighted));
    a += b;
    low = fold(fold(a));
  }
  if (bytes.length !== even) {
    low = fold(low + ((bytes[even] as number) << 8));
    high = fold(high + low);
  }
  return ((high << 16) | low) >>> 0;
}

/** Ones' complement reduction: never 0 for a sum that is not. */
function fold(sum: number): number {
  return (sum % 65536) + Math.floor(sum / 65536);
}

/** Both halves byte-swapped: what HDF5 before 1.6.3 wrote on little-endian machines, and later versions still accept (H5Zfletcher32.c). */
function halvesSwapped(sum: number): number {
  return (((sum & 0x00ff00ff) << 8) | ((sum >>> 8) & 0x00ff00ff)) >>> 0;
}

/** HDF5 filter 3: the sum stands little-endian in the last four bytes. */
export const fletcher32: Codec = {
  id: "fletcher32",
  label: labelOf,
  decode(bytes) {
    const length = bytes.length - 4;
    if (length < 0) throw new GraticuleError("malformed", `fletcher32: ${bytes.length} bytes cannot hold a checksum`);
    const content = bytes.subarray(0, length);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + length, 4).getUint32(0, true);
    const computed = fletcher32Of(content);
    if (stored !== computed && stored !== halvesSwapped(computed))
      throw new GraticuleError("checksum", `fletcher32: stored ${hex(stored)}, computed ${hex(computed)}`, {
        hint: "the chunk's bytes have changed since they were written: fetch the file again",
      });
    return content;
  },
};

function hex(sum: number): string {
  return `0x${sum.toString(16).padStart(8, "0")}`;
}
