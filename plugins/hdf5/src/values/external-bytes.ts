import { existsSync } from "node:fs";
import type { Box, ByteSource, ChunkRef, ReadContext } from "graticule/plugin";
import { elementBytes, shapeOf } from "../chunks/chunk-grid.js";
import { Hdf5Error, malformed } from "../errors.js";
import { findLinked } from "../linked-paths.js";
import type { DatasetHeader, ExternalSlot, MetadataFile } from "../model.js";
import { stepsOf } from "./copy-cells.js";
import type { StoredDataset } from "./stored-dataset.js";

/** A slot's bytes among those of the dataset. */
interface Piece {
  readonly slot: ExternalSlot;
  readonly start: number;
  readonly stop: number;
}

/**
 * The refs of a box of a dataset whose values lie in external files (file format specification IV.A.2.h): the slots' bytes one
 * after another are the row-major array. Slots of whole rows are blocks of their own; where one ends inside a row, "plugin"
 * refs of whole rows stand for what {@link readExternal} puts together.
 *
 * @throws `malformed` where the slots are too small, `not-found` where a file is
 */
export function* locateExternal(file: MetadataFile, header: DatasetHeader, box: Box, context: ReadContext): Iterable<ChunkRef> {
  const shape = shapeOf(header);
  const elementSize = elementBytes(header);
  const pieces = piecesOf(header);
  const rows = shape[0] ?? 1;
  const rowBytes = stepsOf(shape)[0] === undefined ? elementSize : (stepsOf(shape)[0] as number) * elementSize;
  const whole = pieces.every(({ start, stop }) => start % rowBytes === 0 && (stop % rowBytes === 0 || stop >= rows * rowBytes));
  if (!whole || shape.length === 0) {
    yield* rowsOf(box, shape, rowBytes);
    return;
  }
  for (const { slot, start, stop } of pieces) {
    const first = start / rowBytes;
    const last = Math.min(rows, Math.ceil(stop / rowBytes));
    const outer = box[0] as { start: number; stop: number };
    const part = { start: Math.max(outer.start, first) - first, stop: Math.min(outer.stop, last) - first };
    if (part.start >= part.stop) continue;
    const url = urlOf(file, slot);
    const block = { url, offset: slot.offset, shape: [last - first, ...shape.slice(1)], elementSize };
    for (const ref of context.locateBlock(block, [part, ...box.slice(1)]))
      yield { ...ref, origin: ref.origin.map((at, d) => (d === 0 ? at + first : at)) };
  }
}

const ROWS_BYTES = 2 << 20;

function* rowsOf(box: Box, shape: readonly number[], rowBytes: number): Iterable<ChunkRef> {
  const [outer] = box;
  if (!outer) return yield { kind: "plugin", origin: [], shape: [], filterMask: 0 };
  const step = Math.max(1, Math.floor(ROWS_BYTES / rowBytes));
  for (let at = outer.start; at < outer.stop; at += step) {
    const origin = shape.map((_, d) => (d === 0 ? at : 0));
    yield { kind: "plugin", origin, shape: shape.with(0, Math.min(step, outer.stop - at)), filterMask: 0 };
  }
}

/** The bytes of a "plugin" ref of {@link locateExternal}. @throws `not-found`, `truncated` */
export async function readExternal({ file, header }: StoredDataset, ref: ChunkRef, context: ReadContext): Promise<Buffer> {
  const elementSize = elementBytes(header);
  const rowBytes = ref.shape.slice(1).reduce((product, n) => product * n, elementSize);
  const from = (ref.origin[0] ?? 0) * rowBytes;
  const out = Buffer.alloc((ref.shape[0] ?? 1) * rowBytes);
  const to = from + out.length;
  for (const { slot, start, stop } of piecesOf(header)) {
    const first = Math.max(from, start);
    const last = Math.min(to, stop);
    if (first >= last) continue;
    const source: ByteSource = await context.openSource(urlOf(file, slot));
    const bytes = await source.readOne({ offset: slot.offset + first - start, length: last - first }, { signal: context.signal });
    out.set(bytes, first - from);
  }
  return out;
}

function piecesOf(header: DatasetHeader): readonly Piece[] {
  const bytes = shapeOf(header).reduce((product, n) => product * n, elementBytes(header));
  const pieces: Piece[] = [];
  let start = 0;
  for (const slot of header.external ?? []) {
    const stop = start + slot.size;
    if (slot.size > 0) pieces.push({ slot, start, stop });
    start = stop;
  }
  if (start < bytes) throw malformed(`external files of ${start} bytes for a dataset of ${bytes}`, header.address);
  return pieces;
}

function urlOf(file: MetadataFile, { name }: ExternalSlot): string {
  const { url } = file.source;
  const found = findLinked(url, name, "external");
  if (found === null)
    throw new Hdf5Error("not-found", `the values lie in the file ${name}, which is not there`, {
      file: url,
      hint: existsSync(url)
        ? "put it beside the file, or name its folder in HDF5_EXTFILE_PREFIX"
        : "external files are looked for beside the file",
    });
  return found;
}
