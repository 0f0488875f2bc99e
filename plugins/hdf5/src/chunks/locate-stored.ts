import type { Box, ChunkRef, ReadContext } from "graticule/plugin";
import { malformed } from "../errors.js";
import type { DatasetHeader, MetadataFile } from "../model.js";
import { locateExternal } from "../values/external-bytes.js";
import { elementBytes, shapeOf } from "./chunk-grid.js";
import { placesOf, regionOf } from "./chunk-places.js";
import { refsOfEntry } from "./stored-chunk.js";

/** The refs of a box of a dataset that is not virtual, whatever its elements are; "plugin" only of external files. */
export async function* locateStored(
  file: MetadataFile,
  header: DatasetHeader,
  box: Box,
  context: ReadContext,
): AsyncGenerator<ChunkRef> {
  const { layout } = header;
  const shape = shapeOf(header);
  if (layout.kind === "chunked") return yield* locateStoredChunks(file, header, box, context);
  if (layout.kind === "virtual") throw malformed("a virtual dataset has no bytes of its own", header.address);
  if (header.external) return yield* locateExternal(file, header, box, context);
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
