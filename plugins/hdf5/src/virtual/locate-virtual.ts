import type { Box, ChunkRef, Range, ReadContext } from "graticule/plugin";
import { eachCell, elementBytes, shapeOf } from "../chunks/chunk-grid.js";
import { regionOf } from "../chunks/chunk-places.js";
import { codecsOf } from "../chunks/codecs-of.js";
import { locateStored } from "../chunks/locate-stored.js";
import { malformed } from "../errors.js";
import { isDecodedHere } from "../messages/datatype.js";
import type { DatasetHeader } from "../model.js";
import { isStoredAlike } from "../values/convert-elements.js";
import type { StoredDataset } from "../values/stored-dataset.js";
import type { Mapping, Slab } from "./model.js";
import { type Pairing, pair, partIn } from "./pairing.js";
import { partsOf } from "./parts.js";
import { isRange, positionOf } from "./slabs.js";

/** Bytes of one "plugin" ref where a chunk of the source is not larger. */
const REF_BYTES = 2 << 20;
/** Mappings of one box that are taken apart; with more the box is cut by size alone. */
const MOST_PARTS = 1024;

/** A mapping of a range of each dimension to a range. */
interface Placed {
  readonly box: Box;
  readonly source: StoredDataset;
  readonly pairing: Pairing;
}

/**
 * The refs of a box of a virtual dataset: into the sources' own bytes where these are stored as the virtual dataset's
 * elements are and without filters; "missing" where no source says anything; else "plugin", cut by the sources' chunks.
 */
export async function* locateVirtual(dataset: StoredDataset, box: Box, context: ReadContext): AsyncGenerator<ChunkRef> {
  const { header } = dataset;
  const placed = await placedIn(dataset, box);
  if (!placed) return yield* cutBySize(header, box);
  let rest: Box[] = [box];
  for (const part of placed.reverse()) {
    const pieces = rest.map((one) => common(one, part.box)).filter((one) => one !== null);
    rest = rest.flatMap((one) => without(one, part.box));
    for (const piece of pieces) yield* refsOf(dataset, part, piece, context);
  }
  const fill = isDecodedHere(header.dtype) || header.wholeFill ? "plugin" : "missing";
  for (const one of rest) yield { kind: fill, ...regionOf(one), filterMask: 0 };
}

/** Null where a mapping is more than a range, or there are too many. */
async function placedIn({ header, sources }: StoredDataset, box: Box): Promise<Placed[] | null> {
  if (header.layout.kind !== "virtual") throw malformed("no virtual dataset", header.address);
  const shape = shapeOf(header);
  const placed: Placed[] = [];
  for (const part of partsOf(header.layout.mappings, box, shape)) {
    if (placed.length >= MOST_PARTS) return null;
    const source = await sources.open(part.file, part.dataset);
    // Over what an earlier mapping says, a source that is not there changes nothing.
    const one = source ? placeOf(part, source, shape, box) : undefined;
    if (one === null) return null;
    if (one) placed.push(one);
  }
  return placed;
}

/** Null: no ranges; undefined: nothing of it lies in the box. */
function placeOf(part: Mapping, source: StoredDataset, shape: readonly number[], box: Box): Placed | null | undefined {
  const sourceShape = shapeOf(source.header);
  const pairing = pair(part, shape, sourceShape);
  if (!pairing || ![...pairing.virtual, ...pairing.source].every(isRange)) return null;
  const found = partIn(pairing, box, sourceShape);
  if (!found) return undefined;
  const own = found.numbers.map(({ start, stop }, d) => {
    const slab = pairing.virtual[d] as Slab;
    return { start: positionOf(slab, start), stop: positionOf(slab, stop - 1) + 1 };
  });
  return { box: own, source, pairing };
}

async function* refsOf(
  dataset: StoredDataset,
  { source, pairing }: Placed,
  piece: Box,
  context: ReadContext,
): AsyncGenerator<ChunkRef> {
  const { header } = dataset;
  const found = partIn(pairing, piece, shapeOf(source.header));
  if (!found) return yield { kind: "missing", ...regionOf(piece), filterMask: 0 };
  const toOwn = (refBox: Box): Box =>
    pairing.virtual.map((_, d): Range => {
      const along = pairing.pairs.find(({ virtual }) => virtual === d);
      if (!along) return piece[d] as Range;
      const { start, stop } = refBox[along.source] as Range;
      const shift = (piece[d]?.start as number) - (found.sourceBox[along.source]?.start as number);
      return { start: start + shift, stop: stop + shift };
    });
  if (isDirect(header, source.header)) {
    for await (const ref of locateStored(source.file, source.header, found.sourceBox, context)) {
      const own = ref.origin.map((start, d): Range => ({ start, stop: start + (ref.shape[d] as number) }));
      const inside = common(own, found.sourceBox);
      if (!inside) continue;
      const isWhole = own.every(({ start, stop }, d) => start === inside[d]?.start && stop === inside[d]?.stop);
      if (isWhole && ref.kind !== "plugin" && ref.kind !== "missing") yield { ...ref, ...regionOf(toOwn(own)) };
      else yield { kind: "plugin", ...regionOf(toOwn(inside)), filterMask: 0 };
    }
    return;
  }
  const step = stepOf(source.header);
  const cells = found.sourceBox.map(({ start, stop }, d) => ({
    start: Math.floor(start / (step[d] as number)),
    stop: Math.ceil(stop / (step[d] as number)),
  }));
  for (const cell of eachCell(cells)) {
    const own = cell.map((at, d): Range => ({ start: at * (step[d] as number), stop: (at + 1) * (step[d] as number) }));
    const inside = common(own, found.sourceBox);
    if (inside) yield { kind: "plugin", ...regionOf(toOwn(inside)), filterMask: 0 };
  }
}

/** Whether the source's bytes are the virtual dataset's elements as they are. */
function isDirect(header: DatasetHeader, source: DatasetHeader): boolean {
  return (
    source.layout.kind !== "virtual" &&
    !isDecodedHere(header.dtype) &&
    codecsOf(source).length === 0 &&
    String(header.arrayShape) === String(source.arrayShape) &&
    isStoredAlike(header.dtype, source.dtype)
  );
}

/** Whole chunks, as many as make up a ref. */
function stepOf(header: DatasetHeader): number[] {
  const shape = shapeOf(header);
  const step = header.layout.kind === "chunked" ? [...header.layout.chunkShape] : shape.map(() => 1);
  let bytes = step.reduce((product, n) => product * n, elementBytes(header));
  for (let d = step.length - 1; d >= 0; d--) {
    const chunk = step[d] as number;
    const whole = Math.max(1, Math.ceil((shape[d] as number) / chunk));
    const count = Math.max(1, Math.min(whole, Math.floor(REF_BYTES / bytes)));
    step[d] = chunk * count;
    if (count < whole) break;
    bytes *= count;
  }
  return step;
}

function* cutBySize(header: DatasetHeader, box: Box): Iterable<ChunkRef> {
  const step = stepOf(header);
  const cells = box.map(({ start, stop }, d) => ({ start: 0, stop: Math.ceil((stop - start) / (step[d] as number)) }));
  for (const cell of eachCell(cells)) {
    const part = cell.map((at, d): Range => {
      const { start, stop } = box[d] as Range;
      const first = start + at * (step[d] as number);
      return { start: first, stop: Math.min(stop, first + (step[d] as number)) };
    });
    yield { kind: "plugin", ...regionOf(part), filterMask: 0 };
  }
}

function common(a: Box, b: Box): Box | null {
  const both = a.map(({ start, stop }, d) => ({
    start: Math.max(start, b[d]?.start as number),
    stop: Math.min(stop, b[d]?.stop as number),
  }));
  return both.every(({ start, stop }) => start < stop) ? both : null;
}

/** What of a box lies outside another: at most two boxes a dimension. */
function without(box: Box, hole: Box): Box[] {
  const inside = common(box, hole);
  if (!inside) return [box];
  const rest: Box[] = [];
  let core = box;
  for (let d = 0; d < box.length; d++) {
    const { start, stop } = core[d] as Range;
    const cut = inside[d] as Range;
    if (start < cut.start) rest.push(core.with(d, { start, stop: cut.start }));
    if (cut.stop < stop) rest.push(core.with(d, { start: cut.stop, stop }));
    core = core.with(d, cut);
  }
  return rest;
}
