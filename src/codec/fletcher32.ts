import { endianness } from "node:os";
import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";

/** Words after which sums are folded, so that both stay below 2³²: (360 · 361 / 2 + 360 + 1) · 65535 < 2³². */
const BATCH = 360;

const IS_LITTLE = endianness() === "LE";

/**
 * HDF5's Fletcher-32 (H5checksum.c): ones' complement sums of big-endian 16-bit words, an odd last byte counts as the high
 * half of one. Ones' complement sums of byte-swapped words are the byte-swapped sums (RFC 1071), so words are taken in the
 * machine's order.
 */
export function fletcher32Of(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  const count = aligned.length >> 1;
  const words = new Uint16Array(aligned.buffer, aligned.byteOffset, count);
  let low = 0;
  let high = 0;
  for (let i = 0; i < count; ) {
    const stop = Math.min(count, i + BATCH);
    const quads = stop - ((stop - i) & 3);
    for (; i < quads; i += 4) {
      const w0 = words[i] as number;
      const w1 = words[i + 1] as number;
      const w2 = words[i + 2] as number;
      const w3 = words[i + 3] as number;
      high = (high + (low << 2) + (w0 << 2) + w1 * 3 + (w2 << 1) + w3) | 0;
      low = (low + w0 + w1 + w2 + w3) | 0;
    }
    for (; i < stop; i++) {
      low = (low + (words[i] as number)) | 0;
      high = (high + low) | 0;
    }
    low = fold(fold(low));
    high = fold(fold(high));
  }
  if (aligned.length % 2 === 1) {
    const last = aligned[aligned.length - 1] as number;
    low = fold(low + (IS_LITTLE ? last : last << 8));
    high = fold(high + low);
  }
  const sum = ((high << 16) | low) >>> 0;
  return IS_LITTLE ? halvesSwapped(sum) : sum;
}

/** Ones' complement reduction of an unsigned sum: never 0 for one that is not. */
function fold(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}

/** Both halves byte-swapped: what HDF5 before 1.6.3 wrote on little-endian machines, and later versions still accept (H5Zfletcher32.c). */
function halvesSwapped(sum: number): number {
  return (((sum & 0x00ff00ff) << 8) | ((sum >>> 8) & 0x00ff00ff)) >>> 0;
}

/** HDF5 filter 3: the sum stands little-endian in the last four bytes. */
export const fletcher32: Codec = {
  id: "fletcher32",
  label: labelOf,
  decode(bytes, _spec, context) {
    const length = bytes.length - 4;
    if (length < 0) throw new GraticuleError("malformed", `fletcher32: ${bytes.length} bytes cannot hold a checksum`);
    const content = bytes.subarray(0, length);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + length, 4).getUint32(0, true);
    const computed = fletcher32Of(content);
    if (stored !== computed && stored !== halvesSwapped(computed))
      throw new GraticuleError("checksum", `fletcher32: stored ${hex(stored)}, computed ${hex(computed)}`, {
        hint: "the chunk's bytes have changed since they were written: fetch the file again",
      });
    checkOutputLength(length, context, "fletcher32");
    return content;
  },
};

function hex(sum: number): string {
  return `0x${sum.toString(16).padStart(8, "0")}`;
}
