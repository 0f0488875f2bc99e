import { wasClosed } from "./closed.js";
import type { ByteRange, ByteSource, RangeBytes, ReadOptions } from "./contract.js";
import { checkRange } from "./file.js";

/** Bytes in memory as a source; `read` hands out views. */
export function memorySource(url: string, bytes: Uint8Array, version = `memory-${bytes.length}`): ByteSource {
  let isOpen = true;
  const source: ByteSource = {
    url,
    size: bytes.length,
    version,
    givesViews: true,
    async *read(ranges: readonly ByteRange[], options: ReadOptions = {}): AsyncIterable<RangeBytes> {
      for (const [index, range] of ranges.entries()) yield { index, bytes: await source.readOne(range, options) };
    },
    async readOne(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
      options.signal?.throwIfAborted();
      if (!isOpen) throw wasClosed(url);
      checkRange(source, range);
      return bytes.subarray(range.offset, range.offset + range.length);
    },
    async close() {
      isOpen = false;
    },
  };
  return source;
}
