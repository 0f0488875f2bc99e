import type { RowRange } from "../parquet/read/level-store.js";

export function rowsIn(ranges: readonly RowRange[]): number {
  return ranges.reduce((n, { start, stop }) => n + stop - start, 0);
}

/** The common rows of two ascending lists. */
export function intersectRanges(a: readonly RowRange[], b: readonly RowRange[]): RowRange[] {
  const out: RowRange[] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    const [x, y] = [a[i] as RowRange, b[k] as RowRange];
    const start = Math.max(x.start, y.start);
    const stop = Math.min(x.stop, y.stop);
    if (start < stop) out.push({ start, stop });
    if (x.stop < y.stop) i++;
    else k++;
  }
  return out;
}

/** Cuts ranges into lists of at most `most` rows each. */
export function* windowsOf(ranges: readonly RowRange[], most: number): Iterable<readonly RowRange[]> {
  let own: RowRange[] = [];
  let left = most;
  for (const range of ranges) {
    for (let { start } = range; start < range.stop; ) {
      const stop = Math.min(range.stop, start + left);
      own.push({ start, stop });
      left -= stop - start;
      start = stop;
      if (left > 0) continue;
      yield own;
      own = [];
      left = most;
    }
  }
  if (own.length > 0) yield own;
}

/** Gaps of fewer rows are read along: a run of its own costs more. */
const GAP = 32;

/** Rows by their positions among those of `ranges`, as ranges with small gaps closed. @param selected ascending */
export function rangesOfRows(ranges: readonly RowRange[], selected: Uint32Array): RowRange[] {
  const out: { start: number; stop: number }[] = [];
  let before = 0;
  let next = 0;
  for (const { start, stop } of ranges) {
    const end = before + stop - start;
    for (
      let last: { start: number; stop: number } | null = null;
      next < selected.length && (selected[next] as number) < end;
      next++
    ) {
      const row = start + (selected[next] as number) - before;
      if (last && row - last.stop < GAP) last.stop = row + 1;
      else {
        last = { start: row, stop: row + 1 };
        out.push(last);
      }
    }
    before = end;
  }
  return out;
}

/** Positions of rows among those of `outer`, as positions among those of `inner`, which lies within. @param selected ascending */
export function translateRows(outer: readonly RowRange[], selected: Uint32Array, inner: readonly RowRange[]): Uint32Array {
  const out = new Uint32Array(selected.length);
  let [o, oBefore, i, iBefore] = [0, 0, 0, 0];
  for (let k = 0; k < selected.length; k++) {
    const at = selected[k] as number;
    let own = outer[o] as RowRange;
    while (at >= oBefore + own.stop - own.start) {
      oBefore += own.stop - own.start;
      own = outer[++o] as RowRange;
    }
    const row = own.start + at - oBefore;
    let within = inner[i] as RowRange;
    while (row >= within.stop) {
      iBefore += within.stop - within.start;
      within = inner[++i] as RowRange;
    }
    out[k] = iBefore + row - within.start;
  }
  return out;
}
