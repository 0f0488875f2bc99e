import type { Box } from "graticule/plugin";
import { malformed } from "../errors.js";
import type { DatasetHeader, MetadataFile } from "../model.js";
import { type ChunkEntry, cellAfter, cellsOf, chunkGridOf, compareCells } from "./chunk-grid.js";
import { entriesOf } from "./entries-of.js";
import { boxesBetween } from "./gaps.js";

/** A stored chunk, or a box of elements of whole chunks that are not stored. */
export type ChunkPlace = { readonly entry: ChunkEntry } | { readonly absent: Box };

/** What covers a box, in row-major order. */
export async function* placesOf(file: MetadataFile, header: DatasetHeader, box: Box): AsyncGenerator<ChunkPlace> {
  if (header.layout.kind !== "chunked") return;
  const grid = chunkGridOf(header, header.layout);
  const cells = cellsOf(grid, box);
  const elementsOf = (absent: Box): ChunkPlace => ({
    absent: absent.map(({ start, stop }, d) => {
      const length = grid.chunkShape[d] as number;
      return { start: start * length, stop: stop * length };
    }),
  });
  let next: number[] | null = cells.map(({ start }) => start);
  for await (const entry of entriesOf(file, header.layout, grid, cells)) {
    if (!next || compareCells(entry.cell, next) < 0)
      throw malformed(
        `chunk ${entry.cell.join(", ")} stands twice or out of order in the chunk index`,
        file.baseAddress + entry.address,
      );
    yield* boxesBetween(cells, next, entry.cell).map(elementsOf);
    yield { entry };
    next = cellAfter(cells, entry.cell);
  }
  if (next) yield* boxesBetween(cells, next, null).map(elementsOf);
}

export function regionOf(box: Box): { origin: number[]; shape: number[] } {
  return { origin: box.map(({ start }) => start), shape: box.map(({ start, stop }) => stop - start) };
}
