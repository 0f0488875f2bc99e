import type { ByteSource, ReadContext } from "graticule/plugin";
import { CUT_SHORT, FitsError } from "../error.js";
import type { Table } from "./table.js";

/** Where the values of varying length lie. */
export interface HeapPlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** How many elements, and at which byte of the heap they begin. */
export interface Descriptor {
  readonly count: number;
  readonly offset: number;
}

/** The heap fills what PCOUNT adds to the table, behind the gap that THEAP leaves; in words what is wrong about it. */
export function heapOf({ hdu, file, rowLength, rows }: Table): HeapPlace | string {
  const main = rowLength * rows;
  const start = hdu.header.has("THEAP") ? hdu.header.integer("THEAP") : main;
  const end = hdu.dataLength ?? main;
  if (typeof start !== "number" || start < main || start > end)
    return `THEAP is ${String(hdu.header.value("THEAP"))}; the rows end at ${main} and the data at ${end}`;
  return { file, offset: hdu.dataOffset + start, length: end - start };
}

/** @param size 8 for P, 16 for Q; the numbers are unsigned in practice, and checked against the heap later */
export function parseDescriptors(bytes: Uint8Array, size: number): Descriptor[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: Descriptor[] = [];
  for (let at = 0; at + size <= bytes.length; at += size)
    out.push(
      size === 8
        ? { count: view.getUint32(at), offset: view.getUint32(at + 4) }
        : { count: Number(view.getBigUint64(at)), offset: Number(view.getBigUint64(at + 8)) },
    );
  return out;
}

/** Pieces nearer to each other than this are read with what lies between. */
const GAP = 4096;
const MOST_AT_ONCE = 4 << 20;
const MOST_TOGETHER = 16 << 20;

/** What one read of many rows may give, where arrays overlap. */
const SPARE = 1 << 20;

interface Piece {
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the arrays of some rows, neighbours together. Arrays of no elements are not given.
 * @param take gets the bytes of each row's array; they hold until it returns
 * @throws `malformed` where a descriptor leads out of the heap, or the rows claim more than it holds
 */
export async function readHeap(
  source: ByteSource,
  heap: HeapPlace,
  descriptors: readonly Descriptor[],
  bytesOf: (descriptor: Descriptor) => number,
  firstRow: number,
  context: ReadContext,
  take: (row: number, bytes: Uint8Array) => void,
): Promise<void> {
  const pieces = descriptors
    .map((descriptor, row): Piece => ({ row, start: descriptor.offset, end: descriptor.offset + bytesOf(descriptor) }))
    .filter(({ start, end }) => end > start);
  let total = 0;
  for (const { row, start, end } of pieces) {
    total += end - start;
    if (end > heap.length || total > 4 * heap.length + SPARE) throw outside(heap, firstRow + row, start, end);
  }
  pieces.sort((a, b) => a.start - b.start);
  const runs = runsOf(pieces);
  const last = heap.offset + runs.reduce((most, { end }) => Math.max(most, end), 0);
  if (runs.length > 0 && last > source.size) throw cutShort(source, last);
  for (const together of batchesOf(runs)) {
    const ranges = together.map(({ start, end }) => ({ offset: heap.offset + start, length: end - start }));
    for await (const { index, bytes } of source.read(ranges, { signal: context.signal })) {
      const run = together[index] as Run;
      for (const piece of run.pieces) take(piece.row, bytes.subarray(piece.start - run.start, piece.end - run.start));
    }
  }
}

/** Sorted pieces that lie near each other, as one range. */
interface Run {
  readonly start: number;
  end: number;
  readonly pieces: Piece[];
}

function runsOf(sorted: readonly Piece[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const piece of sorted) {
    if (!run || piece.start > run.end + GAP || Math.max(run.end, piece.end) - run.start > MOST_AT_ONCE) {
      run = { start: piece.start, end: piece.end, pieces: [] };
      runs.push(run);
    }
    run.end = Math.max(run.end, piece.end);
    run.pieces.push(piece);
  }
  return runs;
}

/** Runs that are asked for together: over the wire each would cost a round trip by itself. */
function* batchesOf(runs: readonly Run[]): Iterable<readonly Run[]> {
  let first = 0;
  for (let i = 0, bytes = 0; i < runs.length; i++) {
    const { start, end } = runs[i] as Run;
    if (i > first && bytes + end - start > MOST_TOGETHER) {
      yield runs.slice(first, i);
      [first, bytes] = [i, 0];
    }
    bytes += end - start;
  }
  if (first < runs.length) yield runs.slice(first);
}

function outside(heap: HeapPlace, row: number, start: number, end: number): FitsError {
  const message = `the array of row ${row} lies at ${start} to ${end} of the heap, which has ${heap.length} bytes`;
  return new FitsError("malformed", message, { file: heap.file, offset: heap.offset });
}

function cutShort(source: ByteSource, end: number): FitsError {
  const message = `an array in the heap ends at ${end}, the file at ${source.size}`;
  return new FitsError("truncated", message, { file: source.url, offset: source.size, hint: CUT_SHORT });
}
