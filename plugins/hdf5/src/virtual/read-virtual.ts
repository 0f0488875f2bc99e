import type { Box, Range, ReadContext } from "graticule/plugin";
import { elementBytes, shapeOf } from "../chunks/chunk-grid.js";
import { malformed } from "../errors.js";
import { isDecodedHere } from "../messages/datatype.js";
import type { DatasetHeader } from "../model.js";
import { type Cells, copyElements, repeated } from "../values/cells.js";
import { convertedTo } from "../values/convert-elements.js";
import { type CellAxis, copyCells, stepsOf } from "../values/copy-cells.js";
import { decodeHeapElements } from "../values/decode-heap-elements.js";
import { filled, readElements } from "../values/read-elements.js";
import type { StoredDataset } from "../values/stored-dataset.js";
import type { Mapping, Slab } from "./model.js";
import { type PairedPart, type Pairing, pair, partIn } from "./pairing.js";
import { partsOf } from "./parts.js";
import { readUnpaired } from "./read-unpaired.js";
import { positionOf } from "./slabs.js";

/** Bytes of a source that are read for one part: of a selection with gaps also what lies in them. */
const MOST_SOURCE_BYTES = 64 << 20;

/**
 * The elements of a box of any dataset. Of a virtual one: the fill value, and over it what the mappings say, one after
 * another; a source that is not there leaves the fill.
 *
 * @throws `malformed`, `truncated`, `checksum`, `unsupported` for types that are not converted into each other
 */
export async function readCells(dataset: StoredDataset, box: Box, context: ReadContext): Promise<Cells> {
  const { file, header } = dataset;
  if (header.layout.kind === "virtual") return readVirtual(dataset, box, context);
  return cellsOf(dataset, await readElements({ file, header, sources: dataset.sources }, box, context));
}

async function cellsOf({ file, header }: StoredDataset, bytes: Buffer): Promise<Cells> {
  if (!isDecodedHere(header.dtype)) return { kind: "bytes", bytes, size: elementBytes(header) };
  const list = await decodeHeapElements(file, header.dtype, bytes);
  return { kind: "list", list, size: header.arrayShape.reduce((product, n) => product * n, 1) };
}

async function readVirtual(dataset: StoredDataset, box: Box, context: ReadContext): Promise<Cells> {
  const { header, sources } = dataset;
  if (header.layout.kind !== "virtual") throw malformed("no virtual dataset", header.address);
  const shape = shapeOf(header);
  const count = box.reduce((product, { start, stop }) => product * (stop - start), 1);
  const out = repeated(await cellsOf(dataset, filled(header)), count);
  for (const part of partsOf(header.layout.mappings, box, shape)) {
    const source = await sources.open(part.file, part.dataset);
    if (source) await readPart(header, part, source, box, out, context);
  }
  return out;
}

async function readPart(
  header: DatasetHeader,
  part: Mapping,
  source: StoredDataset,
  box: Box,
  out: Cells,
  context: ReadContext,
): Promise<void> {
  const shape = shapeOf(header);
  const sourceShape = shapeOf(source.header);
  const pairing = pair(part, shape, sourceShape);
  const read = async (sourceBox: Box) => convertedTo(header, source.header, await readCells(source, sourceBox, context));
  if (!pairing) return readUnpaired({ part, shape, sourceShape, elementSize: elementBytes(source.header), box, out, read });
  for (const piece of piecesOf(pairing, box, source)) {
    const found = partIn(pairing, piece, sourceShape);
    if (found) copyPart(pairing, found, await read(found.sourceBox), box, out);
  }
}

/** The box, or parts of it that need no more of the source at once than {@link MOST_SOURCE_BYTES}. */
function* piecesOf(pairing: Pairing, box: Box, source: StoredDataset): Iterable<Box> {
  const found = partIn(pairing, box, shapeOf(source.header));
  if (!found) return;
  const bytes = found.sourceBox.reduce((product, { start, stop }) => product * (stop - start), elementBytes(source.header));
  const lengths = found.numbers.map(({ start, stop }) => stop - start);
  const longest = lengths.indexOf(Math.max(...lengths));
  if (bytes <= MOST_SOURCE_BYTES || (lengths[longest] ?? 1) <= 1) return yield box;
  const { start, stop } = found.numbers[longest] as Range;
  const middle = positionOf(pairing.virtual[longest] as Slab, Math.floor((start + stop) / 2));
  const whole = box[longest] as Range;
  yield* piecesOf(pairing, box.with(longest, { start: whole.start, stop: middle }), source);
  yield* piecesOf(pairing, box.with(longest, { start: middle, stop: whole.stop }), source);
}

function copyPart(
  { virtual, source, pairs }: Pairing,
  { numbers, sourceBox }: PairedPart,
  cells: Cells,
  box: Box,
  out: Cells,
): void {
  const toSteps = stepsOf(box.map(({ start, stop }) => stop - start));
  const fromSteps = stepsOf(sourceBox.map(({ start, stop }) => stop - start));
  const axes = virtual.map((slab, d): CellAxis => {
    const { start, stop } = numbers[d] as Range;
    const own = pairs.find((pair) => pair.virtual === d);
    const along = own && {
      slab: source[own.source] as Slab,
      step: fromSteps[own.source] as number,
      first: sourceBox[own.source] as Range,
    };
    const from = new Float64Array(stop - start);
    const to = new Float64Array(stop - start);
    for (let k = start; k < stop; k++) {
      from[k - start] = along ? (positionOf(along.slab, k) - along.first.start) * along.step : 0;
      to[k - start] = (positionOf(slab, k) - (box[d]?.start as number)) * (toSteps[d] as number);
    }
    return { from, to };
  });
  copyCells(axes, { from: 0, to: 0 }, (from, to, count) => copyElements(cells, out, from, to, count));
}
