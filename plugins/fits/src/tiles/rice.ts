import { FitsError } from "../error.js";
import { endsEarly } from "./bit-reader.js";

/** Per width of a pixel: bits of a block's code, and the code of blocks that are not compressed. */
const WIDTHS: Readonly<Record<number, { readonly codeBits: number; readonly rawCode: number }>> = {
  1: { codeBits: 3, rawCode: 6 },
  2: { codeBits: 4, rawCode: 14 },
  4: { codeBits: 5, rawCode: 25 },
};

type Pixels = Int32Array | Int16Array | Uint8Array;

/**
 * RICE_1 (FITS 4.0, section 10.4.1; Rice, Yeh, Miller 1993): differences of neighbours in blocks, each with as many low bits
 * written out as its code says and the rest in unary.
 *
 * @param width bytes of a pixel, BYTEPIX
 * @throws `malformed`, `unsupported`
 */
export function decodeRice(bytes: Uint8Array, count: number, blockSize: number, width: number): Pixels {
  const { codeBits, rawCode } = WIDTHS[width] ?? refuse(width);
  if (!(blockSize >= 1 && blockSize <= 1 << 20)) throw new FitsError("malformed", `BLOCKSIZE is ${blockSize}`);
  const pixelBits = 8 * width;
  // Every block takes its code at least: no more pixels than that are allocated.
  if (bytes.length < width || Math.ceil(count / blockSize) * codeBits > (bytes.length - width) * 8) throw endsEarly(bytes.length);
  const out: Pixels = width === 4 ? new Int32Array(count) : width === 2 ? new Int16Array(count) : new Uint8Array(count);
  let last = 0;
  let at = 0;
  for (; at < width; at++) last = (last << 8) | (bytes[at] as number);
  // The low `left` bits of `buffer` are yet to be used; all above are zero.
  let buffer = 0;
  let left = 0;
  for (let i = 0; i < count; ) {
    while (left < codeBits) {
      if (at >= bytes.length) throw endsEarly(bytes.length);
      buffer = (buffer << 8) | (bytes[at++] as number);
      left += 8;
    }
    left -= codeBits;
    const low = (buffer >> left) - 1;
    buffer &= (1 << left) - 1;
    const stop = Math.min(count, i + blockSize);
    if (low < 0) {
      for (; i < stop; i++) out[i] = last;
    } else if (low === rawCode) {
      for (; i < stop; i++) {
        let difference = buffer;
        let missing = pixelBits - left;
        for (; missing >= 8; missing -= 8) {
          if (at >= bytes.length) throw endsEarly(bytes.length);
          difference = (difference << 8) | (bytes[at++] as number);
        }
        if (missing > 0) {
          if (at >= bytes.length) throw endsEarly(bytes.length);
          const byte = bytes[at++] as number;
          left = 8 - missing;
          difference = (difference << missing) | (byte >> left);
          buffer = byte & ((1 << left) - 1);
        } else {
          left = 0;
          buffer = 0;
        }
        last = (last + unfold(difference)) | 0;
        out[i] = last;
      }
    } else {
      for (; i < stop; i++) {
        while (buffer === 0) {
          if (at >= bytes.length) throw endsEarly(bytes.length);
          buffer = bytes[at++] as number;
          left += 8;
        }
        const top = 31 - Math.clz32(buffer);
        const zeros = left - 1 - top;
        left = top;
        buffer ^= 1 << top;
        while (left < low) {
          if (at >= bytes.length) throw endsEarly(bytes.length);
          buffer = (buffer << 8) | (bytes[at++] as number);
          left += 8;
        }
        left -= low;
        const difference = (zeros << low) | (buffer >>> left);
        buffer &= (1 << left) - 1;
        last = (last + unfold(difference)) | 0;
        out[i] = last;
      }
    }
  }
  return out;
}

/** 0, -1, 1, -2, 2, … from 0, 1, 2, 3, 4, … */
function unfold(folded: number): number {
  return (folded & 1) === 1 ? ~(folded >>> 1) : folded >>> 1;
}

function refuse(width: number): never {
  throw new FitsError("unsupported", `RICE_1 with BYTEPIX ${width}; 1, 2 and 4 are read`);
}
