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
