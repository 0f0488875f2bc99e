import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import type { ByteWriter } from "./hybrid.js";

/** Values of a block, and of each of its four miniblocks: what most writers use, and all readers have met. */
const BLOCK = 128;
const MINIBLOCK = 32;
const MINIBLOCKS = BLOCK / MINIBLOCK;
/** Header and widths of a block, and its values at their widest. */
const MOST_BLOCK_BYTES = 16 + BLOCK * 8;

/**
 * DELTA_BINARY_PACKED (Encodings.md): differences of neighbours, less the least one of their block, in as few bits as each 32
 * of them need. Differences wrap at the width of the type.
 *
 * @param values of 32 or 64 bits; unsigned ones by their bits
 */
export function writeDelta(out: ByteWriter, values: TypedArray): void {
  out.varint(BLOCK);
  out.varint(MINIBLOCKS);
  out.varint(values.length);
  if (values.length === 0) out.byte(0);
  else if (values.BYTES_PER_ELEMENT === 4) write32(out, new Int32Array(values.buffer, values.byteOffset, values.length));
  else if (values.BYTES_PER_ELEMENT === 8) write64(out, new Int32Array(values.buffer, values.byteOffset, values.length * 2));
  else throw new TypeError(`no differences of ${values.BYTES_PER_ELEMENT}-byte values`);
}

/** Of the block at hand: the halves of its differences, and 32 of them packed. */
const low = new Int32Array(BLOCK);
const high = new Int32Array(BLOCK);
const words = new Uint32Array(64);
const wordBytes = bytesOf(words);
const widths = new Uint8Array(MINIBLOCKS);

function write32(out: ByteWriter, values: Int32Array): void {
  writeZigzag(out, values[0] as number, (values[0] as number) >> 31);
  for (let start = 1; start < values.length; start += BLOCK) {
    const count = Math.min(BLOCK, values.length - start);
    let before = values[start - 1] as number;
    let least = 0x7fffffff;
    for (let i = 0; i < count; i++) {
      const value = values[start + i] as number;
      const delta = (value - before) | 0;
      low[i] = delta;
      if (delta < least) least = delta;
      before = value;
    }
    for (let i = 0; i < count; i++) low[i] = ((low[i] as number) - least) | 0;
    low.fill(0, count);
    for (let m = 0; m < MINIBLOCKS; m++) widths[m] = 32 - Math.clz32(bitsIn(low, m));
    writeZigzag(out, least, least >> 31);
    writeMiniblocks(out, count);
  }
}

/** 64-bit values as pairs of words: BigInt arithmetic takes some twenty times as long. */
function write64(out: ByteWriter, halves: Int32Array): void {
  const values = halves.length >> 1;
  writeZigzag(out, halves[0] as number, halves[1] as number);
  for (let start = 1; start < values; start += BLOCK) {
    const count = Math.min(BLOCK, values - start);
    let beforeLow = halves[2 * start - 2] as number;
    let beforeHigh = halves[2 * start - 1] as number;
    let leastLow = -1;
    let leastHigh = 0x7fffffff;
    for (let i = 0, at = 2 * start; i < count; i++, at += 2) {
      const valueLow = halves[at] as number;
      const valueHigh = halves[at + 1] as number;
      const deltaLow = (valueLow - beforeLow) | 0;
      const deltaHigh = (valueHigh - beforeHigh - borrow(valueLow, beforeLow)) | 0;
      low[i] = deltaLow;
      high[i] = deltaHigh;
      if (deltaHigh < leastHigh || (deltaHigh === leastHigh && borrow(deltaLow, leastLow) === 1)) {
        leastLow = deltaLow;
        leastHigh = deltaHigh;
      }
      beforeLow = valueLow;
      beforeHigh = valueHigh;
    }
    for (let i = 0; i < count; i++) {
      const deltaLow = low[i] as number;
      low[i] = (deltaLow - leastLow) | 0;
      high[i] = ((high[i] as number) - leastHigh - borrow(deltaLow, leastLow)) | 0;
    }
    low.fill(0, count);
    high.fill(0, count);
    for (let m = 0; m < MINIBLOCKS; m++) {
      const above = bitsIn(high, m);
      widths[m] = above ? 64 - Math.clz32(above) : 32 - Math.clz32(bitsIn(low, m));
    }
    writeZigzag(out, leastLow, leastHigh);
    writeMiniblocks(out, count);
  }
}

/** 1 where `a - b` of two words without sign takes one from the words above. */
function borrow(a: number, b: number): number {
  return (a ^ 0x80000000) < (b ^ 0x80000000) ? 1 : 0;
}

function bitsIn(values: Int32Array, miniblock: number): number {
  let bits = 0;
  for (let i = miniblock * MINIBLOCK; i < (miniblock + 1) * MINIBLOCK; i++) bits |= values[i] as number;
  return bits;
}

/** Miniblocks that hold no value have a width, 0, and no bytes. */
function writeMiniblocks(out: ByteWriter, count: number): void {
  const bytes = out.reserve(MOST_BLOCK_BYTES);
  let at = out.length;
  for (let m = 0; m < MINIBLOCKS; m++) bytes[at++] = widths[m] as number;
  for (let m = 0; m * MINIBLOCK < count; m++) {
    const width = widths[m] as number;
    if (width === 0) continue;
    if (width <= 32) packWords(m * MINIBLOCK, width);
    else packPairs(m * MINIBLOCK, width);
    const size = width * (MINIBLOCK / 8);
    for (let i = 0; i < size; i++) bytes[at + i] = wordBytes[i] as number;
    at += size;
  }
  out.length = at;
}

/** 32 values fill as many words as each has bits. */
function packWords(start: number, width: number): void {
  let pending = 0;
  let bits = 0;
  let to = 0;
  for (let i = start; i < start + MINIBLOCK; i++) {
    const value = low[i] as number;
    pending |= value << bits;
    bits += width;
    if (bits >= 32) {
      words[to++] = pending;
      bits -= 32;
      pending = bits === 0 ? 0 : value >>> (width - bits);
    }
  }
}

function packPairs(start: number, width: number): void {
  const above = width - 32;
  let pending = 0;
  let bits = 0;
  let to = 0;
  for (let i = start; i < start + MINIBLOCK; i++) {
    const first = low[i] as number;
    words[to++] = bits === 0 ? first : pending | (first << bits);
    pending = bits === 0 ? 0 : first >>> (32 - bits);
    const second = high[i] as number;
    pending |= second << bits;
    bits += above;
    if (bits >= 32) {
      words[to++] = pending;
      bits -= 32;
      pending = bits === 0 ? 0 : second >>> (above - bits);
    }
  }
}

/** A 64-bit integer of two words, as ULEB128 of its zigzag. */
function writeZigzag(out: ByteWriter, lowWord: number, highWord: number): void {
  const sign = highWord >> 31;
  let rest = ((lowWord << 1) ^ sign) >>> 0;
  let above = (((highWord << 1) | (lowWord >>> 31)) ^ sign) >>> 0;
  while (above !== 0 || rest >= 0x80) {
    out.byte((rest & 0x7f) | 0x80);
    rest = ((rest >>> 7) | (above << 25)) >>> 0;
    above >>>= 7;
  }
  out.byte(rest);
}

/** DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. */
export function writeDeltaLengths(out: ByteWriter, texts: readonly Uint8Array[]): void {
  writeDelta(
    out,
    Int32Array.from(texts, (text) => text.length),
  );
  for (const text of texts) out.bytes(text);
}

/** DELTA_BYTE_ARRAY: how many bytes each has in common with the one before, then the rest of each. */
export function writeDeltaTexts(out: ByteWriter, texts: readonly Uint8Array[]): void {
  const shared = new Int32Array(texts.length);
  let before = new Uint8Array(0);
  const rests = texts.map((text, i) => {
    const common = commonLength(before, text);
    shared[i] = common;
    before = text as Uint8Array<ArrayBuffer>;
    return text.subarray(common);
  });
  writeDelta(out, shared);
  writeDeltaLengths(out, rests);
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
