import { FitsError } from "../error.js";

/**
 * PLIO_1 (FITS 4.0, section 10.4.3; IRAF's pixel lists): instructions of 16 bits that write runs of zeros and of a current
 * value, and change that value. @throws `malformed`
 */
export function decodePlio(words: Int16Array | Uint16Array, count: number): Int32Array {
  const at = (i: number): number => (words[i] as number) & 0xffff;
  const isOld = words.length > 2 && (words[2] as number) > 0;
  const start = isOld ? 3 : words.length > 4 ? at(1) : words.length;
  const length = isOld ? at(2) : words.length > 4 ? at(4) * 32768 + at(3) : 0;
  if (start > words.length || length > words.length)
    throw new FitsError("malformed", `a line list of ${length} words in ${words.length}`);
  const out = new Int32Array(count);
  let to = 0;
  let value = 1;
  for (let i = start; i < length && to < count; i++) {
    const word = at(i);
    const data = word & 0xfff;
    switch (word >> 12) {
      case 0:
        to += data;
        break;
      case 1:
        value = ((words[++i] ?? 0) << 12) + data;
        break;
      case 2:
        value += data;
        break;
      case 3:
        value -= data;
        break;
      case 4:
        out.fill(value, to, Math.min(count, to + data));
        to += data;
        break;
      case 5:
        if (to + data - 1 < count && data > 0) out[to + data - 1] = value;
        to += data;
        break;
      case 6:
        value += data;
        out[to++] = value;
        break;
      case 7:
        value -= data;
        out[to++] = value;
        break;
      default:
        throw new FitsError("malformed", `the instruction ${word} in a line list`);
    }
  }
  return out;
}
