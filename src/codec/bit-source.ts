/** Bits, most significant first, of bytes that may come in pieces. Past the end it gives zeros, and {@link isPastEnd} says so. */
export class BitSource {
  bytes: Uint8Array;
  /** The next byte that is not held. */
  at = 0;
  /** The lowest `heldBits` are the next bits; those above are arbitrary. */
  held = 0;
  /** At most 31. */
  heldBits = 0;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
  }

  /** Bits that are there. */
  get ready(): number {
    return this.heldBits + 8 * (this.bytes.length - this.at);
  }

  get isPastEnd(): boolean {
    return this.ready < 0;
  }

  append(bytes: Uint8Array): void {
    const rest = this.bytes.subarray(this.at);
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    this.bytes = joined;
    this.at = 0;
  }

  /** @param count 1 to 24 */
  take(count: number): number {
    while (this.heldBits < count) {
      this.held = (this.held << 8) | (this.bytes[this.at++] ?? 0);
      this.heldBits += 8;
    }
    this.heldBits -= count;
    return (this.held >>> this.heldBits) & ((1 << count) - 1);
  }

  alignToByte(): void {
    this.heldBits -= this.heldBits % 8;
  }
}
