import { FitsError } from "../error.js";

/** Bits of a compressed tile, the most significant first. */
export class BitReader {
  #at: number;
  #left = 0;
  #buffer = 0;

  constructor(
    readonly bytes: Uint8Array,
    start: number,
  ) {
    this.#at = start;
  }

  /** @param count up to 16 @throws `malformed` behind the end */
  bits(count: number): number {
    while (this.#left < count) {
      if (this.#at >= this.bytes.length) throw endsEarly(this.bytes.length);
      this.#buffer = ((this.#buffer << 8) | (this.bytes[this.#at++] as number)) & 0xffffff;
      this.#left += 8;
    }
    this.#left -= count;
    return (this.#buffer >> this.#left) & ((1 << count) - 1);
  }

  /** Drops what is left of the last byte. */
  align(): void {
    this.#left = 0;
  }
}

export function endsEarly(length: number): FitsError {
  return new FitsError("malformed", `a compressed tile needs more than its ${length} bytes`);
}
