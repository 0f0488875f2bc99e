import type { ByteRange, ByteSource, RangeBytes, ReadOptions } from "./contract.js";

export interface RequestCounters {
  requests: number;
  bytes: number;
}

/** Counts requests and bytes, so that a plan's cost can be reported and asserted. */
export function withCounting(source: ByteSource, counters: RequestCounters): ByteSource {
  return {
    url: source.url,
    size: source.size,
    version: source.version,
    async *read(ranges: readonly ByteRange[], options?: ReadOptions): AsyncIterable<RangeBytes> {
      for await (const piece of source.read(ranges, options)) {
        counters.requests++;
        counters.bytes += piece.bytes.length;
        yield piece;
      }
    },
    async readOne(range: ByteRange, options?: ReadOptions): Promise<Uint8Array> {
      const bytes = await source.readOne(range, options);
      counters.requests++;
      counters.bytes += bytes.length;
      return bytes;
    },
    close: () => source.close(),
  };
}
