import type { Box } from "graticule/plugin";
import { malformed } from "../errors.js";
import type { DatasetHeader, Layout } from "../model.js";

/** Chunk coordinates, one per dimension of the dataspace (an array type's dimensions are inside every element). */
export type Cell = readonly number[];

/** A stored chunk; null: the index knows no bytes for it. */
export interface ChunkEntry {
  readonly cell: Cell;
  readonly address: number;
  readonly length: number;
  readonly filterMask: number;
}

/** How a dataset is cut into chunks. */
export interface ChunkGrid {
  /** Elements of the dataset now. */
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  readonly elementSize: number;
  /** Bytes of a whole chunk before any filter. */
  readonly chunkBytes: number;
  /** Chunks along each dimension at the dataset's largest extent; null: unlimited. */
  readonly most: readonly (number | null)[];
}

export type ChunkedLayout = Extract<Layout, { readonly kind: "chunked" }>;

/** @throws `malformed` where layout and dataspace contradict each other */
export function chunkGridOf(header: DatasetHeader, layout: ChunkedLayout): ChunkGrid {
  const { dataspace } = header;
  const { chunkShape, elementSize } = layout;
  if (dataspace.kind !== "simple" || dataspace.shape.length !== chunkShape.length)
    throw malformed(`chunks of ${chunkShape.length} dimensions in a dataspace of another rank`, header.address);
  const size = elementBytes(header);
  if (size !== elementSize)
    throw malformed(`the layout's elements have ${elementSize} bytes, the datatype's ${size}`, header.address);
  const chunkBytes = chunkShape.reduce((product, n) => product * n, elementSize);
  if (!Number.isSafeInteger(chunkBytes) || chunkBytes === 0)
    throw malformed(`chunks of ${chunkShape.join(" x ")} elements of ${elementSize} bytes`, header.address);
  const most = dataspace.shape.map((length, d) => {
    const limit = dataspace.maxShape.length === 0 ? length : (dataspace.maxShape[d] as number | null);
    return limit === null ? null : Math.ceil(limit / (chunkShape[d] as number));
  });
  return { shape: dataspace.shape, chunkShape, elementSize, chunkBytes, most };
}

/** The dataset's dimensions, without those of an array type. */
export function shapeOf({ dataspace }: DatasetHeader): readonly number[] {
  return dataspace.kind === "simple" ? dataspace.shape : [];
}

/** Bytes of one element of the dataset: of an array type the whole array. */
export function elementBytes({ dtype, arrayShape }: DatasetHeader): number {
  return arrayShape.reduce((product, n) => product * n, dtype.size);
}

/** The chunks that meet a box of elements. */
export function cellsOf(grid: ChunkGrid, box: Box): Box {
  return grid.chunkShape.map((length, d) => {
    const { start, stop } = box[d] as { start: number; stop: number };
    return { start: Math.floor(start / length), stop: Math.ceil(stop / length) };
  });
}

/** Whether the chunk passes the dataset's end. */
export function isPartial(grid: ChunkGrid, cell: Cell): boolean {
  return cell.some((at, d) => (at + 1) * (grid.chunkShape[d] as number) > (grid.shape[d] as number));
}

/** Every cell, row-major. */
export function* eachCell(cells: Box): Iterable<Cell> {
  if (cells.some(({ start, stop }) => stop <= start)) return;
  let cell: Cell | null = cells.map(({ start }) => start);
  while (cell) {
    yield cell;
    cell = cellAfter(cells, cell);
  }
}

/** The next one in row-major order; null at the end. */
export function cellAfter(cells: Box, cell: Cell): number[] | null {
  const next = [...cell];
  for (let d = next.length - 1; d >= 0; d--) {
    const { start, stop } = cells[d] as { start: number; stop: number };
    const at = (next[d] as number) + 1;
    if (at < stop) {
      next[d] = at;
      return next;
    }
    next[d] = start;
  }
  return null;
}

/** Row-major order. */
export function compareCells(a: Cell, b: Cell): number {
  for (let d = 0; d < a.length; d++) {
    const difference = (a[d] as number) - (b[d] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function isInside(cells: Box, cell: Cell): boolean {
  return cell.every((at, d) => at >= (cells[d]?.start as number) && at < (cells[d]?.stop as number));
}

/** The first cell of the box that is not before `cell`; null where all are. */
export function firstFrom(cells: Box, cell: Cell): number[] | null {
  const found = [...cell];
  for (let d = 0; d < cells.length; d++) {
    const { start, stop } = cells[d] as { start: number; stop: number };
    const at = found[d] as number;
    if (at < start) {
      for (let k = d; k < cells.length; k++) found[k] = cells[k]?.start as number;
      return found;
    }
    if (at >= stop) {
      for (let k = d; k < cells.length; k++) found[k] = (cells[k]?.stop as number) - 1;
      return cellAfter(cells, found);
    }
  }
  return found;
}
