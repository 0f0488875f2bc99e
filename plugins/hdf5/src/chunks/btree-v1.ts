import type { Box } from "graticule/plugin";
import { cursorAt } from "../checked.js";
import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import type { MetadataFile } from "../model.js";
import { type Cell, type ChunkEntry, type ChunkGrid, compareCells, firstFrom, isInside } from "./chunk-grid.js";

/** A chunk's size as stored, the filters it went without, and where it begins. */
interface Key {
  readonly length: number;
  readonly filterMask: number;
  readonly cell: Cell;
}

interface Walk {
  readonly file: MetadataFile;
  readonly grid: ChunkGrid;
  readonly cells: Box;
  readonly seen: Set<number>;
}

/**
 * The chunks of a box in row-major order, from a version 1 B-tree of node type 1 (file format specification III.A.1).
 * Children whose keys hold no chunk of the box are not read.
 *
 * @throws `malformed`, `truncated`
 */
export async function* entriesOfBTreeV1(
  file: MetadataFile,
  address: number,
  grid: ChunkGrid,
  cells: Box,
): AsyncGenerator<ChunkEntry> {
  yield* walk({ file, grid, cells, seen: new Set() }, address, null);
}

async function* walk(context: Walk, address: number, level: number | null): AsyncGenerator<ChunkEntry> {
  const { file, grid, cells, seen } = context;
  const offset = file.baseAddress + address;
  if (seen.has(address)) throw malformed("a node stands twice in a chunk B-tree", offset);
  seen.add(address);
  const prefix = 8 + 2 * file.sizeOfOffsets;
  const head = await cursorAt(file, address, prefix);
  head.signature("TREE");
  const [type, own, count] = [head.u8(), head.u8(), head.u16()];
  if (type !== 1 || (level !== null && own !== level))
    throw malformed(`a chunk B-tree's node has type ${type} and level ${own}`, offset);
  const node = await cursorAt(file, address, nodeBytes(file, grid, count));
  node.skip(prefix);
  if (own > 0 && file.source.isRemote) fetchChildren(context, node, count);
  for (let i = 0, key = readKey(node, grid); i < count; i++) {
    const child = node.address();
    const next = readKey(node, grid);
    if (child !== null && own === 0 && isInside(cells, key.cell)) yield { ...key, address: child };
    if (child !== null && own > 0 && mightHold(cells, key.cell, next.cell)) yield* walk(context, child, own - 1);
    key = next;
  }
}

/** Children at a time: each is a round trip, and one after the other they would be as many. */
const AHEAD = 32;

/** Asks for the first of the children that will be walked, so that their blocks come together. Leaves the cursor as it was. */
function fetchChildren({ file, grid, cells }: Walk, node: Cursor, count: number): void {
  const { position } = node;
  const children: number[] = [];
  for (let i = 0, key = readKey(node, grid); i < count && children.length < AHEAD; i++) {
    const child = node.address();
    const next = readKey(node, grid);
    if (child !== null && mightHold(cells, key.cell, next.cell)) children.push(child);
    key = next;
  }
  node.position = position;
  if (children.length < 2) return;
  // What fails here fails again, and is told, when the child's turn comes.
  for (const child of children) ask(file, child, nodeBytes(file, grid, FULL)).catch(() => undefined);
}

/** Children of a full node, where the file does not say otherwise (its "indexed storage internal node K" is 32). */
const FULL = 64;

function nodeBytes({ sizeOfOffsets }: MetadataFile, { shape }: ChunkGrid, count: number): number {
  const keyBytes = 8 + 8 * (shape.length + 1);
  return 8 + 2 * sizeOfOffsets + count * (keyBytes + sizeOfOffsets) + keyBytes;
}

async function ask(file: MetadataFile, address: number, length: number): Promise<void> {
  const most = file.source.size - file.baseAddress - address;
  if (most > 0) await file.read(address, Math.min(length, most));
}

function readKey(node: Cursor, grid: ChunkGrid): Key {
  const offset = node.here;
  const length = node.u32();
  const filterMask = node.u32();
  const cell = grid.chunkShape.map((extent) => {
    const start = node.uint(8);
    if (start % extent !== 0) throw malformed(`a chunk at element ${start} of a dimension cut every ${extent}`, offset);
    return start / extent;
  });
  node.skip(8);
  return { length, filterMask, cell };
}

/** Whether a cell of the box lies from `first` on and before `end`. */
function mightHold(cells: Box, first: Cell, end: Cell): boolean {
  const nearest = firstFrom(cells, first);
  return nearest !== null && compareCells(nearest, end) < 0;
}
