/** The format's rules on the end of a block (lz4_Block_format.md): the last bytes are literals, and no match begins close to it. */
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
const LEAST_MATCH = 4;
const MOST_DISTANCE = 65535;
const HASH_BITS = 14;

/** Where a hash of four bytes was last seen, plus one. */
const table = new Int32Array(1 << HASH_BITS);

/** Bytes that `length` bytes may become at most. */
export function lz4Bound(length: number): number {
  return length + Math.floor(length / 255) + 16;
}

/**
 * One LZ4 block, as the codec LZ4_RAW has it: each place looks back to where its four bytes were last met, and takes the match
 * as it is; where none is found for long, the steps grow.
 *
 * @param out at least `lz4Bound` bytes @returns how many of them were written
 */
export function compressLz4(bytes: Uint8Array, out: Uint8Array): number {
  const { length } = bytes;
  table.fill(0);
  const lastStart = length - MATCH_LIMIT;
  const matchEnd = length - LAST_LITERALS;
  let anchor = 0;
  let to = 0;
  let misses = 0;
  for (let at = 0; at <= lastStart; ) {
    const word = wordAt(bytes, at);
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
    const from = (table[slot] as number) - 1;
    table[slot] = at + 1;
    if (from < 0 || at - from > MOST_DISTANCE || wordAt(bytes, from) !== word) {
      at += 1 + (misses++ >> 6);
      continue;
    }
    misses = 0;
    let start = at;
    let back = from;
    while (start > anchor && back > 0 && bytes[start - 1] === bytes[back - 1]) {
      start--;
      back--;
    }
    let end = at + LEAST_MATCH;
    const distance = start - back;
    while (end < matchEnd && bytes[end] === bytes[end - distance]) end++;
    to = writeLiterals(bytes, anchor, start, Math.min(15, end - start - LEAST_MATCH), out, to);
    out[to++] = distance & 255;
    out[to++] = distance >> 8;
    to = writeLength(end - start - LEAST_MATCH, out, to);
    anchor = end;
    at = end;
  }
  return writeLiterals(bytes, anchor, length, 0, out, to);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)
  );
}

/** The token, and the literals before a match. */
function writeLiterals(bytes: Uint8Array, start: number, stop: number, matchCode: number, out: Uint8Array, at: number): number {
  const count = stop - start;
  out[at] = (Math.min(15, count) << 4) | matchCode;
  let to = writeLength(count, out, at + 1);
  if (count > 64) {
    out.set(bytes.subarray(start, stop), to);
    return to + count;
  }
  for (let i = start; i < stop; i++) out[to++] = bytes[i] as number;
  return to;
}

/** What of a length does not fit the four bits of the token. */
function writeLength(length: number, out: Uint8Array, at: number): number {
  if (length < 15) return at;
  let to = at;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) out[to++] = 255;
  out[to++] = rest;
  return to;
}
