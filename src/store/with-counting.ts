import type { ByteRange, ByteSource, RangeBytes, ReadOptions } from "./contract.js";

export interface RequestCounters {
  requests: number;
  bytes: number;
}

const counted = new WeakSet<ByteSource>();

/**
 * Counts requests and bytes, so that a plan's cost can be reported and asserted: every range of a local source, and what really
 * goes over the wire of a remote one. A source that counts already is given back as it is.
 *
 * @param onRead told of every read of a local source
 */
export function withCounting(source: ByteSource, counters: RequestCounters, onRead?: () => void): ByteSource {
  if (counted.has(source)) return source;
  const own = source.isRemote ? countTraffic(source, counters) : countRanges(source, counters, onRead);
  counted.add(own);
  return own;
}

function countRanges(source: ByteSource, counters: RequestCounters, onRead?: () => void): ByteSource {
  return {
    url: source.url,
    size: source.size,
    version: source.version,
    ...(source.givesViews && { givesViews: true as const }),
    verify: () => source.verify?.(),
    async *read(ranges: readonly ByteRange[], options?: ReadOptions): AsyncIterable<RangeBytes> {
      onRead?.();
      for await (const piece of source.read(ranges, options)) {
        counters.requests++;
        counters.bytes += piece.bytes.length;
        yield piece;
      }
    },
    async readOne(range: ByteRange, options?: ReadOptions): Promise<Uint8Array> {
      onRead?.();
      const bytes = await source.readOne(range, options);
      counters.requests++;
      counters.bytes += bytes.length;
      return bytes;
    },
    close: () => source.close(),
  };
}

function countTraffic(source: ByteSource, counters: RequestCounters): ByteSource {
  const counting = (options: ReadOptions = {}): ReadOptions => ({ ...options, onTraffic: addTo(counters, options.onTraffic) });
  return {
    url: source.url,
    size: source.size,
    version: source.version,
    isRemote: true,
    ...(source.cost && { cost: (ranges: readonly ByteRange[]) => source.cost?.(ranges) ?? { requests: 0, bytes: 0 } }),
    read: (ranges, options) => source.read(ranges, counting(options)),
    readOne: (range, options) => source.readOne(range, counting(options)),
    close: () => source.close(),
  };
}

/** Adds traffic to counters, and passes it on. */
export function addTo(counters: RequestCounters, then?: ReadOptions["onTraffic"]): NonNullable<ReadOptions["onTraffic"]> {
  return (requests, bytes) => {
    counters.requests += requests;
    counters.bytes += bytes;
    then?.(requests, bytes);
  };
}
