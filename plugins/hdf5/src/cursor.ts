import { isUtf8 } from "node:buffer";
import { malformed } from "./errors.js";
import type { Address } from "./model.js";

/** Reads little-endian fields one after another. Nothing is read past the end. */
export class Cursor {
  position = 0;
  readonly #view: DataView;

  /** @param offset of the first byte in the file, for messages */
  constructor(
    readonly bytes: Uint8Array,
    readonly offset: number,
    readonly sizeOfOffsets = 8,
    readonly sizeOfLengths = 8,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** Offset in the file of what comes next. */
  get here(): number {
    return this.offset + this.position;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u24(): number {
    const at = this.#take(3);
    return this.#view.getUint16(at, true) + this.#view.getUint8(at + 2) * 0x10000;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** An unsigned integer of 1 to 8 bytes. @throws `malformed` beyond 2⁵³ */
  uint(size: number): number {
    if (size > 8) throw malformed(`integers of ${size} bytes`, this.here);
    let value = 0;
    const at = this.#take(size);
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.#view.getUint8(at + i);
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
    const at = this.here;
    const found = latin1(this.take(4));
    if (found !== expected) throw malformed(`expected ${expected}, found ${JSON.stringify(found)}`, at);
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

/** UTF-8, Latin-1 where it is not valid UTF-8; NULs dropped. */
export function decodeText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isUtf8(bytes) ? "utf8" : "latin1");
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
