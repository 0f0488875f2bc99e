import { BlockCache } from "./block-cache.js";
import { wasClosed } from "./closed.js";
import { planRequests, REQUEST_COSTS, type RequestCosts } from "./coalesce.js";
import type { ByteRange, ByteSource, RangeBytes, ReadOptions, Traffic } from "./contract.js";
import { fetchRanges } from "./fetch-ranges.js";
import { checkRange } from "./file.js";
import type { Call, HttpObject, Opened } from "./http/http-object.js";

/** Reads up to here are metadata, and go through blocks that are kept. */
const CACHED_LENGTH = 1 << 20;
/** Ranges that lie within so much are too. */
const CACHED_EXTENT = 1 << 16;

export interface RemoteSourceOptions {
  readonly costs: Partial<RequestCosts>;
  /** Blocks of the same version, from before. */
  readonly kept?: BlockCache;
  /** Takes the blocks when the source is closed. */
  readonly remember: (cache: BlockCache) => void;
}

/** A file behind HTTP: metadata through blocks that are kept and read ahead, chunks together in few requests. */
export class RemoteSource implements ByteSource {
  readonly isRemote = true;
  readonly size: number;
  readonly version: string;
  readonly costs: RequestCosts;
  readonly #cache: BlockCache;
  readonly #closed = new AbortController();

  constructor(
    readonly url: string,
    readonly object: Pick<HttpObject, "fetch">,
    { size, version, head }: Opened,
    readonly options: RemoteSourceOptions,
  ) {
    this.costs = { ...REQUEST_COSTS, ...options.costs };
    this.size = size;
    this.version = version;
    this.#cache = options.kept ?? new BlockCache(size, head);
  }

  async *read(ranges: readonly ByteRange[], options: ReadOptions = {}): AsyncIterable<RangeBytes> {
    this.#mayRead(options);
    for (const range of ranges) checkRange(this, range);
    const missing: number[] = [];
    for (const [index, range] of ranges.entries()) {
      const bytes = range.length === 0 ? new Uint8Array(0) : this.#cache.peek(range);
      if (bytes) yield { index, bytes };
      else missing.push(index);
    }
    const wanted = missing.map((index) => ranges[index] as ByteRange);
    if (isNarrow(wanted)) {
      for (const [i, range] of wanted.entries()) yield { index: missing[i] as number, bytes: await this.readOne(range, options) };
      return;
    }
    const call = this.#callOf(options);
    for await (const { index, bytes } of fetchRanges(this.object, wanted, planRequests(wanted, this.costs), call, options.into))
      yield { index: missing[index] as number, bytes };
  }

  async readOne(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    this.#mayRead(options);
    checkRange(this, range);
    if (range.length > CACHED_LENGTH) {
      for await (const { bytes } of this.read([range], options)) return bytes;
    }
    const fetch = async (block: ByteRange, wanted: AbortSignal): Promise<Uint8Array> => {
      const out = Buffer.allocUnsafeSlow(block.length);
      const call = this.#callOf({ ...options, signal: wanted });
      await this.object.fetch(block, (piece, at) => out.set(piece, at - block.offset), call);
      return out;
    };
    const bytes = await this.#cache.read(range, fetch, options.signal);
    if (!options.into || options.into.length < range.length) return bytes;
    options.into.set(bytes);
    return options.into.subarray(0, range.length);
  }

  /** As {@link read} decides, with what is in the cache now. */
  cost(ranges: readonly ByteRange[]): Traffic {
    const wanted = ranges.filter((range) => range.length > 0 && !this.#cache.has(range));
    const requests = planRequests(wanted, this.costs);
    return { requests: requests.length, bytes: requests.reduce((n, { length }) => n + length, 0) };
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(wasClosed(this.url));
    this.options.remember(this.#cache);
  }

  #mayRead({ signal }: ReadOptions): void {
    signal?.throwIfAborted();
    this.#closed.signal.throwIfAborted();
  }

  /** A source that is closed reads on for nobody. */
  #callOf({ signal, onTraffic }: ReadOptions): Call {
    const closed = this.#closed.signal;
    return { signal: signal ? AbortSignal.any([signal, closed]) : closed, ...(onTraffic && { onTraffic }) };
  }
}

function isNarrow(ranges: readonly ByteRange[]): boolean {
  if (ranges.length === 0) return true;
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const { offset, length } of ranges) {
    start = Math.min(start, offset);
    end = Math.max(end, offset + length);
  }
  return end - start <= CACHED_EXTENT;
}
