import { wrappingError } from "./unwrap-error.js";
import type { Pieces } from "./unwrap-spool.js";

const CLEAR = 256;
const OUT = 1 << 18;

/**
 * The LZW of Unix `compress` (.Z): codes of 9 to at most 16 bits, least significant bit first, written in groups of eight, so
 * that a change of the width skips what is left of the group; code 256 clears the table in block mode (flag 0x80).
 */
export async function* uncompressPieces(pieces: Pieces, file: string): Pieces {
  let decoder: LzwDecoder | undefined;
  let header = new Uint8Array(0);
  for await (const piece of pieces) {
    let body = piece;
    if (!decoder) {
      header = Uint8Array.from([...header, ...piece.subarray(0, 3 - header.length)]);
      if (header.length < 3) continue;
      decoder = new LzwDecoder(header[2] as number, file);
      body = piece.subarray(3);
    }
    yield* decoder.push(body);
  }
  if (!decoder) throw wrappingError("truncated", file, "the .Z data end inside their header");
  yield decoder.flush();
}

class LzwDecoder {
  readonly #maxBits: number;
  readonly #blockMode: boolean;
  readonly #prefix: Uint16Array;
  readonly #suffix: Uint8Array;
  readonly #stack: Uint8Array;
  #bits = 9;
  #next: number;
  #previous = -1;
  #first = 0;
  /** Bits that were read and not used yet. */
  #pending = 0;
  #pendingBits = 0;
  /** Codes taken from the current group of eight. */
  #inGroup = 0;
  /** Bits of the group to be thrown away. */
  #skipBits = 0;
  #out = new Uint8Array(OUT);
  #filled = 0;

  constructor(
    flags: number,
    readonly file: string,
  ) {
    this.#maxBits = flags & 0x1f;
    this.#blockMode = (flags & 0x80) !== 0;
    if (this.#maxBits < 9 || this.#maxBits > 16)
      throw wrappingError("malformed", file, `.Z data of ${this.#maxBits} bits, where 9 to 16 are possible`);
    const size = 1 << this.#maxBits;
    this.#prefix = new Uint16Array(size);
    this.#suffix = new Uint8Array(size);
    this.#stack = new Uint8Array(size);
    for (let i = 0; i < 256; i++) this.#suffix[i] = i;
    this.#next = this.#firstFree();
  }

  *push(bytes: Uint8Array): Iterable<Uint8Array> {
    for (const byte of bytes) {
      this.#pending |= byte << this.#pendingBits;
      this.#pendingBits += 8;
      if (this.#skipBits > 0) {
        const drop = Math.min(this.#skipBits, this.#pendingBits);
        this.#pending >>>= drop;
        this.#pendingBits -= drop;
        this.#skipBits -= drop;
      }
      while (this.#skipBits === 0 && this.#pendingBits >= this.#bits) {
        const code = this.#pending & ((1 << this.#bits) - 1);
        this.#pending >>>= this.#bits;
        this.#pendingBits -= this.#bits;
        this.#inGroup = (this.#inGroup + 1) & 7;
        this.#take(code);
        if (this.#filled > OUT / 2) yield this.flush();
      }
    }
  }

  flush(): Uint8Array {
    const piece = this.#out.slice(0, this.#filled);
    this.#filled = 0;
    return piece;
  }

  /** Appends the text of a code and learns the next one. */
  #take(code: number): void {
    if (code === CLEAR && this.#blockMode) {
      this.#next = this.#firstFree();
      this.#previous = -1;
      this.#setWidth(9);
      return;
    }
    if (this.#previous < 0) {
      if (code > 255) throw wrappingError("malformed", this.file, `the .Z data begin with the code ${code}, which nothing defines`);
      this.#emit([code]);
      this.#first = code;
      this.#previous = code;
      return;
    }
    if (code > this.#next) throw wrappingError("malformed", this.file, `the .Z data use the code ${code} before it is defined`);
    let at = this.#stack.length;
    let walk = code;
    if (code === this.#next) {
      this.#stack[--at] = this.#first;
      walk = this.#previous;
    }
    while (walk >= 256 && at > 0) {
      this.#stack[--at] = this.#suffix[walk] as number;
      walk = this.#prefix[walk] as number;
    }
    this.#first = walk;
    if (at > 0) this.#stack[--at] = walk;
    this.#emit(this.#stack.subarray(at));
    if (this.#next < this.#prefix.length) {
      this.#prefix[this.#next] = this.#previous;
      this.#suffix[this.#next] = this.#first;
      this.#next++;
      if (this.#next === 1 << this.#bits && this.#bits < this.#maxBits) this.#setWidth(this.#bits + 1);
    }
    this.#previous = code;
  }

  #emit(text: Uint8Array | readonly number[]): void {
    if (this.#filled + text.length > this.#out.length) {
      const larger = new Uint8Array(2 * this.#out.length + text.length);
      larger.set(this.#out.subarray(0, this.#filled));
      this.#out = larger;
    }
    this.#out.set(text, this.#filled);
    this.#filled += text.length;
  }

  #setWidth(bits: number): void {
    if (this.#inGroup > 0) this.#skipBits = (8 - this.#inGroup) * this.#bits;
    this.#inGroup = 0;
    const drop = Math.min(this.#skipBits, this.#pendingBits);
    this.#pending >>>= drop;
    this.#pendingBits -= drop;
    this.#skipBits -= drop;
    this.#bits = bits;
  }

  #firstFree(): number {
    return this.#blockMode ? CLEAR + 1 : CLEAR;
  }
}
