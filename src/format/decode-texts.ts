import { isAscii, isUtf8 } from "node:buffer";

/**
 * Texts of `size` bytes each: they end at the first NUL, blanks on the right mean nothing. UTF-8, and Latin-1 where one is not
 * that.
 */
export function decodeTexts(bytes: Uint8Array, size: number): string[] {
  const count = Math.floor(bytes.length / size);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, count * size);
  const texts = new Array<string>(count);
  // Parts of one long text, as long as its bytes are its letters, cost a fraction of a text each.
  const whole = isAscii(buffer) ? buffer.toString("latin1", 0, count * size) : null;
  for (let i = 0, start = 0; i < count; i++, start += size) {
    const end = endOf(buffer, start, start + size);
    if (whole !== null) texts[i] = whole.slice(start, end);
    else
      texts[i] = isUtf8(buffer.subarray(start, end)) ? buffer.toString("utf8", start, end) : buffer.toString("latin1", start, end);
  }
  return texts;
}

function endOf(bytes: Uint8Array, start: number, stop: number): number {
  let end = start;
  for (let at = start; at < stop; at++) {
    const byte = bytes[at];
    if (byte === 0) break;
    if (byte !== 0x20) end = at + 1;
  }
  return end;
}
