import type { Box, ChunkRef } from "graticule/plugin";
import { eachCell, shapeOf } from "../chunks/chunk-grid.js";
import { placesOf, regionOf } from "../chunks/chunk-places.js";
import { storedChunkOf } from "../chunks/stored-chunk.js";
import type { DatasetHeader, MetadataFile } from "../model.js";

/** Elements of one ref at most, where storage sets no chunks. */
const PER_REF = 1 << 14;

/**
 * The refs of a box of elements that hold places in the global heap or references: "plugin" for what is stored, and for absent
 * chunks whose fill value is more than an empty text or sequence.
 */
export async function* locateHeapElements(file: MetadataFile, header: DatasetHeader, box: Box): AsyncGenerator<ChunkRef> {
  if (header.layout.kind === "chunked") {
    for await (const place of placesOf(file, header, box)) {
      if ("entry" in place) {
        const { origin, shape } = storedChunkOf(file, header, place.entry);
        yield { kind: "plugin", origin, shape, filterMask: 0 };
      } else yield { kind: absentKind(header), ...regionOf(clip(place.absent, box)), filterMask: 0 };
    }
    return;
  }
  const shape = shapeOf(header);
  const step = blockStep(shape);
  const cells = box.map(({ start, stop }, d) => {
    const length = step[d] as number;
    return { start: Math.floor(start / length), stop: Math.ceil(stop / length) };
  });
  const kind =
    header.layout.kind === "contiguous" && header.layout.address === null && !header.external ? absentKind(header) : "plugin";
  for (const cell of eachCell(cells)) {
    const origin = cell.map((at, d) => at * (step[d] as number));
    const extent = step.map((length, d) => Math.min(length, (shape[d] as number) - (origin[d] as number)));
    yield { kind, origin, shape: extent, filterMask: 0 };
  }
}

/** Runs of a row-major block: whole inner dimensions, as much as fits of the first that does not, one of those outside it. */
function blockStep(shape: readonly number[]): number[] {
  let run = 1;
  const step = shape.map(() => 1);
  for (let d = shape.length - 1; d >= 0; d--) {
    const length = shape[d] as number;
    step[d] = Math.max(1, Math.min(length, Math.floor(PER_REF / run)));
    if (step[d] !== length) break;
    run *= length;
  }
  return step;
}

function absentKind({ fill, dtype }: DatasetHeader): "missing" | "plugin" {
  const isBlank = !fill || fill.every((byte) => byte === 0);
  const hasBlank = dtype.name === "vlen" || dtype.text?.variable;
  return isBlank && hasBlank ? "missing" : "plugin";
}

function clip(absent: Box, box: Box): Box {
  return absent.map(({ start, stop }, d) => ({
    start: Math.max(start, box[d]?.start as number),
    stop: Math.min(stop, box[d]?.stop as number),
  }));
}
