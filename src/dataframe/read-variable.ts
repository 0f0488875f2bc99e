import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { BoxReaders } from "../execute/read-boxes.js";
import type { ArrayVariable, ReadContext, Values } from "../format/contract.js";
import { plainName, readBox } from "../format/read-box.js";
import { slabsOf } from "../format/slabs.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import { viewAs } from "../schema/typed-array.js";
import type { ByteSource } from "../store/contract.js";
import { pathOf } from "../store/file.js";

/** Below this many bytes, starting threads takes longer than reading. */
const LARGE = 48 << 20;
/** Decoded bytes of a slab. */
const SLAB_BYTES = 24 << 20;

/** Reads the variables of one open file: large ones by threads, a slab of chunks each. */
export class VariableReader {
  readonly #readers: BoxReaders;

  constructor(
    readonly source: ByteSource,
    readonly context: ReadContext,
  ) {
    this.#readers = new BoxReaders({ url: source.url, version: source.version }, availableParallelism());
  }

  async read(variable: ArrayVariable, box: Box): Promise<Values> {
    const slabs = threadedSlabs(variable, box, this.source);
    if (!slabs) return readBox(variable, box, this.context);
    const size = variable.dtype.size;
    const target = new SharedArrayBuffer(sizeOf(boxShape(box)) * size);
    let offset = 0;
    const reads = slabs.map((slab) => {
      const at = offset;
      offset += sizeOf(boxShape(slab)) * size;
      return this.#readers.read(variable.path, slab, target, at);
    });
    await Promise.all(reads);
    return viewAs(plainName(variable.dtype) ?? "uint8", new Uint8Array(target));
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
    const ring = Array.from({ length: Math.min(boxes.length, 2 * availableParallelism()) }, () => new SharedArrayBuffer(most));
    const memoryOf = (i: number): SharedArrayBuffer => ring[i % ring.length] as SharedArrayBuffer;
    const begin = (i: number): Promise<void> | undefined => {
      const box = boxes[i];
      const read = box && this.#readers.read(variable.path, box, memoryOf(i), 0);
      // Its error is thrown when its turn comes.
      read?.catch(() => undefined);
      return read;
    };
    const reads = ring.map((_, i) => begin(i));
    for (const [i, box] of boxes.entries()) {
      await reads[i];
      yield { box, values: viewAs(name, new Uint8Array(memoryOf(i), 0, sizeOf(boxShape(box)) * size)) };
      reads[i + ring.length] = begin(i + ring.length);
    }
  }

  close(): Promise<void> {
    return this.#readers.close();
  }
}

/** Slabs of a large box that lie one after the other in its row-major values; null where threads do not pay. */
function threadedSlabs(variable: ArrayVariable, box: Box, source: ByteSource): Box[] | null {
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
  if (availableParallelism() < 2 || variable.access !== "direct" || /^[a-z][a-z0-9+.-]+:\/\//i.test(source.url)) return false;
  const stat = statSync(pathOf(source.url), { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === source.size;
}
