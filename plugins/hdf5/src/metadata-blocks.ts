import type { ByteSource, ReadContext } from "graticule/plugin";
import { Hdf5Error } from "./errors.js";

const BLOCK = 1 << 16;
/** Blocks kept: 16 MiB. */
const KEPT = 256;
/** What is longer is read for itself and not kept. */
const CACHED_LENGTH = 4 * BLOCK;

/**
 * Ranges of a source through blocks of 64 KiB, so that scattered metadata cost few requests. Beside the cache of remote sources,
 * because what is here is had without a promise: a header is thousands of small reads.
 */
export class MetadataBlocks {
  readonly #blocks = new Map<number, Uint8Array | Promise<Uint8Array>>();

  constructor(
    readonly source: ByteSource,
    readonly signal?: ReadContext["signal"],
  ) {}

  /** At once where one block that is there has it all: most of a header is found so. @throws `truncated` where the range passes the end */
  read(start: number, length: number): Uint8Array | Promise<Uint8Array> {
    const stop = start + length;
    if (start < 0 || stop > this.source.size) this.#refuse(start, stop);
    const first = Math.floor(start / BLOCK);
    if (length > 0 && stop <= (first + 1) * BLOCK) {
      const block = this.#block(first);
      const from = start - first * BLOCK;
      return block instanceof Uint8Array ? block.subarray(from, from + length) : cut(block, from, length);
    }
    return this.#read(start, length);
  }

  #refuse(start: number, stop: number): never {
    const { size, url } = this.source;
    throw new Hdf5Error("truncated", `bytes ${start} to ${stop} are declared, but the file has ${size}`, {
      file: url,
      offset: Math.max(0, Math.min(start, size)),
    });
  }

  async #read(start: number, length: number): Promise<Uint8Array> {
    const stop = start + length;
    if (length > CACHED_LENGTH) return this.#fetch(start, length);
    const first = Math.floor(start / BLOCK);
    const last = Math.floor(Math.max(start, stop - 1) / BLOCK);
    if (length === 0) return new Uint8Array(0);
    const out = new Uint8Array(length);
    // All asked for before the first is waited for: each may be a round trip.
    const blocks = Array.from({ length: last - first + 1 }, (_, i) => this.#block(first + i));
    for (const [at, block] of (await Promise.all(blocks)).entries()) {
      const i = first + at;
      const from = Math.max(start, i * BLOCK) - i * BLOCK;
      const to = Math.min(stop - i * BLOCK, block.length);
      out.set(block.subarray(from, to), i * BLOCK + from - start);
    }
    return out;
  }

  #block(index: number): Uint8Array | Promise<Uint8Array> {
    const found = this.#blocks.get(index);
    if (found) {
      if (this.#blocks.size > KEPT / 2) {
        this.#blocks.delete(index);
        this.#blocks.set(index, found);
      }
      return found;
    }
    const start = index * BLOCK;
    const block = this.#fetch(start, Math.min(BLOCK, this.source.size - start)).then(
      (bytes) => {
        if (this.#blocks.has(index)) this.#blocks.set(index, bytes);
        return bytes;
      },
      (error) => {
        this.#blocks.delete(index);
        throw error;
      },
    );
    this.#blocks.set(index, block);
    evict(this.#blocks, KEPT);
    return block;
  }

  async #fetch(offset: number, length: number): Promise<Uint8Array> {
    return new Uint8Array(await this.source.readOne({ offset, length }, { signal: this.signal }));
  }
}

async function cut(block: Promise<Uint8Array>, from: number, length: number): Promise<Uint8Array> {
  return (await block).subarray(from, from + length);
}

/** Drops the oldest entry where there are more than `kept`. */
function evict<V>(cache: Map<number, V>, kept: number): void {
  if (cache.size <= kept) return;
  const oldest = cache.keys().next().value;
  if (oldest !== undefined) cache.delete(oldest);
}
