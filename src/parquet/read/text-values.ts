import { damaged, unsupported } from "./damaged.js";
import { decodeDelta } from "./delta-decode.js";
import { checkCode, codeMemory, dictionaryRuns, ENCODINGS, encodingName, need } from "./fixed-values.js";
import type { TextStore } from "./text-store.js";

/** A page's byte arrays, appended to the store. @param count of them */
export function decodeTexts(encoding: number, bytes: Uint8Array, count: number, store: TextStore): void {
  const isCoded = encoding === ENCODINGS.PLAIN_DICTIONARY || encoding === ENCODINGS.RLE_DICTIONARY;
  if (!isCoded) store.spell();
  switch (encoding) {
    case ENCODINGS.PLAIN:
      plain(bytes, count, store);
      return;
    case ENCODINGS.PLAIN_DICTIONARY:
    case ENCODINGS.RLE_DICTIONARY:
      coded(bytes, count, store);
      return;
    case ENCODINGS.DELTA_LENGTH_BYTE_ARRAY: {
      const lengths = codeMemory(count);
      const at = decodeDelta(bytes, 0, count, lengths, 0, false);
      byLengths(bytes, at, lengths, count, store);
      return;
    }
    case ENCODINGS.DELTA_BYTE_ARRAY:
      frontCoded(bytes, count, store);
      return;
    default:
      throw unsupported(`texts in the encoding ${encodingName(encoding)}, which their type does not have`);
  }
}

/** Fixed-length bytes that are front-coded as texts are. */
export function decodeFrontCoded(
  bytes: Uint8Array,
  count: number,
  width: number,
  store: TextStore,
  out: Uint8Array,
  at: number,
): void {
  const first = store.count;
  frontCoded(bytes, count, store);
  const start = store.offsets[first] as number;
  for (let i = 1; i <= count; i++)
    if ((store.offsets[first + i] as number) - start !== i * width) throw damaged(`a value of another length than ${width} bytes`);
  out.set(store.bytes.subarray(start, start + count * width), at * width);
}

function plain(bytes: Uint8Array, count: number, store: TextStore): void {
  need(bytes, 4 * count, count);
  store.reserve(count, bytes.length - 4 * count);
  const { offsets, bytes: out } = store;
  let to = offsets[store.count] as number;
  let at = 0;
  const end = store.count + count;
  for (let i = store.count + 1; i <= end; i++) {
    if (at + 4 > bytes.length) throw damaged("a page ends before its texts do");
    const length =
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0;
    at += 4;
    // The lengths of the texts behind it take their bytes too.
    const room = bytes.length - at - 4 * (end - i);
    if (length > room) throw damaged(`a text of ${length} bytes in a page that has ${room} left for it`);
    copy(bytes, at, length, out, to);
    at += length;
    to += length;
    offsets[i] = to;
  }
  store.count += count;
}

/** Calling a copy costs more than copying a few bytes. */
function copy(from: Uint8Array, at: number, length: number, out: Uint8Array, to: number): void {
  if (length > 48) out.set(from.subarray(at, at + length), to);
  else for (let k = 0; k < length; k++) out[to + k] = from[at + k] as number;
}

function coded(bytes: Uint8Array, count: number, store: TextStore): void {
  const { dictionary } = store;
  if (!dictionary) throw damaged("a page refers to a dictionary that is not there");
  const size = dictionary.length;
  const runs = dictionaryRuns(bytes, count);
  const isKept = store.takesCodes;
  const codes = isKept ? store.codesFor(count) : codeMemory(count);
  for (let done = isKept ? store.count : 0; runs.next(); done += runs.count) {
    if (runs.isPacked) {
      runs.unpackTo(codes, done);
      for (let i = done; i < done + runs.count; i++)
        if ((codes[i] as number) >>> 0 >= size) checkCode((codes[i] as number) >>> 0, size);
    } else {
      checkCode(runs.value >>> 0, size);
      codes.fill(runs.value, done, done + runs.count);
    }
  }
  if (isKept) store.count += count;
  else store.appendCodes(codes, 0, count, dictionary);
}

function byLengths(bytes: Uint8Array, from: number, lengths: Int32Array, count: number, store: TextStore): void {
  let total = 0;
  for (let i = 0; i < count; i++) {
    const length = lengths[i] as number;
    if (length < 0) throw damaged(`a text of ${length} bytes`);
    total += length;
  }
  if (total > bytes.length - from) throw damaged(`texts of ${total} bytes in a page that has ${bytes.length - from}`);
  store.reserve(count, total);
  const { offsets } = store;
  let to = offsets[store.count] as number;
  store.bytes.set(bytes.subarray(from, from + total), to);
  for (let i = 0; i < count; i++) {
    to += lengths[i] as number;
    offsets[store.count + i + 1] = to;
  }
  store.count += count;
}

/** DELTA_BYTE_ARRAY: how much of the text before is kept, and what follows it. */
function frontCoded(bytes: Uint8Array, count: number, store: TextStore): void {
  const prefixes = new Int32Array(count);
  const lengths = codeMemory(count);
  const middle = decodeDelta(bytes, 0, count, prefixes, 0, false);
  let from = decodeDelta(bytes, middle, count, lengths, 0, false);
  let total = 0;
  let stored = 0;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const [prefix, length] = [prefixes[i] as number, lengths[i] as number];
    if (prefix < 0 || length < 0 || prefix > before)
      throw damaged(`a text that keeps ${prefix} of ${before} bytes and adds ${length}`);
    before = prefix + length;
    total += before;
    stored += length;
  }
  if (stored > bytes.length - from) throw damaged(`texts of ${stored} bytes in a page that has ${bytes.length - from}`);
  store.reserve(count, total);
  const { offsets, bytes: out } = store;
  let to = offsets[store.count] as number;
  let last = to;
  for (let i = 0; i < count; i++) {
    const [prefix, length] = [prefixes[i] as number, lengths[i] as number];
    out.copyWithin(to, last, last + prefix);
    copy(bytes, from, length, out, to + prefix);
    last = to;
    from += length;
    to += prefix + length;
    offsets[store.count + i + 1] = to;
  }
  store.count += count;
}
