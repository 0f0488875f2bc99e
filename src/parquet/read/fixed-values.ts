import { unshuffleInto } from "../../codec/unshuffle.js";
import { damaged, unsupported } from "./damaged.js";
import { decodeDelta } from "./delta-decode.js";
import { HybridRuns } from "./hybrid-runs.js";
import { TYPE } from "./metadata.js";
import type { Leaf } from "./schema-tree.js";
import { unpackBytes } from "./unpack-bits.js";

/** Numbers of Encoding. */
export const ENCODINGS = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  RLE: 3,
  BIT_PACKED: 4,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;

export function encodingName(encoding: number): string {
  return Object.entries(ENCODINGS).find(([, number]) => number === encoding)?.[0] ?? `number ${encoding}`;
}

/** Bytes of a value as it is held here, a boolean in one; 0 for byte arrays. */
export function widthOf({ physical, length }: Pick<Leaf, "physical" | "length">): number {
  switch (physical) {
    case TYPE.BOOLEAN:
      return 1;
    case TYPE.INT32:
    case TYPE.FLOAT:
      return 4;
    case TYPE.INT64:
    case TYPE.DOUBLE:
      return 8;
    case TYPE.INT96:
      return 12;
    case TYPE.FIXED_LEN_BYTE_ARRAY:
      return length;
    default:
      return 0;
  }
}

/** Codes of values, while a page is decoded. */
let codes = new Int32Array(1024);

/** Memory for `count` codes, used until the next page is decoded. */
export function codeMemory(count: number): Int32Array {
  if (codes.length < count) codes = new Int32Array(count);
  return codes;
}

/**
 * A page's values of a type of fixed size.
 *
 * @param bytes the values, decompressed @param count of them
 * @param dictionary its values one after the other
 * @param out on a boundary of eight; value `i` goes to `(at + i) * width`
 */
export function decodeFixed(
  encoding: number,
  bytes: Uint8Array,
  count: number,
  leaf: Pick<Leaf, "physical" | "length">,
  dictionary: Uint8Array | null,
  out: Uint8Array,
  at: number,
): void {
  const width = widthOf(leaf);
  const isBool = leaf.physical === TYPE.BOOLEAN;
  switch (encoding) {
    case ENCODINGS.PLAIN:
      if (isBool) decodeFlags(bytes, count, out, at);
      else {
        need(bytes, count * width, count);
        out.set(bytes.subarray(0, count * width), at * width);
      }
      return;
    case ENCODINGS.PLAIN_DICTIONARY:
    case ENCODINGS.RLE_DICTIONARY:
      if (!dictionary) throw damaged("a page refers to a dictionary that is not there");
      gather(bytes, count, width, dictionary, out, at);
      return;
    case ENCODINGS.BYTE_STREAM_SPLIT:
      if (isBool) break;
      need(bytes, count * width, count);
      unshuffleInto(bytes.subarray(0, count * width), width, count, out.subarray(at * width, (at + count) * width));
      return;
    case ENCODINGS.DELTA_BINARY_PACKED:
      if (leaf.physical !== TYPE.INT32 && leaf.physical !== TYPE.INT64) break;
      decodeDelta(bytes, 0, count, new Int32Array(out.buffer, out.byteOffset, out.length >> 2), at, width === 8);
      return;
    case ENCODINGS.RLE: {
      if (!isBool) break;
      need(bytes, 4, count);
      const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
      need(bytes, 4 + length, count);
      const runs = new HybridRuns(bytes, 4, 4 + length, 1, count);
      for (let done = at; runs.next(); done += runs.count) {
        if (runs.isPacked) runs.unpackToBytes(out, done);
        else out.fill(runs.value, done, done + runs.count);
      }
      return;
    }
  }
  throw unsupported(`values in the encoding ${encodingName(encoding)}, which their type does not have`);
}

export function need(bytes: Uint8Array, length: number, count: number): void {
  if (length > bytes.length) throw damaged(`${bytes.length} bytes of a page where ${count} values need ${length}`);
}

function decodeFlags(bytes: Uint8Array, count: number, out: Uint8Array, at: number): void {
  need(bytes, (count + 7) >> 3, count);
  const groups = count >> 3;
  unpackBytes(1)(bytes, 0, groups, out, at);
  for (let i = groups * 8; i < count; i++) out[at + i] = ((bytes[i >> 3] as number) >> (i & 7)) & 1;
}

/** Codes of a dictionary's values, their width in the first byte. @throws `malformed` where none has been written for a code */
export function dictionaryRuns(bytes: Uint8Array, count: number): HybridRuns {
  const width = bytes[0];
  if (width === undefined) throw damaged("a page of codes is empty");
  return new HybridRuns(bytes, 1, bytes.length, width, count);
}

function gather(bytes: Uint8Array, count: number, width: number, dictionary: Uint8Array, out: Uint8Array, at: number): void {
  const size = dictionary.length / width;
  const runs = dictionaryRuns(bytes, count);
  const scratch = codeMemory(count);
  const [from, to] = [words(dictionary), words(out)];
  for (let done = at; runs.next(); done += runs.count) {
    if (runs.isPacked) {
      runs.unpackTo(scratch, 0);
      if (width === 4) gatherWords(scratch, runs.count, size, from, to, done);
      else if (width === 8) gatherPairs(scratch, runs.count, size, from, to, done);
      else gatherBytes(scratch, runs.count, size, width, dictionary, out, done);
      continue;
    }
    checkCode(runs.value >>> 0, size);
    repeat(runs.value * width, width, dictionary, out, done, runs.count);
  }
}

export function checkCode(code: number, size: number): void {
  if (code >= size) throw damaged(`a page names value ${code} of a dictionary of ${size}`);
}

/** One value many times. */
function repeat(from: number, width: number, dictionary: Uint8Array, out: Uint8Array, at: number, count: number): void {
  if (width === 4) {
    words(out).fill(words(dictionary)[from >> 2] as number, at, at + count);
    return;
  }
  if (width === 1) {
    out.fill(dictionary[from] as number, at, at + count);
    return;
  }
  const start = at * width;
  const end = start + count * width;
  out.set(dictionary.subarray(from, from + width), start);
  for (let filled = start + width; filled < end; ) {
    const length = Math.min(filled - start, end - filled);
    out.copyWithin(filled, start, start + length);
    filled += length;
  }
}

function gatherBytes(
  from: Int32Array,
  count: number,
  size: number,
  width: number,
  dictionary: Uint8Array,
  out: Uint8Array,
  at: number,
): void {
  for (let i = 0; i < count; i++) {
    const code = from[i] as number;
    checkCode(code >>> 0, size);
    for (let k = 0; k < width; k++) out[(at + i) * width + k] = dictionary[code * width + k] as number;
  }
}

function gatherWords(from: Int32Array, count: number, size: number, dictionary: Int32Array, out: Int32Array, at: number): void {
  for (let i = 0; i < count; i++) {
    const code = from[i] as number;
    if (code >>> 0 >= size) checkCode(code >>> 0, size);
    out[at + i] = dictionary[code] as number;
  }
}

function gatherPairs(from: Int32Array, count: number, size: number, dictionary: Int32Array, out: Int32Array, at: number): void {
  for (let i = 0, to = 2 * at; i < count; i++, to += 2) {
    const code = from[i] as number;
    if (code >>> 0 >= size) checkCode(code >>> 0, size);
    out[to] = dictionary[2 * code] as number;
    out[to + 1] = dictionary[2 * code + 1] as number;
  }
}

function words(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}
