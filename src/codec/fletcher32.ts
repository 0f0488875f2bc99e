import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";

/** HDF5's Fletcher-32: the checksum, little-endian, follows the data. Compared, never skipped. */
export const codec: Codec = {
  id: "fletcher32",
  label: () => "fletcher32",
  decode(bytes) {
    if (bytes.length < 4)
      throw new GraticuleError("malformed", `a checksummed chunk of ${bytes.length} bytes has no room for its checksum`);
    const data = bytes.subarray(0, bytes.length - 4);
    const stored = Buffer.from(bytes.buffer, bytes.byteOffset + data.length, 4).readUInt32LE();
    const computed = fletcher32(data);
    // HDF5 before 1.6.3 stored both halves with their bytes swapped (H5Zfletcher32.c).
    const swapped = (((computed & 0x00ff00ff) << 8) | ((computed >>> 8) & 0x00ff00ff)) >>> 0;
    if (stored === computed || stored === swapped) return data;
    const hex = (n: number) => n.toString(16).padStart(8, "0");
    throw new GraticuleError(
      "checksum",
      `the chunk's fletcher32 checksum is ${hex(stored)} in the file and ${hex(computed)} of its bytes`,
    );
  },
};

/** Sums of big-endian 16-bit words modulo 65535; an odd last byte counts as the high one. */
export function fletcher32(data: Uint8Array): number {
  let sum1 = 0;
  let sum2 = 0;
  const words = data.length >> 1;
  let i = 0;
  for (let word = 0; word < words; ) {
    // 360 words keep both sums below 2³².
    const stop = Math.min(words, word + 360);
    for (; word < stop; word++, i += 2) {
      sum1 += ((data[i] as number) << 8) | (data[i + 1] as number);
      sum2 += sum1;
    }
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  }
  if (data.length & 1) {
    sum1 += (data[i] as number) << 8;
    sum2 += sum1;
    sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
    sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  }
  sum1 = (sum1 & 0xffff) + (sum1 >>> 16);
  sum2 = (sum2 & 0xffff) + (sum2 >>> 16);
  return ((sum2 << 16) | sum1) >>> 0;
}
