import type { Box, ChunkRef, ReadContext } from "graticule/plugin";
import { Hdf5Error, malformed } from "../errors.js";
import type { DatasetHeader, MetadataFile } from "../model.js";
import { type ChunkEntry, chunkGridOf, elementBytes, isPartial } from "./chunk-grid.js";

/** Chunks without filters that are larger come in parts, as a contiguous block does. */
const WHOLE = 4 << 20;

/** The bytes of a stored chunk, checked against the file and the chunk's shape. */
export interface StoredChunk {
  /** In the file. */
  readonly offset: number;
  readonly length: number;
  readonly filterMask: number;
  readonly origin: readonly number[];
  /** Of the whole chunk, which may pass the array's end. */
  readonly shape: readonly number[];
  /** No filter was applied. */
  readonly isPlain: boolean;
}

/** @throws `malformed` for a size that no filter could give, `truncated` where the bytes are not in the file */
export function storedChunkOf(file: MetadataFile, header: DatasetHeader, entry: ChunkEntry): StoredChunk {
  if (header.layout.kind !== "chunked") throw malformed("a chunk in a dataset without chunks", header.address);
  const grid = chunkGridOf(header, header.layout);
  const { filters, layout } = header;
  const all = filters.length >= 32 ? 0xffffffff : 2 ** filters.length - 1;
  const filterMask = layout.edgesUnfiltered && isPartial(grid, entry.cell) ? all : entry.filterMask;
  const isPlain = (filterMask & all) >>> 0 === all;
  const offset = file.baseAddress + entry.address;
  const name = `chunk ${entry.cell.join(", ")}`;
  if (isPlain ? entry.length !== grid.chunkBytes : entry.length > 2 * grid.chunkBytes + WHOLE)
    throw malformed(`${name} is stored in ${entry.length} bytes, its elements take ${grid.chunkBytes}`, offset);
  if (offset + entry.length > file.source.size)
    throw new Hdf5Error(
      "truncated",
      `${name} takes bytes ${offset} to ${offset + entry.length}, the file has ${file.source.size}`,
      {
        offset,
      },
    );
  const origin = entry.cell.map((at, d) => at * (grid.chunkShape[d] as number));
  return { offset, length: entry.length, filterMask, origin, shape: grid.chunkShape, isPlain };
}

/** The refs of the part of a chunk that meets the box: one, but of a large plain chunk what the box needs of it. */
export function* refsOfEntry(
  file: MetadataFile,
  header: DatasetHeader,
  entry: ChunkEntry,
  box: Box,
  context: ReadContext,
): Iterable<ChunkRef> {
  const { origin, shape, filterMask, offset, length, isPlain } = storedChunkOf(file, header, entry);
  const { url } = file.source;
  if (!isPlain || length <= WHOLE) {
    yield { kind: "stored", origin, shape, filterMask, url, offset, length };
    return;
  }
  const within = box.map(({ start, stop }, d) => {
    const at = origin[d] as number;
    return { start: Math.max(0, start - at), stop: Math.min(shape[d] as number, stop - at) };
  });
  for (const ref of context.locateBlock({ url, offset, shape, elementSize: elementBytes(header) }, within))
    yield { ...ref, filterMask, origin: ref.origin.map((at, d) => at + (origin[d] as number)) };
}
