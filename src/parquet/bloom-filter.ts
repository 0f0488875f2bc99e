import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { i32, struct } from "./format.js";
import { plainBytes } from "./plain.js";
import { encodeStruct } from "./thrift.js";
import { type Hash, xxhash64 } from "./xxhash.js";

export interface BloomRequest {
  /** Share of absent values that may seem to be there; default 0.01. */
  readonly falsePositives?: number;
}

const FALSE_POSITIVES = 0.01;
const BLOCK_BYTES = 32;
/** The largest that readers of other makers accept. */
const MOST_BYTES = 128 << 20;
const SALT = Int32Array.of(0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31);

/** A split block Bloom filter of one column chunk (BloomFilter.md). */
export class BloomFilter {
  readonly #words: Int32Array;
  readonly #shift: number;
  readonly #hash: Hash = { high: 0, low: 0 };

  /** @param distinct values that will be added, at most */
  constructor(distinct: number, { falsePositives = FALSE_POSITIVES }: BloomRequest) {
    const bits = (-8 * Math.max(1, distinct)) / Math.log(1 - falsePositives ** (1 / 8));
    const size = Math.min(MOST_BYTES, Math.max(BLOCK_BYTES, 2 ** Math.ceil(Math.log2(bits / 8))));
    this.#words = new Int32Array(size >> 2);
    this.#shift = 32 - Math.log2(size / BLOCK_BYTES);
  }

  /** Where either zero is among floats, both are added: who looks for 0 finds −0. */
  numbers(values: TypedArray): void {
    const bytes = plainBytes(values);
    const size = Math.max(4, values.BYTES_PER_ELEMENT);
    for (let at = 0; at < bytes.length; at += size) this.#add(bytes, at, at + size);
    const isFloating = values instanceof Float32Array || values instanceof Float64Array;
    if (isFloating && (values as Float32Array).includes(0)) {
      const zeros = bytesOf(values instanceof Float32Array ? Float32Array.of(0, -0) : Float64Array.of(0, -0));
      for (let at = 0; at < zeros.length; at += size) this.#add(zeros, at, at + size);
    }
  }

  /** The bits of float16, as {@link numbers}. */
  halves(values: Uint16Array): void {
    const isZero = (bits: number): boolean => (bits & 0x7fff) === 0;
    for (const bits of values.some(isZero) ? [...values, 0, 0x8000] : values) this.#add(Uint8Array.of(bits & 255, bits >> 8), 0, 2);
  }

  texts(values: Iterable<Uint8Array>): void {
    for (const text of values) this.#add(text, 0, text.length);
  }

  /** Header and bits. */
  finish(): Uint8Array {
    const only = struct({ 1: struct({}) });
    const header = encodeStruct(struct({ 1: i32(this.#words.byteLength), 2: only, 3: only, 4: only }));
    return Buffer.concat([header, bytesOf(this.#words)]);
  }

  #add(bytes: Uint8Array, start: number, stop: number): void {
    const hash = this.#hash;
    xxhash64(bytes, start, stop, hash);
    // A shift by 32 would be one by 0: a single block has no choice.
    const block = this.#shift === 32 ? 0 : hash.high >>> this.#shift;
    for (let i = 0; i < 8; i++) {
      const word = block * 8 + i;
      this.#words[word] = (this.#words[word] as number) | (1 << (Math.imul(hash.low, SALT[i] as number) >>> 27));
    }
  }
}
