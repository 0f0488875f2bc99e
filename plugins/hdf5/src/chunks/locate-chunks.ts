import type { Box, ChunkRef, ReadContext } from "graticule/plugin";
import { malformed, unsupported } from "../errors.js";
import { leadsElsewhere } from "../messages/datatype.js";
import type { DatasetHeader, MetadataFile } from "../model.js";
import { locateHeapElements } from "../values/locate-heap-elements.js";
import { elementBytes, shapeOf } from "./chunk-grid.js";
import { placesOf, regionOf } from "./chunk-places.js";
import { refsOfEntry } from "./stored-chunk.js";

/**
 * The refs of a box: each of its cells in exactly one, in row-major order of chunks. Chunks that were never written are
 * "missing" refs, several of them one ref where they make up a box. Large chunks without filters come in parts. Elements
 * whose bytes lead elsewhere (text and sequences in the global heap, references) are "plugin" refs for `readRef`.
 *
 * @param box over the dataspace's dimensions; refs have the same rank, an array type's dimensions are inside every element
 * @throws `malformed`, `checksum`, `truncated`, `unsupported`; each with its offset
 */
export async function* locateChunks(
  file: MetadataFile,
  header: DatasetHeader,
  box: Box,
  context: ReadContext,
): AsyncGenerator<ChunkRef> {
  if (header.dataspace.kind === "null" || box.some(({ start, stop }) => start >= stop)) return;
  if (leadsElsewhere(header.dtype)) return yield* locateHeapElements(file, header, box);
  const { layout } = header;
  const shape = shapeOf(header);
  if (layout.kind === "chunked") return yield* locateStoredChunks(file, header, box, context);
  if (layout.kind === "virtual") throw unsupported("a virtual dataset has no bytes of its own", header.address);
  if (header.external) throw unsupported("the values lie in external files", header.address);
  const elementSize = elementBytes(header);
  const bytes = shape.reduce((product, n) => product * n, elementSize);
  if (layout.kind === "compact") {
    if (layout.bytes.length < bytes)
      throw malformed(`${layout.bytes.length} bytes in the header where the shape needs ${bytes}`, header.address);
    yield { kind: "inline", origin: shape.map(() => 0), shape, filterMask: 0, bytes: layout.bytes.subarray(0, bytes) };
  } else if (layout.address === null) yield { kind: "missing", ...regionOf(box), filterMask: 0 };
  else {
    if (layout.length >= 0 && layout.length < bytes)
      throw malformed(`a block of ${layout.length} bytes where the shape needs ${bytes}`, header.address);
    const offset = file.baseAddress + layout.address;
    yield* context.locateBlock({ url: file.source.url, offset, shape, elementSize }, box);
  }
}

async function* locateStoredChunks(
  file: MetadataFile,
  header: DatasetHeader,
  box: Box,
  context: ReadContext,
): AsyncGenerator<ChunkRef> {
  for await (const place of placesOf(file, header, box)) {
    if ("entry" in place) yield* refsOfEntry(file, header, place.entry, box, context);
    else yield { kind: "missing", ...regionOf(place.absent), filterMask: 0 };
  }
}
