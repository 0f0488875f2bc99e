import type { CodecRegistry } from "../codec/contract.js";
import { decodeChunk } from "../codec/decode-chunk.js";
import { codecRegistry } from "../codec/registry.js";
import { wasClosed } from "../store/closed.js";
import type { ByteSource, Store } from "../store/contract.js";
import { checkRange } from "../store/file.js";
import { openStore } from "../store/open-store.js";
import { addTo, withCounting } from "../store/with-counting.js";
import type { ReadContext, ReadCounters } from "./contract.js";
import { locateBlock } from "./locate-block.js";
import { readStrided } from "./read-strided.js";

export interface ReadContextOptions {
  /** Default: files, http and s3 by their URLs. */
  readonly store?: Store;
  readonly codecs?: CodecRegistry;
  readonly signal?: AbortSignal | undefined;
  /** Decode independent chunks on the thread pool; default true. Workers, which are parallel among themselves, say false. */
  readonly parallel?: boolean;
}

/** A context that opens each source once, counts what is read from it, and closes all together. */
export interface OwnedReadContext extends ReadContext {
  /** Opens a source that is not kept: what comes of it is adopted, or closed. Counted where it is remote. Default: the context's store. */
  openRaw(url: string, from?: Store): Promise<ByteSource>;
  /** Takes over a source that is already open (unwrapped, or in memory) and gives it back counted. */
  adopt(source: ByteSource): ByteSource;
  /** @throws `changed` where one of the sources that were read from was written to since it was opened */
  verify(): Promise<void>;
  close(): Promise<void>;
}

export function readContext(options: ReadContextOptions = {}): OwnedReadContext {
  const store = options.store ?? openStore();
  const counters: ReadCounters = { requests: 0, bytes: 0, chunks: 0 };
  const calls = { onTraffic: addTo(counters), signal: options.signal };
  const codecs = options.codecs ?? codecRegistry();
  const parallel = options.parallel ?? true;
  const reading = { signal: options.signal };
  const sources = new Map<string, Promise<ByteSource>>();
  const adopted: ByteSource[] = [];
  /** Sources that were read from since they were last verified. */
  const touched = new Set<string>();
  let isOpen = true;
  const mustBeOpen = (url: string): void => {
    if (!isOpen) throw wasClosed(url);
  };
  return {
    codecs,
    counters,
    signal: options.signal,
    parallel,
    locateBlock,
    async readPieces(pieces) {
      const { offset, stride, count, length } = pieces;
      const source = await this.openSource(pieces.url);
      const whole = { offset, length: count === 0 ? 0 : (count - 1) * stride + length };
      checkRange(source, whole);
      if (stride === length) return source.readOne(whole, reading);
      const out = Buffer.allocUnsafeSlow(count * length);
      await readStrided(pieces, source, out, 0, reading, () => undefined);
      return out;
    },
    decodeChunk(bytes, chain, filterMask, decodedLength) {
      return decodeChunk(bytes, chain, filterMask, codecs, { decodedLength, parallel: this.parallel });
    },
    async openSource(url) {
      mustBeOpen(url);
      let opened = sources.get(url);
      if (!opened) {
        opened = store.open(url, calls).then((source) => withCounting(source, counters, () => touched.add(url)));
        sources.set(url, opened);
        opened.catch(() => sources.delete(url));
      }
      return opened;
    },
    async openRaw(url, from = store) {
      mustBeOpen(url);
      const source = await from.open(url, calls);
      return source.isRemote ? withCounting(source, counters) : source;
    },
    async readObject(url, most) {
      mustBeOpen(url);
      let isCounted = false;
      const onTraffic = (requests: number, bytes: number): void => {
        isCounted = true;
        calls.onTraffic(requests, bytes);
      };
      const bytes = await store.get(url, { ...calls, onTraffic, ...(most !== undefined && { most }) });
      if (!isCounted) calls.onTraffic(1, bytes?.length ?? 0);
      return bytes;
    },
    list(prefix) {
      mustBeOpen(prefix);
      return store.list(prefix, reading);
    },
    adopt(source) {
      const counted = withCounting(source, counters);
      sources.set(source.url, Promise.resolve(counted));
      adopted.push(counted);
      return counted;
    },
    async verify() {
      for (const source of adopted) source.verify?.();
      for (const url of touched) (await sources.get(url))?.verify?.();
      touched.clear();
    },
    async close() {
      isOpen = false;
      const all = await Promise.allSettled(sources.values());
      sources.clear();
      touched.clear();
      for (const one of all) if (one.status === "fulfilled") await one.value.close();
    },
  };
}
