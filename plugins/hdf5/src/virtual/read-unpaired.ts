import type { Box } from "graticule/plugin";
import { malformed, unsupported } from "../errors.js";
import { type Cells, copyElements } from "../values/cells.js";
import { stepsOf } from "../values/copy-cells.js";
import type { Mapping, Selection, Slab } from "./model.js";
import { isUnlimited, lengthOf, positionOf, slabsOf } from "./slabs.js";

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
  const ours = runsOf(part.virtual, shape);
  const theirs = runsOf(part.source, sourceShape);
  if (totalOf(ours) !== totalOf(theirs))
    throw malformed(`a mapping of ${totalOf(theirs)} elements of a source to ${totalOf(ours)} of the virtual dataset`);
  const wanted = wantedOf(ours, box).flatMap((run) => split(run, theirs));
  if (wanted.length === 0) return;
  const sourceBox = boundsOf(wanted.map(({ source, count }) => ({ at: source, count })));
  const bytes = sourceBox.reduce((product, { start, stop }) => product * (stop - start), request.elementSize);
  if (sourceBox.some(({ stop }, d) => stop > (sourceShape[d] as number)))
    throw malformed(`a mapping takes elements behind the end of a source of ${sourceShape.join(" x ")}`);
  if (bytes > MOST_SOURCE_BYTES) throw unsupported("a virtual dataset of selections that are scattered over too much of a source");
  const cells = await request.read(sourceBox);
  for (const { virtual, source, count } of wanted)
    copyElements(cells, out, indexIn(source, sourceBox), indexIn(virtual, box), count);
}

function runsOf(selection: Selection, shape: readonly number[]): Run[] {
  const runs: Run[] = [];
  let before = 0;
  const add = (at: readonly number[], count: number): void => {
    if (runs.length >= MOST_RUNS) throw unsupported(`a virtual dataset of selections of more than ${MOST_RUNS} runs`);
    if (at.length !== shape.length) throw malformed(`a selection of ${at.length} dimensions of ${shape.length}`);
    runs.push({ at, count, before });
    before += count;
  };
  if (selection.kind === "blocks") for (const { at, count } of rowsOfBlocks(selection.blocks)) add(at, count);
  else if (selection.kind !== "none") {
    const slabs = slabsOf(selection, shape);
    if (!slabs) throw malformed(`a selection of other dimensions than the dataset's ${shape.length}`);
    if (slabs.some(isUnlimited)) throw unsupported("a virtual dataset without end whose selections have different shapes");
    for (const { at, count } of rowsOfSlabs(slabs)) add(at, count);
  }
  return runs;
}

function* rowsOfSlabs(
  slabs: readonly Slab[],
  d = 0,
  at: readonly number[] = [],
): Iterable<{ at: readonly number[]; count: number }> {
  const slab = slabs[d];
  if (!slab) return yield { at, count: 1 };
  if (d < slabs.length - 1) {
    for (let k = 0; k < lengthOf(slab); k++) yield* rowsOfSlabs(slabs, d + 1, [...at, positionOf(slab, k)]);
    return;
  }
  const whole = slab.count === 1 || slab.stride === slab.block;
  if (whole) yield { at: [...at, slab.start], count: lengthOf(slab) };
  else for (let i = 0; i < slab.count; i++) yield { at: [...at, slab.start + i * slab.stride], count: slab.block };
}

/** The rows of boxes that do not overlap, row-major over all of them. */
function rowsOfBlocks(
  blocks: readonly (readonly [readonly number[], readonly number[]])[],
): { at: readonly number[]; count: number }[] {
  const rows: { at: readonly number[]; count: number }[] = [];
  for (const [first, last] of blocks) {
    const slabs = first.map((start, d) => ({ start, stride: 1, count: 1, block: (last[d] as number) - start + 1 }));
    for (const row of rowsOfSlabs(slabs)) {
      if (rows.length >= MOST_RUNS) throw unsupported(`a virtual dataset of selections of more than ${MOST_RUNS} runs`);
      rows.push(row);
    }
  }
  return rows.sort((a, b) => compare(a.at, b.at));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const d = a.findIndex((at, i) => at !== b[i]);
  return d < 0 ? 0 : (a[d] as number) - (b[d] as number);
}

function totalOf(runs: readonly Run[]): number {
  const last = runs.at(-1);
  return last ? last.before + last.count : 0;
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
