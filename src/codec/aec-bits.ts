/** A block reads less than this past the end before anybody asks: 256 samples of at most 25 bits. */
const SLACK = 1024;

type Samples = Uint8Array | Uint16Array | Uint32Array;

/**
 * Bits, most significant first, with unary numbers; a block of them at a time. Past the end come ones, so that unary numbers end;
 * {@link isPastEnd} must be asked after every block.
 */
export class AecBits {
  readonly #view: DataView;
  readonly #length: number;
  /** The next bit: in which byte, and how many of that one's bits are used. */
  #at = 0;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    const padded = new Uint8Array(bytes.length + SLACK).fill(0xff, bytes.length);
    padded.set(bytes);
    this.#view = new DataView(padded.buffer);
    this.#length = bytes.length;
  }

  get isPastEnd(): boolean {
    return this.#at + (this.#bit > 0 ? 1 : 0) > this.#length;
  }

  /** @param count 1 to 24 */
  take(count: number): number {
    const value = (this.#view.getUint32(this.#at) << this.#bit) >>> (32 - count);
    this.#bit += count;
    this.#at += this.#bit >>> 3;
    this.#bit &= 7;
    return value;
  }

  /** The number of zeros before the next one. */
  unary(): number {
    let zeros = 0;
    // Only the bits of whole bytes are known to be there: the lowest of the word may be shifted in.
    while ((this.#view.getUint32(this.#at) << this.#bit) >>> 7 === 0) {
      zeros += 24;
      this.#at += 3;
    }
    const more = Math.clz32(this.#view.getUint32(this.#at) << this.#bit);
    this.#bit += more + 1;
    this.#at += this.#bit >>> 3;
    this.#bit &= 7;
    return zeros + more;
  }

  /** Numbers of `count` bits, 1 to 24. */
  takeAll(samples: Samples, from: number, to: number, count: number): void {
    const view = this.#view;
    let at = this.#at;
    let bit = this.#bit;
    for (let i = from; i < to; i++) {
      samples[i] = (view.getUint32(at) << bit) >>> (32 - count);
      bit += count;
      at += bit >>> 3;
      bit &= 7;
    }
    this.#at = at;
    this.#bit = bit;
  }

  /** Samples whose upper parts stand in unary, one after the other, and then their lower `k` bits. */
  takeSplit(samples: Samples, from: number, to: number, k: number): void {
    const view = this.#view;
    let at = this.#at;
    let bit = this.#bit;
    for (let i = from; i < to; i++) {
      let word = view.getUint32(at) << bit;
      let zeros = 0;
      while (word >>> 7 === 0) {
        zeros += 24;
        at += 3;
        word = view.getUint32(at) << bit;
      }
      const more = Math.clz32(word);
      samples[i] = (zeros + more) << k;
      bit += more + 1;
      at += bit >>> 3;
      bit &= 7;
    }
    if (k > 0)
      for (let i = from; i < to; i++) {
        samples[i] = (samples[i] as number) | ((view.getUint32(at) << bit) >>> (32 - k));
        bit += k;
        at += bit >>> 3;
        bit &= 7;
      }
    this.#at = at;
    this.#bit = bit;
  }
}
