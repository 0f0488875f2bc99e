import type { TextVector } from "../../schema/row-batch.js";
import { unsupported } from "./damaged.js";

/** Bytes of the texts that are held at a time. */
const LARGEST = 1 << 29;

/**
 * Texts of a column as they are decoded: as codes while every page refers to the same dictionary, as bytes from the first page on
 * that does not.
 */
export class TextStore {
  /** Of the bytes; what they say holds where there are no codes. */
  offsets: Int32Array;
  bytes: Uint8Array = new Uint8Array(0);
  count = 0;
  #codes: Int32Array | null = null;
  #dictionary: TextVector | null = null;

  constructor(capacity: number) {
    this.offsets = new Int32Array(capacity + 1);
  }

  get dictionary(): TextVector | null {
    return this.#dictionary;
  }

  get codes(): Int32Array | null {
    return this.#codes;
  }

  /** What codes are of from now on; what is held of another's becomes bytes. */
  useDictionary(dictionary: TextVector | null): void {
    if (this.#dictionary === dictionary) return;
    this.spell();
    this.#dictionary = dictionary;
  }

  /** Codes, with room for `count` more; null values may lie anywhere. */
  codesFor(count: number): Int32Array {
    if (this.#codes === null) {
      this.#codes = new Int32Array(this.offsets.length - 1);
    }
    if (this.#codes.length < this.count + count) this.#codes = grown(this.#codes, this.count + count);
    return this.#codes;
  }

  /** Whether codes may be added. */
  get takesCodes(): boolean {
    return this.#codes !== null || this.count === 0;
  }

  /** Codes become bytes. */
  spell(): void {
    const [codes, dictionary, { count }] = [this.#codes, this.#dictionary, this];
    this.#codes = null;
    if (!codes || !dictionary) return;
    this.count = 0;
    this.appendCodes(codes, 0, count, dictionary);
  }

  /** The texts of codes, as bytes. */
  appendCodes(codes: Int32Array, from: number, to: number, dictionary: TextVector): void {
    const { offsets: starts, bytes: texts } = dictionary;
    let total = 0;
    for (let i = from; i < to; i++) {
      const code = codes[i] as number;
      total += (starts[code + 1] as number) - (starts[code] as number);
    }
    this.reserve(to - from, total);
    const { offsets, bytes } = this;
    let at = offsets[this.count] as number;
    for (let i = from; i < to; i++) {
      const code = codes[i] as number;
      const start = starts[code] as number;
      const length = (starts[code + 1] as number) - start;
      if (length > 48) bytes.set(texts.subarray(start, start + length), at);
      else for (let k = 0; k < length; k++) bytes[at + k] = texts[start + k] as number;
      at += length;
      offsets[this.count + i - from + 1] = at;
    }
    this.count += to - from;
  }

  /** Room for more texts. @throws `unsupported` where they are too many for one batch */
  reserve(count: number, bytes: number): void {
    if (this.count + count >= this.offsets.length) this.offsets = grown(this.offsets, this.count + count + 1);
    const used = this.offsets[this.count] as number;
    const needed = used + bytes;
    if (needed > LARGEST)
      throw unsupported(`texts of ${needed} bytes in one batch; the limit is ${LARGEST}`, {
        hint: "ask for smaller batches: batchRows",
      });
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.min(LARGEST, Math.max(needed, used === 0 ? 0 : 2 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, used));
    this.bytes = larger;
  }
}

function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}
