import { decodeChunk } from "../codec/decode-chunk.js";
import { asGraticuleError, GraticuleError } from "../errors.js";
import { type Box, boxShape, intersect, type Range, sizeOf } from "../schema/box.js";
import type { DTypeName } from "../schema/dtype.js";
import type { ValueMemory } from "../schema/reusable-memory.js";
import { viewAs } from "../schema/typed-array.js";
import { plainName, Target } from "./box-target.js";
import { checkStoredLength, chunksAtOnce, decodedBytes, mostBytes } from "./chunk-memory.js";
import { compareCrc32 } from "./compare-crc32.js";
import type { ArrayVariable, ChunkRef, ReadContext, Values } from "./contract.js";
import { type FetchedRef, FetchTogether, isFetched } from "./fetch-together.js";
import { readStrided } from "./read-strided.js";

export { plainName } from "./box-target.js";

/** Chunks being read and inflated at once where the context decodes on the thread pool. */
const IN_FLIGHT = 8;

/**
 * The values of a box, row-major, in native byte order: numbers (also of `enum`, `bool`, `char` and `bitfield`, as their
 * integers; `float16` as its 16 bits) as a typed array, text, byte strings and structured elements as lists.
 * Only the chunks that meet the box are read.
 *
 * @param memory what the values may lie in: they then hold until it is used again
 * @throws `truncated`, `malformed`, `checksum`, `unsupported`; each with file, variable and offset
 */
export async function readBox(variable: ArrayVariable, box: Box, context: ReadContext, memory?: ValueMemory): Promise<Values> {
  if (variable.unsupported) throw new GraticuleError("unsupported", variable.unsupported, { variable: variable.path });
  if (variable.empty)
    return plainName(variable.dtype) === null ? [] : viewAs(plainName(variable.dtype) as DTypeName, new Uint8Array(0));
  checkBox(variable, box);
  const reuse = !context.parallel && !isScratchTaken;
  if (reuse) isScratchTaken = true;
  const target = new Target(variable, box, reuse, memory);
  try {
    if (sizeOf(boxShape(box)) > 0) await fillTarget(variable, box, context, target);
    return target.finish();
  } catch (error) {
    throw asGraticuleError(error, { variable: variable.path });
  } finally {
    if (reuse) isScratchTaken = false;
  }
}

async function fillTarget(variable: ArrayVariable, box: Box, context: ReadContext, target: Target): Promise<void> {
  const limit = context.parallel ? chunksAtOnce(variable, IN_FLIGHT) : 1;
  const running = new Set<Promise<void>>();
  const remote = new FetchTogether(variable, context, (ref, encoded) => putFetched(variable, ref, encoded, context, target));
  const forget = remote.prepare();
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  try {
    for await (const ref of variable.locate(box, context)) {
      context.signal?.throwIfAborted();
      if (isFetched(ref)) {
        await remote.add(ref).catch(fail);
        if (failure) break;
        continue;
      }
      const task = readRef(variable, ref, context, target).catch(fail);
      running.add(task);
      task.finally(() => running.delete(task));
      if (running.size >= limit) await Promise.race(running);
      if (failure) break;
    }
  } finally {
    // Also where locating fails: nothing may write into the target's memory once this has ended.
    await Promise.all(running);
    forget();
  }
  if (failure) throw failure.error;
  await remote.finish();
}

async function readRef(variable: ArrayVariable, ref: ChunkRef, context: ReadContext, target: Target): Promise<void> {
  const refBox = boxOf(ref);
  const common = intersect(refBox, ref.kind === "missing" ? target.box : target.stored);
  if (!common) return;
  if (ref.kind === "missing") return target.putFill(common);
  context.counters.chunks++;
  if (ref.kind === "plugin") {
    if (!variable.readChunk) throw new GraticuleError("internal", `${variable.path} has no readChunk for its plugin chunks`);
    const clipped = refBox.map((r, d) => ({ start: r.start, stop: Math.min(r.stop, variable.shape[d] as number) }));
    return target.putValues(await variable.readChunk(ref, context), clipped, common);
  }
  if (ref.kind === "strided" && variable.codecs.length === 0) {
    const place = target.placeOf(refBox);
    if (place) {
      target.countPlaced(refBox);
      return readInPlace(ref, place, context);
    }
  }
  const found = ref.kind === "inline" ? { bytes: ref.bytes } : await readLocal(variable, ref, context, target.reuse);
  if (!found) {
    context.counters.chunks--;
    return target.putFill(common);
  }
  return putEncoded(variable, ref, found, context, target, { refBox, common });
}

/** A chunk's bytes, and whether they are nobody else's. */
interface Encoded {
  readonly bytes: Uint8Array;
  readonly isOwn?: boolean;
}

async function readLocal(
  variable: ArrayVariable,
  ref: ChunkRef & { kind: "stored" | "strided" | "object" },
  context: ReadContext,
  reuse: boolean,
): Promise<Encoded | null> {
  checkStoredLength(ref, variable);
  if (ref.kind !== "object") return readStored(ref, context, reuse);
  const bytes = await readObject(ref.url, mostBytes(ref, variable), context);
  return bytes && { bytes };
}

/** As {@link readRef}, of a ref whose bytes have been fetched. */
async function putFetched(
  variable: ArrayVariable,
  ref: FetchedRef,
  encoded: Uint8Array | null,
  context: ReadContext,
  target: Target,
): Promise<void> {
  const refBox = boxOf(ref);
  const common = intersect(refBox, target.stored);
  if (!common) return;
  if (!encoded) return target.putFill(common);
  context.counters.chunks++;
  return putEncoded(variable, ref, { bytes: encoded }, context, target, { refBox, common });
}

function boxOf(ref: ChunkRef): Box {
  return ref.origin.map((start, d) => ({ start, stop: start + (ref.shape[d] as number) }));
}

async function putEncoded(
  variable: ArrayVariable,
  ref: ChunkRef & { kind: "inline" | "stored" | "strided" | "object" },
  encoded: Encoded,
  context: ReadContext,
  target: Target,
  { refBox, common }: { readonly refBox: Box; readonly common: Box },
): Promise<void> {
  const decodedLength = decodedBytes(ref, variable);
  const offset = ref.kind === "inline" ? {} : { offset: ref.kind === "object" ? 0 : ref.offset, file: ref.url };
  try {
    if (ref.kind === "stored" && ref.crc32 !== undefined) compareCrc32(encoded.bytes, ref.crc32);
    const bytes = await decodeChunk(encoded.bytes, variable.codecs, ref.filterMask, context.codecs, {
      decodedLength,
      parallel: context.parallel,
      reuse: target.reuse,
    });
    if (bytes.length < decodedLength)
      throw new GraticuleError("malformed", `a chunk decodes to ${bytes.length} bytes where its shape needs ${decodedLength}`);
    if (ref.kind === "object" && bytes.length > decodedLength)
      throw new GraticuleError(
        "malformed",
        `the object of a chunk gives ${bytes.length} bytes where its shape needs ${decodedLength}`,
        {
          hint: "the array's metadata and its objects do not fit together, or a server sends something else than the object",
        },
      );
    const isOwn = !target.reuse && (encoded.isOwn === true || bytes.buffer !== encoded.bytes.buffer);
    target.putBytes(bytes, refBox, common, isOwn);
  } catch (error) {
    throw asGraticuleError(error, offset);
  }
}

async function readStored(ref: ChunkRef & { kind: "stored" | "strided" }, context: ReadContext, reuse: boolean): Promise<Encoded> {
  const source = await context.openSource(ref.url);
  const options = { signal: context.signal };
  if (ref.kind === "stored") {
    const into = !reuse ? {} : { into: scratchOf(ref.length, source.size) };
    countChunkRead(context, ref.length);
    const bytes = await source.readOne({ offset: ref.offset, length: ref.length }, { ...options, ...into });
    return { bytes, isOwn: !reuse && !source.givesViews };
  }
  const out = Buffer.allocUnsafeSlow(ref.count * ref.length);
  await readStrided(ref, source, out, 0, options, (bytes) => countChunkRead(context, bytes));
  return { bytes: out, isOwn: true };
}

/** Fields of rows go where they belong, without a stop. */
async function readInPlace(
  ref: ChunkRef & { kind: "strided" },
  place: { readonly bytes: Uint8Array; readonly position: number },
  context: ReadContext,
): Promise<void> {
  const source = await context.openSource(ref.url);
  const options = { signal: context.signal };
  await readStrided(ref, source, place.bytes, place.position, options, (bytes) => countChunkRead(context, bytes));
}

async function readObject(url: string, most: number, context: ReadContext): Promise<Uint8Array | null> {
  const bytes = await context.readObject(url, most);
  if (bytes) countChunkRead(context, bytes.length);
  return bytes;
}

function countChunkRead({ counters }: ReadContext, bytes: number): void {
  counters.chunkRequests = (counters.chunkRequests ?? 0) + 1;
  counters.chunkBytes = (counters.chunkBytes ?? 0) + bytes;
}

/** Where one chunk at a time is read and decoded, its bytes lie in the same memory as those of the last: of one box at a time. */
let isScratchTaken = false;
let scratch = new Uint8Array(0);

const SCRATCH = 16 << 20;

function scratchOf(length: number, available: number): Uint8Array {
  if (length > scratch.length && length <= SCRATCH && length <= available)
    scratch = new Uint8Array(Math.min(SCRATCH, 2 ** Math.ceil(Math.log2(length))));
  return scratch;
}

function checkBox(variable: ArrayVariable, box: Box): void {
  const bad =
    box.length !== variable.shape.length ||
    box.some((r, d) => r.start < 0 || r.stop < r.start || r.stop > (variable.shape[d] as number));
  if (bad)
    throw new GraticuleError("usage", `the box ${describe(box)} does not fit the shape [${variable.shape.join(", ")}]`, {
      variable: variable.path,
    });
}

function describe(box: readonly Range[]): string {
  return `[${box.map((r) => `${r.start}:${r.stop}`).join(", ")}]`;
}
