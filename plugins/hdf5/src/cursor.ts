import { isUtf8 } from "node:buffer";
import { malformed } from "./errors.js";
import type { Address } from "./model.js";

/** Reads little-endian fields one after another. Nothing is read past the end. */
export class Cursor {
  position = 0;

  /** @param offset of the first byte in the file, for messages */
  constructor(
    readonly bytes: Uint8Array,
    readonly offset: number,
    readonly sizeOfOffsets = 8,
    readonly sizeOfLengths = 8,
  ) {}

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** Offset in the file of what comes next. */
  get here(): number {
    return this.offset + this.position;
  }

  u8(): number {
    return this.bytes[this.#take(1)] as number;
  }

  u16(): number {
    const at = this.#take(2);
    return (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8);
  }

  u24(): number {
    const at = this.#take(3);
    return (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8) | ((this.bytes[at + 2] as number) << 16);
  }

  u32(): number {
    return word(this.bytes, this.#take(4));
  }

  /** An unsigned integer of 1 to 8 bytes. @throws `malformed` beyond 2⁵³ */
  uint(size: number): number {
    const at = this.#take(size);
    if (size === 8) {
      const high = word(this.bytes, at + 4);
      if (high < 0x200000) return high * 0x100000000 + word(this.bytes, at);
    } else if (size === 4) return word(this.bytes, at);
    if (size > 8) throw malformed(`integers of ${size} bytes`, this.offset + at);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + (this.bytes[at + i] as number);
    if (!Number.isSafeInteger(value))
      throw malformed(`the number ${this.#hex(at, size)} is larger than any file`, this.offset + at);
    return value;
  }

  /** A length or count of the file's width. */
  length(): number {
    return this.uint(this.sizeOfLengths);
  }

  /** A length of the file's width, or null where it is unlimited (all bits set). */
  lengthOrUnlimited(): number | null {
    return this.uintOrUnlimited(this.sizeOfLengths);
  }

  /** As {@link uint}; null where all bits are set. */
  uintOrUnlimited(size: number): number | null {
    return this.#allOnes(size) ? null : this.uint(size);
  }

  address(): Address {
    return this.#allOnes(this.sizeOfOffsets) ? null : this.uint(this.sizeOfOffsets);
  }

  take(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** A cursor over the next `length` bytes, which are then behind this one. */
  sub(length: number): Cursor {
    const offset = this.here;
    return new Cursor(this.take(length), offset, this.sizeOfOffsets, this.sizeOfLengths);
  }

  signature(expected: string): void {
    const at = this.#take(4);
    for (let i = 0; i < 4; i++)
      if (this.bytes[at + i] !== expected.charCodeAt(i))
        throw malformed(`expected ${expected}, found ${JSON.stringify(latin1(this.bytes.subarray(at, at + 4)))}`, this.offset + at);
  }

  /** Text up to a NUL, which is consumed. */
  terminated(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw malformed("a name without an end", this.here);
    const text = decodeText(this.bytes.subarray(this.position, end));
    this.position = end + 1;
    return text;
  }

  /** Skips to the next multiple of `unit` from the cursor's first byte. */
  align(unit: number): void {
    const over = this.position % unit;
    if (over) this.skip(unit - over);
  }

  #allOnes(size: number): boolean {
    if (this.remaining < size) return false;
    for (let i = 0; i < size; i++) if (this.bytes[this.position + i] !== 0xff) return false;
    this.position += size;
    return true;
  }

  #take(length: number): number {
    const at = this.position;
    if (length > this.bytes.length - at)
      throw malformed(`${length} bytes are needed where the structure has ${this.bytes.length - at} left`, this.here);
    this.position = at + length;
    return at;
  }

  #hex(at: number, size: number): string {
    return `0x${Buffer.from(this.bytes.subarray(at, at + size))
      .reverse()
      .toString("hex")}`;
  }
}

/** Texts up to this length are put together here, which is faster than asking for it. */
const SHORT = 48;

/** UTF-8, Latin-1 where it is not valid UTF-8; NULs dropped. */
export function decodeText(bytes: Uint8Array): string {
  const short = bytes.length <= SHORT ? plainText(bytes) : null;
  if (short !== null) return short;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isUtf8(bytes) ? "utf8" : "latin1");
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}

/** Null where it is not ASCII alone, but for NULs at the end. */
function plainText(bytes: Uint8Array): string | null {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  let text = "";
  for (let i = 0; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === 0 || byte > 127) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

function word(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return low + (bytes[at + 3] as number) * 0x1000000;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
