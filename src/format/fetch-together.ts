import type { CodecSpec } from "../codec/contract.js";
import type { ByteRange, ByteSource } from "../store/contract.js";
import { isRemoteUrl } from "../store/scheme.js";
import type { ChunkRef, ReadContext } from "./contract.js";

/** Refs whose bytes have to be fetched. */
export type FetchedRef = ChunkRef & { readonly kind: "stored" | "strided" | "object" };

/** What is done with a ref's bytes as they arrive; null: there is no such object. */
export type OnFetched = (ref: FetchedRef, encoded: Uint8Array | null) => Promise<void>;

/** Encoded bytes that are asked for together. What has arrived and is not decoded yet is bounded by the source. */
const BATCH_BYTES = 64 << 20;
const BATCH_RANGES = 1 << 16;
/** Objects of unknown size count as so much. */
const UNKNOWN_BYTES = 1 << 18;
/** Objects being fetched at once. */
const OBJECTS = 16;
/** Chunks being decoded at once where the context decodes on the thread pool. */
const DECODING = 8;

/** Whether fetching it costs a round trip. */
export function isFetched(ref: ChunkRef): ref is FetchedRef {
  return (ref.kind === "stored" || ref.kind === "strided" || ref.kind === "object") && isRemoteUrl(ref.url);
}

/** The ranges of a stored or strided ref. */
export function* rangesOf(ref: ChunkRef): Iterable<ByteRange> {
  if (ref.kind === "stored") yield { offset: ref.offset, length: ref.length };
  if (ref.kind !== "strided") return;
  for (let i = 0; i < ref.count; i++) yield { offset: ref.offset + i * ref.stride, length: ref.length };
}

/**
 * Fetches the chunks of a remote variable together: the ranges of a batch are asked for at once, so that the source can join
 * them and keep many in flight, and are decoded as they arrive.
 */
export class FetchTogether {
  #refs: FetchedRef[] = [];
  #bytes = 0;
  #ranges = 0;

  constructor(
    readonly codecs: readonly CodecSpec[],
    readonly context: ReadContext,
    readonly use: OnFetched,
  ) {}

  /** Takes a ref; once a batch is full, it is fetched and used before this resolves. */
  async add(ref: FetchedRef): Promise<void> {
    this.#refs.push(ref);
    this.#bytes += bytesOf(ref);
    this.#ranges += ref.kind === "strided" ? ref.count : 1;
    if (this.#bytes >= BATCH_BYTES || this.#ranges >= BATCH_RANGES) await this.finish();
  }

  /** Fetches and uses what is left. @throws the first failure of fetching or using */
  async finish(): Promise<void> {
    const refs = this.#refs;
    this.#refs = [];
    this.#bytes = 0;
    this.#ranges = 0;
    if (refs.length === 0) return;
    // Loaded while the bytes are on their way; one that there is not is told of when a chunk needs it.
    for (const spec of this.codecs) Promise.resolve(this.context.codecs.get(spec)).catch(() => undefined);
    const decoding = new Decoding(this.context.parallel ? DECODING : 1);
    const objects = refs.filter(({ kind }) => kind === "object");
    const files = new Set(refs.filter(({ kind }) => kind !== "object").map(({ url }) => url));
    const work = [...files].map((url) => {
      const own = files.size === 1 && objects.length === 0 ? refs : refs.filter((ref) => ref.kind !== "object" && ref.url === url);
      return this.#ranged(url, own, decoding);
    });
    if (objects.length > 0) work.push(this.#objects(objects, decoding));
    const outcomes = await Promise.allSettled(work);
    await decoding.all();
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async #ranged(url: string, refs: readonly FetchedRef[], decoding: Decoding): Promise<void> {
    const source = await this.context.openSource(url);
    const ranges: ByteRange[] = [];
    const owners: { readonly ref: FetchedRef; readonly first: number }[] = [];
    for (const ref of refs) {
      const owner = { ref, first: ranges.length };
      for (const range of rangesOf(ref)) {
        ranges.push(range);
        owners.push(owner);
      }
    }
    const strided = new Map<FetchedRef, { readonly bytes: Uint8Array; missing: number }>();
    for await (const { index, bytes } of source.read(ranges, this.#options(source))) {
      if (!source.isRemote) countChunkRead(this.context, 1, bytes.length);
      const { ref, first } = owners[index] as (typeof owners)[number];
      if (ref.kind === "stored") {
        await decoding.begin(() => this.use(ref, bytes));
        continue;
      }
      if (ref.kind !== "strided") continue;
      const whole = strided.get(ref) ?? { bytes: Buffer.allocUnsafeSlow(ref.count * ref.length), missing: ref.count };
      strided.set(ref, whole);
      whole.bytes.set(bytes, (index - first) * ref.length);
      if (--whole.missing > 0) continue;
      strided.delete(ref);
      await decoding.begin(() => this.use(ref, whole.bytes));
    }
  }

  #options({ isRemote }: ByteSource) {
    const { signal } = this.context;
    const onTraffic = (requests: number, bytes: number): void => countChunkRead(this.context, requests, bytes);
    return { ...(signal && { signal }), ...(isRemote && { onTraffic }) };
  }

  async #objects(refs: readonly FetchedRef[], decoding: Decoding): Promise<void> {
    let next = 0;
    let failed = false;
    const lane = async (): Promise<void> => {
      for (;;) {
        const ref = refs[next++];
        if (!ref || failed) return;
        this.context.signal?.throwIfAborted();
        try {
          const bytes = await this.context.readObject(ref.url);
          if (bytes) countChunkRead(this.context, 1, bytes.length);
          await decoding.begin(() => this.use(ref, bytes));
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: Math.min(OBJECTS, refs.length) }, lane));
    for (const one of lanes) if (one.status === "rejected") throw one.reason;
  }
}

/** Decoding under way, so many at a time; the first failure is thrown by whoever comes next. */
class Decoding {
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(readonly limit: number) {}

  /** Resolves when there is room for the next. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.limit) await Promise.race(this.#running);
    if (this.#failure) throw this.#failure.error;
    const task: Promise<void> = work()
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  async all(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
  }
}

function bytesOf(ref: FetchedRef): number {
  if (ref.kind === "object") return ref.size ?? UNKNOWN_BYTES;
  return ref.kind === "stored" ? ref.length : ref.count * ref.length;
}

function countChunkRead({ counters }: ReadContext, requests: number, bytes: number): void {
  counters.chunkRequests = (counters.chunkRequests ?? 0) + requests;
  counters.chunkBytes = (counters.chunkBytes ?? 0) + bytes;
}
