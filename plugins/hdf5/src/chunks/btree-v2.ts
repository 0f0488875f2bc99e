import type { Box } from "graticule/plugin";
import { recordsOfBTreeV2 } from "../btree-v2.js";
import { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import type { MetadataFile } from "../model.js";
import { type Cell, type ChunkEntry, type ChunkGrid, compareCells, isInside } from "./chunk-grid.js";

const UNFILTERED = 10;
const FILTERED = 11;

/** The chunks of a box in row-major order, from a version 2 B-tree (record types 10 and 11; specification III.A.2). */
export async function* entriesOfBTreeV2(
  file: MetadataFile,
  address: number,
  grid: ChunkGrid,
  cells: Box,
): AsyncGenerator<ChunkEntry> {
  const rank = grid.shape.length;
  const first = cells.map(({ start }) => start);
  const last = cells.map(({ stop }) => stop - 1);
  const cellOf = (record: Uint8Array): Cell => {
    const at = record.length - 8 * rank;
    if (at < file.sizeOfOffsets) throw malformed(`a chunk record of ${record.length} bytes`, file.baseAddress + address);
    const cursor = new Cursor(record.subarray(at), file.baseAddress + address);
    return grid.shape.map(() => cursor.uint(8));
  };
  const side = (record: Uint8Array): number => {
    const cell = cellOf(record);
    if (compareCells(cell, first) < 0) return -1;
    return compareCells(cell, last) > 0 ? 1 : 0;
  };
  for await (const { type, bytes } of recordsOfBTreeV2(file, address, side)) {
    if (type !== UNFILTERED && type !== FILTERED)
      throw malformed(`a chunk index of record type ${type}`, file.baseAddress + address);
    const cell = cellOf(bytes);
    if (!isInside(cells, cell)) continue;
    const cursor = new Cursor(bytes, file.baseAddress + address, file.sizeOfOffsets, file.sizeOfLengths);
    const at = cursor.address();
    if (at === null) continue;
    if (type === UNFILTERED) yield { cell, address: at, length: grid.chunkBytes, filterMask: 0 };
    else {
      const length = cursor.uint(bytes.length - file.sizeOfOffsets - 4 - 8 * rank);
      yield { cell, address: at, length, filterMask: cursor.u32() };
    }
  }
}
