import type { ByteSource } from "graticule/plugin";

/** Bytes read at a time while headers are looked for. */
const NEAR = 32 << 10;
const FAR = 128 << 10;

/** Small pieces of a file, read in larger ones: headers of neighbouring HDUs cost one request. */
export class FileWindow {
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(
    readonly source: ByteSource,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** Up to `length` bytes at `offset`, fewer at the end. Valid until the next call. */
  async peek(offset: number, length: number, ahead = this.source.isRemote ? FAR : NEAR): Promise<Uint8Array> {
    const end = Math.min(this.source.size, offset + length);
    if (end <= offset) return new Uint8Array(0);
    if (offset < this.#start || end > this.#start + this.#bytes.length) {
      this.signal?.throwIfAborted();
      const stop = Math.min(this.source.size, Math.max(end, offset + ahead));
      const options = { signal: this.signal };
      this.#bytes = await this.source.readOne({ offset, length: stop - offset }, options);
      this.#start = offset;
    }
    return this.#bytes.subarray(offset - this.#start, end - this.#start);
  }
}
