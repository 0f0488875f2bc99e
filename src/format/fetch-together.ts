import type { CodecSpec } from "../codec/contract.js";
import type { ByteRange, ByteSource, Traffic } from "../store/contract.js";
import { isRemoteUrl } from "../store/scheme.js";
import { whileWaiting } from "../store/while-waiting.js";
import { checkStoredLength, chunksAtOnce, mostBytes } from "./chunk-memory.js";
import type { ArrayVariable, ChunkRef, ReadContext } from "./contract.js";

/** Refs whose bytes have to be fetched. */
export type FetchedRef = ChunkRef & { readonly kind: "stored" | "strided" | "object" };

/** What is done with a ref's bytes as they arrive; null: there is no such object. */
export type OnFetched = (ref: FetchedRef, encoded: Uint8Array | null) => Promise<void>;

/** Encoded bytes that are asked for together. What has arrived and is not decoded yet is bounded by the source. */
const BATCH_BYTES = 64 << 20;
const BATCH_RANGES = 1 << 16;
/** Files that are read from at one time. */
const BATCH_FILES = 64;
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
  #batch = new Batch();

  constructor(
    readonly variable: Pick<ArrayVariable, "codecs" | "dtype" | "chunks">,
    readonly context: ReadContext,
    readonly use: OnFetched,
  ) {}

  /** Takes a ref; once a batch is full, it is fetched and used before this resolves. */
  async add(ref: FetchedRef): Promise<void> {
    checkStoredLength(ref, this.variable);
    if (this.#batch.add(ref)) await this.finish();
  }

  /** Fetches and uses what is left. @throws the first failure of fetching or using */
  async finish(): Promise<void> {
    const { refs } = this.#batch;
    this.#batch = new Batch();
    if (refs.length === 0) return;
    const forget = this.prepare();
    const decoding = new Decoding(this.context.parallel ? chunksAtOnce(this.variable, DECODING) : 1);
    const { objects, files } = byFile(refs);
    const work = [...files].map(([url, own]) => this.#ranged(url, own, decoding));
    if (objects.length > 0) work.push(this.#objects(objects, decoding));
    const outcomes = await Promise.allSettled(work);
    await decoding.all();
    forget();
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  /** Loads the decoders while the index, or the chunks, are on their way. @returns takes it back */
  prepare(): () => void {
    const { codecs } = this.variable;
    if (codecs.length === 0) return () => undefined;
    return whileWaiting(() => {
      for (const spec of codecs) this.#prepareOne(spec).catch(() => undefined);
    });
  }

  /** A decoder that there is not is told of when a chunk needs it. */
  async #prepareOne(spec: CodecSpec): Promise<void> {
    (await this.context.codecs.get(spec)).prepare?.();
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
    return { signal, ...(isRemote && { onTraffic }) };
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
          const bytes = await this.context.readObject(ref.url, mostBytes(ref, this.variable));
          if (bytes) countChunkRead(this.context, 1, bytes.length);
          await decoding.begin(() => this.use(ref, bytes));
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    const lanes = await Promise.allSettled(
      Array.from({ length: Math.min(chunksAtOnce(this.variable, OBJECTS), refs.length) }, lane),
    );
    for (const one of lanes) if (one.status === "rejected") throw one.reason;
  }
}

/** Refs that are fetched together. */
class Batch {
  readonly refs: FetchedRef[] = [];
  #bytes = 0;
  #ranges = 0;
  readonly #files = new Set<string>();

  /** @returns whether it is full */
  add(ref: FetchedRef): boolean {
    this.refs.push(ref);
    this.#bytes += bytesOf(ref);
    this.#ranges += ref.kind === "strided" ? ref.count : 1;
    if (ref.kind !== "object") this.#files.add(ref.url);
    return this.#bytes >= BATCH_BYTES || this.#files.size >= BATCH_FILES || this.#ranges >= BATCH_RANGES;
  }
}

function byFile(refs: readonly FetchedRef[]): { objects: FetchedRef[]; files: Map<string, FetchedRef[]> } {
  const objects: FetchedRef[] = [];
  const files = new Map<string, FetchedRef[]>();
  for (const ref of refs) {
    const own = ref.kind === "object" ? objects : files.get(ref.url);
    if (own) own.push(ref);
    else files.set(ref.url, [ref]);
  }
  return { objects, files };
}

/** What {@link FetchTogether} would take over the wire for the refs of one box, if nothing fails; objects of unknown size cost their requests. */
export async function costTogether(refs: readonly FetchedRef[], context: ReadContext): Promise<Traffic> {
  const total = { requests: 0, bytes: 0 };
  const count = async ({ refs: own }: Batch): Promise<void> => {
    const { objects, files } = byFile(own);
    total.requests += objects.length;
    for (const object of objects) total.bytes += object.kind === "object" ? (object.size ?? 0) : 0;
    for (const [url, ofFile] of files) {
      const source = await context.openSource(url);
      const ranges = ofFile.flatMap((ref) => [...rangesOf(ref)]);
      const cost = source.cost?.(ranges) ?? { requests: ranges.length, bytes: ranges.reduce((n, { length }) => n + length, 0) };
      total.requests += cost.requests;
      total.bytes += cost.bytes;
    }
  };
  let batch = new Batch();
  for (const ref of refs) {
    if (!batch.add(ref)) continue;
    await count(batch);
    batch = new Batch();
  }
  await count(batch);
  return total;
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
