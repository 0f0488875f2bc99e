/** One bit per cell, least significant first, 1 = valid or kept: the layout of Arrow. */
export interface Bitmap {
  readonly bits: Uint8Array;
  readonly length: number;
  /** Cells whose bit is 0. */
  readonly zeros: number;
}

export function isSet(bitmap: Bitmap, i: number): boolean {
  return (((bitmap.bits[i >> 3] as number) >> (i & 7)) & 1) === 1;
}

/** From one byte per cell (non-zero = set). */
export function packBits(flags: Uint8Array, length = flags.length): Bitmap {
  const bits = new Uint8Array((length + 7) >> 3);
  const whole = flags.byteOffset % 4 === 0 ? length >> 3 : 0;
  const words = new Uint32Array(flags.buffer, flags.byteOffset - (flags.byteOffset % 4), whole * 2);
  let ones = 0;
  for (let i = 0; i < whole; i++) {
    const low = words[2 * i] as number;
    const high = words[2 * i + 1] as number;
    // Four bytes of 0 or 1 times this constant have them side by side in the highest byte.
    const byte =
      ((low | high) & 0xfefefefe) === 0
        ? (Math.imul(low, 0x10204080) >>> 28) | ((Math.imul(high, 0x10204080) >>> 28) << 4)
        : byteOf(flags, 8 * i, 8);
    bits[i] = byte;
    ones += ONES[byte] as number;
  }
  for (let i = whole; i < bits.length; i++) {
    const byte = byteOf(flags, 8 * i, Math.min(8, length - 8 * i));
    bits[i] = byte;
    ones += ONES[byte] as number;
  }
  return { bits, length, zeros: length - ones };
}

function byteOf(flags: Uint8Array, from: number, count: number): number {
  let byte = 0;
  for (let b = 0; b < count; b++) if (flags[from + b]) byte |= 1 << b;
  return byte;
}

/** Cells `[start, start + rows)` of a bitmap as one of their own. */
export function sliceBitmap(bitmap: Bitmap, start: number, rows: number): Bitmap {
  if (start === 0 && rows === bitmap.length) return bitmap;
  const bytes = (rows + 7) >> 3;
  const first = start >> 3;
  const shift = start & 7;
  const bits = new Uint8Array(bytes);
  if (shift === 0) bits.set(bitmap.bits.subarray(first, first + bytes));
  else {
    for (let i = 0; i < bytes; i++)
      bits[i] = ((bitmap.bits[first + i] as number) >> shift) | ((bitmap.bits[first + i + 1] ?? 0) << (8 - shift));
  }
  if (rows & 7) bits[bytes - 1] = (bits[bytes - 1] as number) & ((1 << (rows & 7)) - 1);
  let ones = 0;
  for (let i = 0; i < bytes; i++) ones += ONES[bits[i] as number] as number;
  return { bits, length: rows, zeros: rows - ones };
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let n = 0;
  for (let rest = byte; rest; rest &= rest - 1) n++;
  return n;
});
