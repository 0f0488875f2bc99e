import type { Pieces } from "./unwrap-spool.js";

/** Bits of a stream, most significant first. `need` makes whole bytes ready, so that {@link take} stays synchronous. */
export class BitReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #heldBits = 0;

  constructor(
    pieces: Pieces,
    /** Makes the error that a read past the end throws. */
    readonly pastEnd: () => Error,
  ) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** @param count 1 to 24 bits */
  async read(count: number): Promise<number> {
    if (this.ready < count) await this.need(count);
    return this.take(count);
  }

  /** Bits that {@link take} can give at once. */
  get ready(): number {
    return this.#heldBits + 8 * (this.#bytes.length - this.#at);
  }

  /** Makes `count` bits ready, or all that are left. */
  async need(count: number): Promise<void> {
    while (this.ready < count) {
      const next = await this.#pieces.next();
      if (next.done) return;
      const rest = this.#bytes.subarray(this.#at);
      const joined = new Uint8Array(rest.length + next.value.length);
      joined.set(rest);
      joined.set(next.value, rest.length);
      this.#bytes = joined;
      this.#at = 0;
    }
  }

  /** @param count 1 to 24 bits, which are ready */
  take(count: number): number {
    while (this.#heldBits < count) {
      if (this.#at >= this.#bytes.length) throw this.pastEnd();
      this.#held = ((this.#held << 8) | (this.#bytes[this.#at++] as number)) & 0x7fffffff;
      this.#heldBits += 8;
    }
    this.#heldBits -= count;
    const value = (this.#held >>> this.#heldBits) & ((1 << count) - 1);
    this.#held &= (1 << this.#heldBits) - 1;
    return value;
  }

  alignToByte(): void {
    this.#heldBits -= this.#heldBits % 8;
    this.#held &= (1 << this.#heldBits) - 1;
  }

  async atEnd(): Promise<boolean> {
    await this.need(8);
    return this.ready < 8;
  }
}
