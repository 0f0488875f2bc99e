import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { BoxReaders } from "../execute/read-boxes.js";
import type { StoredVariable } from "../execute/read-messages.js";
import type { ArrayVariable, ChunkRef, ReadContext, Values } from "../format/contract.js";
import { plainName, readBox } from "../format/read-box.js";
import { slabsOf } from "../format/slabs.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import { bytesOf, type TypedArray, viewAs } from "../schema/typed-array.js";
import type { ByteSource } from "../store/contract.js";
import { pathOf } from "../store/file.js";
import { isAddress } from "./reading-threads.js";

/** Below this many bytes, starting threads takes longer than reading. */
const LARGE = 48 << 20;
/** Decoded bytes of a slab: small enough for all cores to end together. */
const SLAB_BYTES = 12 << 20;

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

  constructor(
    readonly source: ByteSource,
    readonly context: ReadContext,
    readonly readers: BoxReaders,
  ) {
    this.#here = { ...context, parallel: false };
  }

  async read(variable: ArrayVariable, box: Box): Promise<Values> {
    const slabs = joinableSlabs(variable, box, this.source);
    if (!slabs) return readBox(variable, box, this.context);
    const size = variable.dtype.size;
    const memory = new SharedArrayBuffer(sizeOf(boxShape(box)) * size);
    let end = 0;
    const places = slabs.map((slab): Place => {
      const offset = end;
      end += sizeOf(boxShape(slab)) * size;
      return { box: slab, memory, offset };
    });
    const reads = new SharedReads(places, places.length, (place, byThread) => this.#fill(variable, place, byThread), this.readers);
    for (let i = 0; i < places.length; i++) await reads.finish(i);
    return viewAs(plainName(variable.dtype) ?? "uint8", new Uint8Array(memory));
  }

  /** All values in storage order, slab by slab; each holds until the next is asked for. */
  async *slabs(variable: ArrayVariable): AsyncGenerator<{ box: Box; values: Values }> {
    const boxes = [...slabsOf(variable.shape, variable.chunks, variable.dtype.size, SLAB_BYTES)];
    const name = plainName(variable.dtype);
    if (name === null || boxes.length < 2 || !canThread(variable, this.source)) {
      for (const box of boxes) yield { box, values: await readBox(variable, box, this.context) };
      return;
    }
    const size = variable.dtype.size;
    const most = Math.max(...boxes.map((box) => sizeOf(boxShape(box)))) * size;
    const ring = Array.from({ length: Math.min(boxes.length, 3 * availableParallelism()) }, () => new SharedArrayBuffer(most));
    const places = boxes.map((box, i): Place => ({ box, memory: ring[i % ring.length] as SharedArrayBuffer, offset: 0 }));
    const reads = new SharedReads(places, ring.length, (place, byThread) => this.#fill(variable, place, byThread), this.readers);
    for (const [i, { box, memory }] of places.entries()) {
      await reads.finish(i);
      yield { box, values: viewAs(name, new Uint8Array(memory, 0, sizeOf(boxShape(box)) * size)) };
      reads.release(i);
    }
  }

  async #fill(variable: ArrayVariable, { box, memory, offset }: Place, byThread: boolean): Promise<void> {
    if (byThread) {
      return this.readers.read(async () => {
        const refs: ChunkRef[] = [];
        for await (const ref of variable.locate(box, this.context)) refs.push(ref);
        const { url, version } = this.source;
        return { url, version, variable: storedPart(variable), box, refs, target: memory, offset };
      });
    }
    const own = { take: (length: number) => new Uint8Array(memory, offset, length) };
    const bytes = bytesOf((await readBox(variable, box, this.#here, own)) as TypedArray);
    // What was one chunk or inline did not go through the memory.
    if (bytes.buffer !== memory) new Uint8Array(memory, offset, bytes.length).set(bytes);
  }

  close(): Promise<void> {
    return this.readers.close();
  }
}

/** Slabs that threads and this one read together, in order; at most `ahead` of them are begun and not released. */
class SharedReads {
  readonly #reads: Promise<void>[] = [];
  readonly #done: boolean[] = [];
  #released = 0;

  constructor(
    readonly places: readonly Place[],
    readonly ahead: number,
    readonly fill: (place: Place, byThread: boolean) => Promise<void>,
    readonly readers: BoxReaders,
  ) {}

  /** Slab `i` is read; while a thread has it in work, this one reads what nobody has begun. */
  async finish(i: number): Promise<void> {
    for (;;) {
      // This thread's own first: until the others stand, it would only wait.
      if (this.#reads.length <= i) await this.#begin(false);
      this.#feed();
      if (this.#done[i] || !this.#mayBegin()) return this.#reads[i];
      await this.#begin(false);
      // What the threads have done meanwhile is heard of between turns of the loop only.
      await setImmediate();
    }
  }

  /** The memory of slab `i` may be used again. */
  release(i: number): void {
    this.#released = i + 1;
    this.#feed();
  }

  #feed(): void {
    while (this.#mayBegin() && this.readers.hasRoom()) this.#begin(true);
  }

  #mayBegin(): boolean {
    return this.#reads.length < Math.min(this.places.length, this.#released + this.ahead);
  }

  #begin(byThread: boolean): Promise<void> {
    const index = this.#reads.length;
    const read = this.fill(this.places[index] as Place, byThread).then(() => {
      this.#done[index] = true;
      this.#feed();
    });
    // Its error is thrown when its turn comes.
    read.catch(() => undefined);
    this.#reads.push(read);
    return read;
  }
}

function storedPart({ path, name, dtype, shape, chunks, codecs, fill, access }: ArrayVariable): StoredVariable {
  return { path, name, dtype, shape, chunks, codecs, access, ...(fill && { fill }) };
}

/** Slabs of a large box that lie one after the other in its row-major values; null where threads do not pay. */
function joinableSlabs(variable: ArrayVariable, box: Box, source: ByteSource): Box[] | null {
  const [first, ...rest] = box;
  const bytes = sizeOf(boxShape(box)) * variable.dtype.size;
  if (!first || bytes < LARGE || plainName(variable.dtype) === null || !canThread(variable, source)) return null;
  const chunk = variable.chunks?.[0] ?? 1;
  const perIndex = bytes / (first.stop - first.start);
  const step = Math.max(1, Math.floor(SLAB_BYTES / (perIndex * chunk))) * chunk;
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
  if (availableParallelism() < 2 || variable.access !== "direct" || isAddress(source.url)) return false;
  const stat = statSync(pathOf(source.url), { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === source.size;
}
