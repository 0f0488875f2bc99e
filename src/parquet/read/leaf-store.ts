import { type Bitmap, packBits } from "../../schema/bitmap.js";
import type { TextVector, Vector } from "../../schema/row-batch.js";
import { decodeFixed, ENCODINGS, widthOf } from "./fixed-values.js";
import { TYPE } from "./metadata.js";
import type { Leaf } from "./schema-tree.js";
import { TextStore } from "./text-store.js";
import { decodeFrontCoded, decodeTexts } from "./text-values.js";
import { textsAs, valuesAs } from "./typed-values.js";

/** A dictionary page's values: those of one size one after the other, or texts. */
export interface LeafDictionary {
  readonly fixed: Uint8Array | null;
  readonly texts: TextVector | null;
}

/** Values of one leaf, page after page, in the memory that their vector will have. */
export class LeafStore {
  /** Values, nulls included. */
  count = 0;
  readonly #width: number;
  /** What is not written holds anything. */
  #fixed: Uint8Array;
  readonly #texts: TextStore | null;
  /** A byte for each value, 1 = there; null: all are. */
  #flags: Uint8Array | null = null;

  /** @param capacity values that will come, about */
  constructor(
    readonly leaf: Leaf,
    capacity: number,
  ) {
    this.#width = widthOf(leaf);
    // Not a Buffer: whoever makes another array like it would make one.
    this.#fixed = new Uint8Array(Buffer.allocUnsafeSlow(this.#width * capacity).buffer);
    this.#texts = leaf.physical === TYPE.BYTE_ARRAY ? new TextStore(capacity) : null;
  }

  /** Values that a page holds. @param flags a byte for each, 1 where there is one; null: everywhere @param present how many there are */
  add(
    encoding: number,
    bytes: Uint8Array,
    dictionary: LeafDictionary | null,
    present: number,
    flags: Uint8Array | null,
    count: number,
  ): void {
    this.#reserve(count);
    const at = this.count;
    if (present > 0) {
      if (this.#texts) {
        this.#texts.useDictionary(dictionary?.texts ?? null);
        decodeTexts(encoding, bytes, present, this.#texts);
      } else if (encoding === ENCODINGS.DELTA_BYTE_ARRAY && this.leaf.physical === TYPE.FIXED_LEN_BYTE_ARRAY)
        decodeFrontCoded(bytes, present, this.#width, new TextStore(present), this.#fixed, at);
      else decodeFixed(encoding, bytes, present, this.leaf, dictionary?.fixed ?? null, this.#fixed, at);
    }
    if (flags && present < count) this.spread(flags, at, present, count);
    else {
      if (this.#flags) this.#flagsFor(count).fill(1, at, at + count);
      this.count = at + count;
    }
  }

  /** The last `present` values, from `at` on, to where the flags are 1 among `count`; what lies between is null. */
  spread(flags: Uint8Array, at: number, present: number, count: number): void {
    this.#reserve(count - present);
    this.count = at;
    this.#flagsFor(count).set(flags.subarray(0, count), at);
    if (this.#texts) spreadTexts(this.#texts, flags, at, present, count);
    else spreadFixed(this.#fixed, this.#width, flags, at, present, count);
    this.count = at + count;
  }

  /** Values `[from, to)` of another store of the same leaf. */
  append(other: LeafStore, from: number, to: number): void {
    const count = to - from;
    this.#reserve(count);
    const at = this.count;
    if (other.#flags) this.#flagsFor(count).set(other.#flags.subarray(from, to), at);
    else if (this.#flags) this.#flagsFor(count).fill(1, at, at + count);
    if (this.#texts && other.#texts) appendTexts(this.#texts, other.#texts, from, to);
    else this.#fixed.set(other.#fixed.subarray(from * this.#width, to * this.#width), at * this.#width);
    this.count = at + count;
  }

  /** The values as they are held, without nulls between them: of a dictionary page. */
  asDictionary(): LeafDictionary {
    if (!this.#texts) return { fixed: this.#fixed.subarray(0, this.count * this.#width), texts: null };
    const { offsets, bytes } = this.#texts;
    return { fixed: null, texts: { kind: "texts", length: this.count, offsets: offsets.subarray(0, this.count + 1), bytes } };
  }

  /** The vector of all values. The store is used up. */
  finish(): Vector {
    const validity = this.#validity();
    if (!this.#texts) return valuesAs(this.leaf, this.#fixed, this.count, validity);
    const { codes, dictionary, offsets, bytes } = this.#texts;
    const cells = { length: this.count, ...(validity && { validity }) };
    const isText = this.leaf.type.kind === "string" || this.leaf.type.kind === "binary";
    if (codes && dictionary && isText) return { kind: "dictionary", codes: codes.subarray(0, this.count), dictionary, ...cells };
    if (codes) {
      this.#texts.spell();
      return this.finish();
    }
    const texts: TextVector = { kind: "texts", offsets: offsets.subarray(0, this.count + 1), bytes, ...cells };
    return textsAs(this.leaf, texts);
  }

  /** Flags with room for `count` more values. */
  #flagsFor(count: number): Uint8Array {
    this.#flags ??= new Uint8Array(Math.max(this.count + count, this.#width === 0 ? 0 : this.#fixed.length / this.#width)).fill(1);
    if (this.#flags.length < this.count + count) this.#flags = enlarged(this.#flags, this.count + count);
    return this.#flags;
  }

  #validity(): Bitmap | undefined {
    if (!this.#flags) return undefined;
    const bitmap = packBits(this.#flags, this.count);
    return bitmap.zeros > 0 ? bitmap : undefined;
  }

  #reserve(count: number): void {
    if (this.#texts) {
      this.#texts.reserve(count, 0);
      return;
    }
    const needed = (this.count + count) * this.#width;
    if (needed > this.#fixed.length) this.#fixed = enlarged(this.#fixed, needed);
  }
}

function enlarged(bytes: Uint8Array, length: number): Uint8Array {
  const larger = new Uint8Array(Math.max(length, bytes.length + (bytes.length >> 1)));
  larger.set(bytes);
  return larger;
}

function spreadFixed(bytes: Uint8Array, width: number, flags: Uint8Array, at: number, present: number, count: number): void {
  if (width === 4 || width === 8) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    if (width === 4) spreadWords(words, flags, at, present, count);
    else spreadPairs(words, flags, at, present, count);
    return;
  }
  let from = at + present;
  for (let i = count - 1; i >= 0; i--) {
    if (flags[i]) {
      from--;
      bytes.copyWithin((at + i) * width, from * width, (from + 1) * width);
    } else bytes.fill(0, (at + i) * width, (at + i + 1) * width);
  }
}

function spreadWords(words: Int32Array, flags: Uint8Array, at: number, present: number, count: number): void {
  let from = at + present;
  for (let i = count - 1; i >= 0; i--) words[at + i] = flags[i] === 1 ? (words[--from] as number) : 0;
}

function spreadPairs(words: Int32Array, flags: Uint8Array, at: number, present: number, count: number): void {
  let from = 2 * (at + present);
  for (let i = count - 1, to = 2 * (at + count - 1); i >= 0; i--, to -= 2) {
    if (flags[i] === 1) {
      from -= 2;
      words[to + 1] = words[from + 1] as number;
      words[to] = words[from] as number;
    } else {
      words[to] = 0;
      words[to + 1] = 0;
    }
  }
}

function spreadTexts(store: TextStore, flags: Uint8Array, at: number, present: number, count: number): void {
  if (store.codes || (present === 0 && store.takesCodes && store.dictionary)) {
    // The store counts the values that are there; its codes and offsets have room for the nulls.
    const codes = store.codesFor(count);
    store.count = at + present;
    spreadWords(codes, flags, at, present, count);
    store.count = at + count;
    return;
  }
  store.reserve(count - present, 0);
  const { offsets } = store;
  let from = at + present;
  let end = offsets[from] as number;
  for (let i = count - 1; i >= 0; i--) {
    offsets[at + i + 1] = end;
    if (flags[i] === 1) end = offsets[--from] as number;
  }
  store.count = at + count;
}

function appendTexts(store: TextStore, other: TextStore, from: number, to: number): void {
  const count = to - from;
  const { codes } = other;
  store.useDictionary(other.dictionary);
  if (codes && other.dictionary) {
    if (store.takesCodes) {
      store.codesFor(count).set(codes.subarray(from, to), store.count);
      store.count += count;
    } else store.appendCodes(codes, from, to, other.dictionary);
    return;
  }
  store.spell();
  const start = other.offsets[from] as number;
  const length = (other.offsets[to] as number) - start;
  store.reserve(count, length);
  const { offsets, bytes } = store;
  const at = offsets[store.count] as number;
  bytes.set(other.bytes.subarray(start, start + length), at);
  for (let i = 1; i <= count; i++) offsets[store.count + i] = (other.offsets[from + i] as number) - start + at;
  store.count += count;
}
