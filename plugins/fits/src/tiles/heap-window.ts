import type { ByteSource } from "graticule/plugin";
import type { HeapPlace } from "../tables/heap.js";

/** What is read beyond a tile where tiles are read one behind the other. */
const AHEAD = 256 << 10;

/** Pieces of the heap: those that follow each other are read together. */
export class HeapWindow {
  #start = 0;
  #end = 0;
  #bytes: Promise<Uint8Array> = Promise.resolve(new Uint8Array(0));
  /** Where the last piece that was read ended. */
  #next = -1;

  constructor(readonly heap: HeapPlace) {}

  /** The caller has checked that the piece lies in the heap, and in the file. */
  async read(source: ByteSource, offset: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const start = this.#start;
    if (offset < start || offset + length > this.#end) {
      const follows = offset >= this.#next && offset - this.#next < AHEAD && this.#next >= 0;
      const most = Math.min(this.heap.length, source.size - this.heap.offset);
      const stop = follows ? Math.min(most, Math.max(offset + length, offset + AHEAD)) : offset + length;
      this.#next = offset + length;
      if (!follows) return source.readOne({ offset: this.heap.offset + offset, length }, { signal });
      this.#start = offset;
      this.#end = stop;
      const reading = source.readOne({ offset: this.heap.offset + offset, length: stop - offset }, { signal });
      this.#bytes = reading;
      reading.catch(() => {
        if (this.#bytes === reading) this.#end = this.#start;
      });
      return (await reading).subarray(0, length);
    }
    signal?.throwIfAborted();
    this.#next = offset + length;
    return (await this.#bytes).subarray(offset - start, offset - start + length);
  }
}
