import type { Box, ChunkRef, CodecSpec, ReadContext, Values } from "graticule/plugin";
import { type ChunkEntry, elementBytes, shapeOf } from "../chunks/chunk-grid.js";
import { placesOf } from "../chunks/chunk-places.js";
import { codecsOf } from "../chunks/codecs-of.js";
import { storedChunkOf } from "../chunks/stored-chunk.js";
import { malformed, unsupported } from "../errors.js";
import type { DatasetHeader, MetadataFile } from "../model.js";
import { decodeHeapElements } from "./decode-heap-elements.js";
import { decodeStored } from "./decode-stored.js";

/**
 * The values of a "plugin" ref of {@link locateChunks}, clipped to the array, row-major, those of an array type one after
 * another: text, lists or objects.
 * @throws `malformed`, `truncated`, `checksum`, `unsupported`
 */
export async function readRef(file: MetadataFile, header: DatasetHeader, ref: ChunkRef, context: ReadContext): Promise<Values> {
  const shape = shapeOf(header);
  const extent = ref.shape.map((length, d) => Math.min(length, (shape[d] as number) - (ref.origin[d] as number)));
  const stored = await storedElements(file, header, ref, extent, context);
  if (stored) return decodeHeapElements(file, header.dtype, stored);
  const fill = header.fill ?? new Uint8Array(header.dtype.size);
  const [value] = await decodeHeapElements(file, header.dtype, fill.subarray(0, header.dtype.size));
  const count = extent.concat(header.arrayShape).reduce((product, n) => product * n, 1);
  return new Array(count).fill(value ?? "") as Values;
}

/** The elements of a ref as stored; null where they are absent. */
async function storedElements(
  file: MetadataFile,
  header: DatasetHeader,
  ref: ChunkRef,
  extent: readonly number[],
  context: ReadContext,
): Promise<Uint8Array | null> {
  const { layout } = header;
  const elementSize = elementBytes(header);
  const bytes = extent.reduce((product, n) => product * n, elementSize);
  if (layout.kind === "chunked") return chunkElements(file, header, ref, extent, context);
  const at = flatIndex(ref.origin, shapeOf(header)) * elementSize;
  if (layout.kind === "compact") {
    if (at + bytes > layout.bytes.length)
      throw malformed(`${layout.bytes.length} bytes in the header where the shape needs more`, header.address);
    return layout.bytes.subarray(at, at + bytes);
  }
  if (layout.kind === "virtual" || header.external) throw unsupported("the values lie in other files", header.address);
  if (layout.address === null) return null;
  return file.source.readOne({ offset: file.baseAddress + layout.address + at, length: bytes }, signalOf(context));
}

async function chunkElements(
  file: MetadataFile,
  header: DatasetHeader,
  ref: ChunkRef,
  extent: readonly number[],
  context: ReadContext,
): Promise<Uint8Array | null> {
  const entry = await entryAt(file, header, ref);
  if (!entry) return null;
  const { offset, length, filterMask, shape } = storedChunkOf(file, header, entry);
  const encoded = await file.source.readOne({ offset, length }, signalOf(context));
  const codecs: readonly CodecSpec[] = codecsOf(header);
  const decodedLength = shape.reduce((product, n) => product * n, elementBytes(header));
  const decoded = await decodeStored(encoded, codecs, filterMask, decodedLength, context);
  return crop(decoded, shape, extent, elementBytes(header));
}

async function entryAt(file: MetadataFile, header: DatasetHeader, ref: ChunkRef): Promise<ChunkEntry | null> {
  const cell: Box = ref.origin.map((start) => ({ start, stop: start + 1 }));
  for await (const place of placesOf(file, header, cell)) return "entry" in place ? place.entry : null;
  return null;
}

/** The leading part of a row-major array. */
function crop(bytes: Uint8Array, shape: readonly number[], extent: readonly number[], size: number): Uint8Array {
  if (extent.every((length, d) => length === shape[d])) return bytes;
  const [length = 1, ...inner] = extent;
  const step = shape.slice(1).reduce((product, n) => product * n, size);
  const parts = Array.from({ length }, (_, i) => crop(bytes.subarray(i * step, (i + 1) * step), shape.slice(1), inner, size));
  return Buffer.concat(parts);
}

function flatIndex(origin: readonly number[], shape: readonly number[]): number {
  return origin.reduce((index, at, d) => index * (shape[d] as number) + at, 0);
}

function signalOf(context: ReadContext): { readonly signal?: AbortSignal } {
  return context.signal ? { signal: context.signal } : {};
}
