/** Bits, most significant first, with unary numbers. Past the end it gives ones, so that unary numbers end. */
export class AecBits {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The next bits, from the highest down; the bits below them are 0. */
  #held = 0;
  #heldBits = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  get isPastEnd(): boolean {
    return this.#heldBits + 8 * (this.#bytes.length - this.#at) < 0;
  }

  #fill(): void {
    const bytes = this.#bytes;
    while (this.#heldBits <= 24) {
      const byte = this.#at < bytes.length ? (bytes[this.#at] as number) : 0xff;
      this.#held |= byte << (24 - this.#heldBits);
      this.#at++;
      this.#heldBits += 8;
    }
  }

  /** @param count 1 to 24 */
  take(count: number): number {
    if (this.#heldBits < count) this.#fill();
    const value = this.#held >>> (32 - count);
    this.#held <<= count;
    this.#heldBits -= count;
    return value;
  }

  /** The number of zeros before the next one. */
  unary(): number {
    let zeros = 0;
    while (this.#held === 0) {
      zeros += this.#heldBits;
      this.#heldBits = 0;
      this.#fill();
    }
    const more = Math.clz32(this.#held);
    // Twice, since a shift by 32 is none.
    this.#held = (this.#held << more) << 1;
    this.#heldBits -= more + 1;
    return zeros + more;
  }
}
