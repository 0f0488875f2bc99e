import type { Box } from "graticule/plugin";
import { malformed, unsupported } from "../errors.js";
import { type Cells, copyElements } from "../values/cells.js";
import { stepsOf } from "../values/copy-cells.js";
import type { Mapping, Selection, Slab } from "./model.js";
import { isRange, isUnlimited, lengthOf, positionOf, slabsOf } from "./slabs.js";

/** Elements side by side in the last dimension, and how many of the selection stand before them. */
interface Run {
  readonly at: readonly number[];
  readonly count: number;
  readonly before: number;
}

export interface Unpaired {
  readonly part: Mapping;
  readonly shape: readonly number[];
  readonly sourceShape: readonly number[];
  readonly elementSize: number;
  readonly box: Box;
  readonly out: Cells;
  /** Elements of a box of the source, in the virtual dataset's type. */
  read(sourceBox: Box): Promise<Cells>;
}

const MOST_RUNS = 1 << 20;
const MOST_SOURCE_BYTES = 256 << 20;

/**
 * A mapping of selections of different shapes, or of several blocks: the k-th element of one is the k-th of the
 * other. The part of the source that the box needs is read at once.
 *
 * @throws `malformed`, `unsupported` for selections of more than 2²⁰ runs, or without end
 */
export async function readUnpaired(request: Unpaired): Promise<void> {
  const { part, shape, sourceShape, box, out } = request;
  const [own, other] = [productsOf(part.virtual, shape), productsOf(part.source, sourceShape)];
  const [count, sourceCount] = [elementsOf(own), elementsOf(other)];
  if (count !== sourceCount) throw malformed(`a mapping of ${sourceCount} elements of a source to ${count} of the virtual dataset`);
  const ours = runsOf(own);
  const theirs = runsOf(other);
  const wanted = wantedOf(ours, box).flatMap((run) => split(run, theirs));
  if (wanted.length === 0) return;
  const sourceBox = boundsOf(wanted.map(({ source, count }) => ({ at: source, count })));
  const bytes = sourceBox.reduce((product, { start, stop }) => product * (stop - start), request.elementSize);
  if (bytes > MOST_SOURCE_BYTES) throw unsupported("a virtual dataset of selections that are scattered over too much of a source");
  const cells = await request.read(sourceBox);
  for (const { virtual, source, count } of wanted)
    copyElements(cells, out, indexIn(source, sourceBox), indexIn(virtual, box), count);
}

/** The selection as products of slabs that do not overlap. @throws `malformed` where it passes the end of what it selects from */
function productsOf(selection: Selection, shape: readonly number[]): (readonly Slab[])[] {
  if (selection.kind === "none") return [];
  const products =
    selection.kind === "blocks"
      ? selection.blocks.map(([first, last]) => first.map((start, d) => rangeOf(start, last[d] as number)))
      : [slabsOf(selection, shape) ?? []];
  for (const slabs of products) {
    if (slabs.length !== shape.length) throw malformed(`a selection of ${slabs.length} dimensions of ${shape.length}`);
    if (slabs.some(isUnlimited)) throw unsupported("a virtual dataset without end whose selections have different shapes");
    slabs.forEach((slab, d) => {
      const last = lengthOf(slab) === 0 ? -1 : positionOf(slab, lengthOf(slab) - 1);
      if (last >= (shape[d] as number)) throw malformed(`a selection of element ${last} of a dimension of ${shape[d]}`);
    });
  }
  return products;
}

function rangeOf(first: number, last: number): Slab {
  return { start: first, stride: 1, count: 1, block: last - first + 1 };
}

function elementsOf(products: readonly (readonly Slab[])[]): number {
  return products.reduce((sum, slabs) => sum + slabs.reduce((product, slab) => product * lengthOf(slab), 1), 0);
}

/** Row-major over all products. */
function runsOf(products: readonly (readonly Slab[])[]): Run[] {
  const most = products.reduce((sum, slabs) => sum + rowCount(slabs), 0);
  if (most > MOST_RUNS) throw unsupported(`a virtual dataset of selections of more than ${MOST_RUNS} runs`);
  const rows = products.flatMap((slabs) => [...rowsOfSlabs(slabs)]);
  if (products.length > 1) rows.sort((a, b) => compare(a.at, b.at));
  let before = 0;
  return rows.map(({ at, count }) => {
    before += count;
    return { at, count, before: before - count };
  });
}

function rowCount(slabs: readonly Slab[]): number {
  const outer = slabs.slice(0, -1).reduce((product, slab) => product * lengthOf(slab), 1);
  const inner = slabs.at(-1);
  return inner && !isRange(inner) ? outer * inner.count : outer;
}

function* rowsOfSlabs(slabs: readonly Slab[], d = 0, at: readonly number[] = []): Iterable<Pick<Run, "at" | "count">> {
  const slab = slabs[d];
  if (!slab) return yield { at, count: 1 };
  if (d < slabs.length - 1) for (let k = 0; k < lengthOf(slab); k++) yield* rowsOfSlabs(slabs, d + 1, [...at, positionOf(slab, k)]);
  else if (isRange(slab)) yield { at: [...at, slab.start], count: lengthOf(slab) };
  else for (let i = 0; i < slab.count; i++) yield { at: [...at, slab.start + i * slab.stride], count: slab.block };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const d = a.findIndex((at, i) => at !== b[i]);
  return d < 0 ? 0 : (a[d] as number) - (b[d] as number);
}

/** The parts of runs that lie in a box. */
function wantedOf(runs: readonly Run[], box: Box): Run[] {
  const inner = box.length - 1;
  return runs.flatMap(({ at, count, before }) => {
    if (at.some((x, d) => d < inner && (x < (box[d]?.start as number) || x >= (box[d]?.stop as number)))) return [];
    const start = at[inner] as number;
    const first = Math.max(start, box[inner]?.start as number);
    const last = Math.min(start + count, box[inner]?.stop as number);
    return first < last ? [{ at: at.with(inner, first), count: last - first, before: before + first - start }] : [];
  });
}

interface Piece {
  readonly virtual: readonly number[];
  readonly source: readonly number[];
  readonly count: number;
}

/** A run cut where the other side's runs end. */
function split(run: Run, others: readonly Run[]): Piece[] {
  const pieces: Piece[] = [];
  const inner = run.at.length - 1;
  let done = 0;
  for (let i = runAt(others, run.before); done < run.count; i++) {
    const other = others[i] as Run;
    const skip = run.before + done - other.before;
    const count = Math.min(run.count - done, other.count - skip);
    const last = other.at.length - 1;
    pieces.push({
      virtual: run.at.with(inner, (run.at[inner] as number) + done),
      source: last < 0 ? [] : other.at.with(last, (other.at[last] as number) + skip),
      count,
    });
    done += count;
  }
  return pieces;
}

/** The run that holds element `k` of a selection. */
function runAt(runs: readonly Run[], k: number): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle] as Run).before <= k) low = middle;
    else high = middle - 1;
  }
  return low;
}

function boundsOf(rows: readonly { readonly at: readonly number[]; readonly count: number }[]): Box {
  const first = rows[0]?.at ?? [];
  const starts = [...first];
  const stops = [...first];
  for (const { at, count } of rows)
    at.forEach((x, d) => {
      starts[d] = Math.min(starts[d] as number, x);
      stops[d] = Math.max(stops[d] as number, d === at.length - 1 ? x + count : x + 1);
    });
  return starts.map((start, d) => ({ start, stop: stops[d] as number }));
}

function indexIn(at: readonly number[], box: Box): number {
  const steps = stepsOf(box.map(({ start, stop }) => stop - start));
  return at.reduce((index, x, d) => index + (x - (box[d]?.start as number)) * (steps[d] as number), 0);
}
