import { constants } from "node:buffer";
import { statSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { setImmediate } from "node:timers/promises";
import { GraticuleError } from "../errors.js";
import type { BoxReaders } from "../execute/read-boxes.js";
import type { BoxRequest, StoredVariable } from "../execute/read-messages.js";
import type { ArrayVariable, ChunkRef, ReadContext, Values } from "../format/contract.js";
import { cutMissing, LARGE_BOX } from "../format/cut-missing.js";
import { plainName, readBox } from "../format/read-box.js";
import type { OwnedReadContext } from "../format/read-context.js";
import { slabsOf } from "../format/slabs.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import { bytesOf, type TypedArray, viewAs } from "../schema/typed-array.js";
import { wasClosed } from "../store/closed.js";
import type { ByteSource } from "../store/contract.js";
import { pathOf } from "../store/file.js";
import { isRemoteUrl } from "../store/scheme.js";
import { TableSweep } from "./table-sweep.js";

/** Below this many bytes, starting threads takes longer than reading. */
const LARGE = 48 << 20;
/** Decoded bytes of a slab that is handed out: its values are still in the cache when they are used. */
const SLAB_BYTES = 2 << 20;
/** A slab costs a round trip. */
const REMOTE_SLAB_BYTES = 24 << 20;
/** Decoded bytes of a thread's share of one array: small enough for all cores to end together. */
const SHARE_BYTES = 12 << 20;

/** Where a slab's values go. */
interface Place {
  readonly box: Box;
  readonly memory: SharedArrayBuffer;
  readonly offset: number;
}

/** Reads the variables of one open file: large ones slab by slab, by the threads and by this one. */
export class VariableReader {
  /** Of this thread: one chunk after the other, in memory that is kept. */
  readonly #here: ReadContext;
  readonly #table: TableSweep;
  #isOpen = true;

  constructor(
    readonly source: ByteSource,
    readonly context: OwnedReadContext,
    readonly readers: BoxReaders,
    variables: readonly ArrayVariable[],
  ) {
    this.#table = new TableSweep(variables, source, context);
    this.#here = { ...context, parallel: false };
  }

  /** @throws `changed` where a local file was written to while it was open; `usage` after {@link close} */
  async read(variable: ArrayVariable, box: Box): Promise<Values> {
    this.#mustBeOpen();
    const values = await this.#read(variable, box);
    await this.context.verify();
    return values;
  }

  async #read(variable: ArrayVariable, box: Box): Promise<Values> {
    const bytes = sizeOf(boxShape(box)) * variable.dtype.size;
    if (bytes > Math.min(totalmem(), constants.MAX_LENGTH))
      throw new GraticuleError("unsupported", `${bytes} bytes are more than this machine's memory holds at once`, {
        file: this.source.url,
        variable: variable.path,
        hint: "read it in pieces: `slice` takes a part, `slabs()` goes through all of it",
      });
    const slabs = joinableSlabs(variable, box, this.source);
    if (!slabs) return (await this.#table.take(variable, box)) ?? readBox(variable, box, this.context);
    const size = variable.dtype.size;
    const memory = new SharedArrayBuffer(sizeOf(boxShape(box)) * size);
    let end = 0;
    const places = slabs.map((slab): Place => {
      const offset = end;
      end += sizeOf(boxShape(slab)) * size;
      return { box: slab, memory, offset };
    });
    const reads = new SharedReads(
      places.values(),
      places.length,
      (place, byThread) => this.#fill(variable, place, byThread),
      this.readers,
    );
    for (let i = 0; await reads.finish(i); i++) this.#mustBeOpen();
    return viewAs(plainName(variable.dtype) ?? "uint8", new Uint8Array(memory));
  }

  /** All values in storage order, slab by slab; each holds until the next is asked for. @throws as {@link read} */
  async *slabs(variable: ArrayVariable): AsyncGenerator<{ box: Box; values: Values }> {
    this.#mustBeOpen();
    for await (const slab of this.#slabs(variable)) {
      await this.context.verify();
      yield slab;
      this.#mustBeOpen();
    }
  }

  async *#slabs(variable: ArrayVariable): AsyncGenerator<{ box: Box; values: Values }> {
    const name = plainName(variable.dtype);
    const size = variable.dtype.size;
    const boxes = slabsOf(variable.shape, variable.chunks, size, this.source.isRemote ? REMOTE_SLAB_BYTES : SLAB_BYTES);
    const isHuge = variable.chunks !== null && sizeOf(variable.chunks) * size > LARGE_BOX;
    if (name === null || isHuge || sizeOf(variable.shape) * size < LARGE || !canThread(variable, this.source)) {
      yield* this.#oneByOne(variable, cutMissing(variable, boxes, size, SHARE_BYTES, this.context));
      return;
    }
    const memory = new RingMemory(3 * availableParallelism());
    const places = mapped(boxes, (box, i): Place => ({ box, memory: memory.at(i, sizeOf(boxShape(box)) * size), offset: 0 }));
    const fill = (place: Place, byThread: boolean): Promise<void> => this.#fill(variable, place, byThread);
    const reads = new SharedReads(places, memory.slots, fill, this.readers);
    for (let i = 0; ; i++) {
      const place = await reads.finish(i);
      if (!place) break;
      yield { box: place.box, values: viewAs(name, new Uint8Array(place.memory, 0, sizeOf(boxShape(place.box)) * size)) };
      reads.release(i);
    }
  }

  /** Of a remote file the next slab is fetched while one is worked on: otherwise each would wait for a round trip. */
  async *#oneByOne(variable: ArrayVariable, boxes: AsyncIterable<Box>): AsyncGenerator<{ box: Box; values: Values }> {
    let ahead: { readonly box: Box; readonly values: Promise<Values> } | undefined;
    for await (const box of boxes) {
      const values = readBox(variable, box, this.context);
      if (!this.source.isRemote) {
        yield { box, values: await values };
        continue;
      }
      // Its failure is thrown when its turn comes.
      values.catch(() => undefined);
      if (ahead) yield { box: ahead.box, values: await ahead.values };
      ahead = { box, values };
    }
    if (ahead) yield { box: ahead.box, values: await ahead.values };
  }

  async #fill(variable: ArrayVariable, { box, memory, offset }: Place, byThread: boolean): Promise<void> {
    if (byThread && (await this.readers.read(() => this.#located(variable, { box, memory, offset })))) return;
    const own = { take: (length: number) => new Uint8Array(memory, offset, length) };
    const bytes = bytesOf((await readBox(variable, box, this.#here, own)) as TypedArray);
    // What was one chunk or inline did not go through the memory.
    if (bytes.buffer !== memory) new Uint8Array(memory, offset, bytes.length).set(bytes);
  }

  /** What a thread needs to read a slab; null where the plugin itself reads some of its chunks, which is only here. */
  async #located(variable: ArrayVariable, { box, memory, offset }: Place): Promise<Omit<BoxRequest, "index"> | null> {
    const refs: ChunkRef[] = [];
    for await (const ref of variable.locate(box, this.context)) {
      if (ref.kind === "plugin") return null;
      refs.push(ref);
    }
    const { url, version } = this.source;
    return { url, version, variable: storedPart(variable), box, refs, target: memory, offset };
  }

  close(): Promise<void> {
    this.#isOpen = false;
    return this.readers.close();
  }

  #mustBeOpen(): void {
    if (!this.#isOpen) throw wasClosed(this.source.url);
  }
}

/** Memory that slab after slab is read into, by turns. */
class RingMemory {
  readonly #memory: SharedArrayBuffer[] = [];

  constructor(readonly slots: number) {}

  at(index: number, bytes: number): SharedArrayBuffer {
    const slot = index % this.slots;
    const known = this.#memory[slot];
    if (known && known.byteLength >= bytes) return known;
    const memory = new SharedArrayBuffer(bytes);
    this.#memory[slot] = memory;
    return memory;
  }
}

function* mapped<A, B>(items: Iterable<A>, map: (item: A, index: number) => B): Generator<B, undefined> {
  let index = 0;
  for (const item of items) yield map(item, index++);
}

/** Slabs that threads and this one read together, in order; at most `ahead` of them are begun and not released. */
class SharedReads {
  /** Those begun and not released, by their index. */
  readonly #reads = new Map<number, { readonly place: Place; readonly read: Promise<void>; done: boolean }>();
  #begun = 0;
  #released = 0;
  #next: Place | undefined;

  constructor(
    readonly places: Iterator<Place, undefined>,
    readonly ahead: number,
    readonly fill: (place: Place, byThread: boolean) => Promise<void>,
    readonly readers: BoxReaders,
  ) {
    this.#next = places.next().value;
  }

  /** Slab `i`, read; undefined behind the last. While a thread has it in work, this one reads what nobody has begun. */
  async finish(i: number): Promise<Place | undefined> {
    for (;;) {
      // This thread's own first: until the others stand, it would only wait.
      if (this.#begun <= i) await this.#begin(false);
      this.#feed();
      const own = this.#reads.get(i);
      if (!own) return undefined;
      if (own.done || !this.#mayBegin()) {
        await own.read;
        return own.place;
      }
      await this.#begin(false);
      // What the threads have done meanwhile is heard of between turns of the loop only.
      await setImmediate();
    }
  }

  /** The memory of slab `i` may be used again. */
  release(i: number): void {
    this.#reads.delete(i);
    this.#released = i + 1;
    this.#feed();
  }

  #feed(): void {
    while (this.#mayBegin() && this.readers.hasRoom()) this.#begin(true);
  }

  #mayBegin(): boolean {
    return this.#next !== undefined && this.#begun < this.#released + this.ahead;
  }

  #begin(byThread: boolean): Promise<void> | undefined {
    const place = this.#next;
    if (!place) return undefined;
    this.#next = this.places.next().value;
    const own = { place, read: this.fill(place, byThread), done: false };
    this.#reads.set(this.#begun++, own);
    own.read.then(
      () => {
        own.done = true;
        this.#feed();
      },
      // Its error is thrown when its turn comes.
      () => undefined,
    );
    return own.read;
  }
}

function storedPart({ path, name, dtype, shape, chunks, codecs, fill, extent, access }: ArrayVariable): StoredVariable {
  return { path, name, dtype, shape, chunks, codecs, access, ...(fill && { fill }), ...(extent && { extent }) };
}

/** Slabs of a large box that lie one after the other in its row-major values; null where threads do not pay. */
function joinableSlabs(variable: ArrayVariable, box: Box, source: ByteSource): Box[] | null {
  const [first, ...rest] = box;
  const bytes = sizeOf(boxShape(box)) * variable.dtype.size;
  if (!first || bytes < LARGE || plainName(variable.dtype) === null || !canThread(variable, source)) return null;
  const chunk = variable.chunks?.[0] ?? 1;
  const perIndex = bytes / (first.stop - first.start);
  const step = Math.max(1, Math.floor(SHARE_BYTES / (perIndex * chunk))) * chunk;
  const slabs: Box[] = [];
  for (let start = first.start; start < first.stop; ) {
    const stop = Math.min(first.stop, (Math.floor(start / step) + 1) * step);
    slabs.push([{ start, stop }, ...rest]);
    start = stop;
  }
  return slabs.length > 1 ? slabs : null;
}

/** A thread opens the file again: it must be one, and as it stands. */
function canThread(variable: ArrayVariable, source: ByteSource): boolean {
  if (availableParallelism() < 2 || variable.access !== "direct" || isRemoteUrl(source.url)) return false;
  const stat = statSync(pathOf(source.url), { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === source.size;
}
