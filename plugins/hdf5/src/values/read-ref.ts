import type { ChunkRef, Range, ReadContext, Values } from "graticule/plugin";
import { shapeOf } from "../chunks/chunk-grid.js";
import { readCells } from "../virtual/read-virtual.js";
import type { StoredDataset } from "./stored-dataset.js";
import { valuesOfCells } from "./values-of-cells.js";

/**
 * The values of a "plugin" ref of `locateChunks`, clipped to the array, row-major, those of an array type one after another:
 * numbers as a typed array, text, lists or objects.
 *
 * @throws `malformed`, `truncated`, `checksum`, `unsupported`, `not-found`
 */
export async function readRef(dataset: StoredDataset, ref: ChunkRef, context: ReadContext): Promise<Values> {
  const shape = shapeOf(dataset.header);
  const box = ref.origin.map(
    (start, d): Range => ({ start, stop: Math.min(start + (ref.shape[d] as number), shape[d] as number) }),
  );
  const cells = await readCells(dataset, box, context);
  return valuesOfCells(dataset.header.dtype, cells);
}
