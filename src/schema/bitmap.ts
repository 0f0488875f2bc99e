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
  let ones = 0;
  const whole = length & ~7;
  for (let i = 0; i < whole; i += 8) {
    let byte = 0;
    for (let b = 0; b < 8; b++)
      if (flags[i + b]) {
        byte |= 1 << b;
        ones++;
      }
    bits[i >> 3] = byte;
  }
  for (let i = whole; i < length; i++)
    if (flags[i]) {
      bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
      ones++;
    }
  return { bits, length, zeros: length - ones };
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
  for (const byte of bits) ones += ONES[byte] as number;
  return { bits, length: rows, zeros: rows - ones };
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let n = 0;
  for (let rest = byte; rest; rest &= rest - 1) n++;
  return n;
});
