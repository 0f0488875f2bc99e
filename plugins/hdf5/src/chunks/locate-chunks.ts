import type { Box, ChunkRef, ReadContext } from "graticule/plugin";
import { isDecodedHere } from "../messages/datatype.js";
import { locateHeapElements } from "../values/locate-heap-elements.js";
import type { StoredDataset } from "../values/stored-dataset.js";
import { locateVirtual } from "../virtual/locate-virtual.js";
import { locateStored } from "./locate-stored.js";

/**
 * The refs of a box: each of its cells in exactly one, in row-major order of chunks. Chunks that were never written are
 * "missing" refs, several of them one ref where they make up a box. Large chunks without filters come in parts. Elements
 * whose bytes lead elsewhere (text and sequences in the global heap, references) are "plugin" refs for `readRef`.
 *
 * @param box over the dataspace's dimensions; refs have the same rank, an array type's dimensions are inside every element
 * @throws `malformed`, `checksum`, `truncated`, `not-found`; each with its offset
 */
export async function* locateChunks(dataset: StoredDataset, box: Box, context: ReadContext): AsyncGenerator<ChunkRef> {
  const { file, header } = dataset;
  if (header.dataspace.kind === "null" || box.some(({ start, stop }) => start >= stop)) return;
  if (header.layout.kind === "virtual") return yield* locateVirtual(dataset, box, context);
  if (isDecodedHere(header.dtype)) return yield* locateHeapElements(file, header, box);
  for await (const ref of locateStored(file, header, box, context))
    yield ref.kind === "missing" && header.wholeFill ? { ...ref, kind: "plugin" } : ref;
}
