import type { Box } from "graticule/plugin";
import { malformed } from "../errors.js";
import type { ChunkIndex, MetadataFile } from "../model.js";
import type { ArrayIndex } from "./array-element.js";
import { entriesOfBTreeV1 } from "./btree-v1.js";
import { entriesOfBTreeV2 } from "./btree-v2.js";
import { type ChunkEntry, type ChunkedLayout, type ChunkGrid, eachCell } from "./chunk-grid.js";
import { openExtensibleArray } from "./extensible-array.js";
import { openFixedArray } from "./fixed-array.js";
import { numberingOf } from "./numbering.js";

/**
 * The stored chunks among `cells`, each once, in row-major order; of the index only what they need is read.
 * @throws `malformed`, `checksum`, `truncated`
 */
export async function* entriesOf(
  file: MetadataFile,
  layout: ChunkedLayout,
  grid: ChunkGrid,
  cells: Box,
): AsyncGenerator<ChunkEntry> {
  const { index } = layout;
  if (index.address === null) return;
  switch (index.kind) {
    case "btree-v1":
      return yield* entriesOfBTreeV1(file, index.address, grid, cells);
    case "btree-v2":
      return yield* entriesOfBTreeV2(file, index.address, grid, cells);
    default:
      return yield* entriesOfArray(file, await openArray(file, index, index.address, grid), index.address, grid, cells);
  }
}

type ArrayKind = Exclude<ChunkIndex, { readonly kind: "btree-v1" | "btree-v2" }>;

async function openArray(file: MetadataFile, index: ArrayKind, address: number, grid: ChunkGrid): Promise<ArrayIndex> {
  switch (index.kind) {
    case "single":
      return {
        end: 1,
        element(number) {
          if (number !== 0) throw malformed("a dataset of several chunks has the index of one", file.baseAddress + address);
          return { address, length: index.filteredSize ?? grid.chunkBytes, filterMask: index.filterMask ?? 0 };
        },
      };
    case "implicit":
      return {
        end: Number.POSITIVE_INFINITY,
        element: (number) => ({ address: address + number * grid.chunkBytes, length: grid.chunkBytes, filterMask: 0 }),
      };
    case "fixed-array":
      return openFixedArray(file, address, grid);
    case "extensible-array":
      return openExtensibleArray(file, address, grid);
  }
}

async function* entriesOfArray(
  file: MetadataFile,
  array: ArrayIndex,
  address: number,
  grid: ChunkGrid,
  cells: Box,
): AsyncGenerator<ChunkEntry> {
  const { numberOf, isRowMajor } = numberingOf(grid, file.baseAddress + address);
  for (const cell of eachCell(cells)) {
    const number = numberOf(cell);
    if (isRowMajor && number >= array.end) return;
    const found = array.element(number);
    const element = found instanceof Promise ? await found : found;
    if (element) yield { cell, ...element };
  }
}
