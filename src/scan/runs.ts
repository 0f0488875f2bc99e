import type { AxisSelection } from "../plan/nodes.js";
import type { Range } from "../schema/box.js";

/** Ascending, disjoint, not touching. */
export type Runs = readonly Range[];

/** Runs of non-zero flags; null where all are. */
export function runsOf(flags: Uint8Array): AxisSelection {
  const runs: Range[] = [];
  for (let i = 0; i < flags.length; i++) {
    if (!flags[i]) continue;
    const start = i;
    while (i < flags.length && flags[i]) i++;
    runs.push({ start, stop: i });
  }
  const [first] = runs;
  return runs.length === 1 && first?.start === 0 && first.stop === flags.length ? null : runs;
}

/** What lies in both. */
export function intersectRuns(a: AxisSelection, b: AxisSelection): AxisSelection {
  if (a === null) return b;
  if (b === null) return a;
  const out: Range[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] as Range, b[j] as Range];
    const start = Math.max(x.start, y.start);
    const stop = Math.min(x.stop, y.stop);
    if (start < stop) out.push({ start, stop });
    if (x.stop < y.stop) i++;
    else j++;
  }
  return out;
}

/** The part of a selection inside a range; what selects all becomes the range. */
export function clipRuns(selection: AxisSelection, { start, stop }: Range): Range[] {
  if (start >= stop) return [];
  if (selection === null) return [{ start, stop }];
  const out: Range[] = [];
  for (let i = firstAfter(selection, start); i < selection.length; i++) {
    const run = selection[i] as Range;
    if (run.start >= stop) break;
    out.push({ start: Math.max(run.start, start), stop: Math.min(run.stop, stop) });
  }
  return out;
}

/** Position of the first run that ends after `at`. */
function firstAfter(runs: Runs, at: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as Range).stop > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function cellsOf(runs: Runs): number {
  return runs.reduce((n, run) => n + run.stop - run.start, 0);
}

/** From the first cell to the last. @param runs at least one */
export function spanOf(runs: Runs): Range {
  return { start: (runs[0] as Range).start, stop: (runs.at(-1) as Range).stop };
}

/** Neighbouring runs together where `isNear` says that their gap is not worth a cut. */
export function groupRuns(runs: Runs, isNear: (gap: Range) => boolean): Range[][] {
  const groups: Range[][] = [];
  for (const run of runs) {
    const own = groups.at(-1);
    const last = own?.at(-1);
    if (own && last && isNear({ start: last.stop, stop: run.start })) own.push(run);
    else groups.push([run]);
  }
  return groups;
}

/** Indices relative to the span's start; null where the runs are all of it. */
export function indicesOf(runs: Runs, span: Range): Uint32Array | null {
  if (runs.length === 1 && runs[0]?.start === span.start && runs[0].stop === span.stop) return null;
  const out = new Uint32Array(cellsOf(runs));
  let n = 0;
  for (const run of runs) for (let i = run.start; i < run.stop; i++) out[n++] = i - span.start;
  return out;
}
