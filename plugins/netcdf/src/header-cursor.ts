import { NetcdfError } from "./error.js";
import { decodeText } from "./text.js";

/** Thrown where the header goes on behind the bytes that have been read so far, and the file does too. */
export class MoreBytes {
  constructor(readonly end: number) {}
}

const MAX_COUNT_32 = 2 ** 31 - 1;

/** A header larger than this is nothing that any writer makes. */
export const MAX_HEADER = 32 << 20;

/**
 * Reads the header's elements one after the other. Nothing is allocated for a size that the file cannot hold.
 * Counts, lengths and name sizes take 4 bytes, in CDF-5 8.
 */
export class HeaderCursor {
  #at = 0;
  readonly #view: DataView;
  /** Names and values whose padding is not zero, which the specification wants it to be. */
  oddPadding: { count: number; first: number } = { count: 0, first: 0 };

  constructor(
    readonly file: string,
    readonly fileSize: number,
    readonly bytes: Uint8Array,
    public wide = false,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#at;
  }

  take(length: number, what: string): Uint8Array {
    const start = this.#advance(length, what);
    return this.bytes.subarray(start, start + length);
  }

  uint32(what: string): number {
    return this.#view.getUint32(this.#advance(4, what));
  }

  /** A file offset: signed, 4 bytes in CDF-1 and 8 in the others. Inexact beyond 2⁵³, where no file reaches. */
  fileOffset(bytes: 4 | 8, what: string): number {
    const at = this.#advance(bytes, what);
    return bytes === 4 ? this.#view.getInt32(at) : Number(this.#view.getBigInt64(at));
  }

  /** A size of 4 or 8 bytes as a number, inexact beyond 2⁵³. */
  size(what: string): number {
    const at = this.#advance(this.wide ? 8 : 4, what);
    return this.wide ? Number(this.#view.getBigUint64(at)) : this.#view.getUint32(at);
  }

  /** A length that must be exact. */
  length(what: string): number {
    const at = this.#at;
    const length = this.size(what);
    if (!Number.isSafeInteger(length)) throw this.malformed(`${what} is ${length}`, at);
    return length;
  }

  /** How many elements follow, each of at least `elementBytes`, all of which the file can hold. */
  count(elementBytes: number, what: string): number {
    const at = this.#at;
    const count = this.size(what);
    if (!this.wide && count > MAX_COUNT_32) throw this.malformed(`${what} is ${count - 2 ** 32}, which is negative`, at);
    const bytes = count * elementBytes;
    if (bytes > MAX_HEADER) throw this.malformed(`${what} is ${count}, which no header holds`, at);
    if (bytes > this.fileSize - this.#at)
      throw this.#truncated(`${what} is ${count}, ${bytes} bytes at least; ${this.#left()} follow`);
    return count;
  }

  name(what: string): string {
    const at = this.#at;
    const length = this.count(1, `the size of ${what}`);
    if (length === 0) throw this.malformed(`${what} is empty`, at);
    const bytes = this.take(length, what);
    this.padding(length, what);
    return decodeText(bytes);
  }

  /** Skips up to the next multiple of four. */
  padding(length: number, what: string): void {
    const pad = (4 - (length % 4)) % 4;
    if (pad === 0) return;
    const at = this.#at;
    if (this.take(pad, `the padding of ${what}`).every((byte) => byte === 0)) return;
    if (this.oddPadding.count++ === 0) this.oddPadding.first = at;
  }

  malformed(message: string, offset: number): NetcdfError {
    return new NetcdfError("malformed", message, { file: this.file, offset });
  }

  #advance(length: number, what: string): number {
    const start = this.#at;
    const end = start + length;
    if (end > this.bytes.length) {
      if (end > this.fileSize)
        throw this.#truncated(`the header ends inside ${what}: ${length} bytes needed, ${this.#left()} there`);
      if (end > MAX_HEADER) throw this.malformed(`the header passes ${MAX_HEADER} bytes at ${what}`, start);
      throw new MoreBytes(end);
    }
    this.#at = end;
    return start;
  }

  #left(): number {
    return Math.max(0, this.fileSize - this.#at);
  }

  #truncated(message: string): NetcdfError {
    const hint = "the file is cut short: fetch it again, or compare its size with the source's";
    return new NetcdfError("truncated", message, { file: this.file, offset: this.fileSize, hint });
  }
}
