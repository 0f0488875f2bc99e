/** What holds cells of the joined axis: all files that have the same coordinates along it. */
export interface Lane {
  /** Place among the lanes where scalars order the files; lanes of one rank are united by their keys. */
  readonly rank: number;
  /** Order and equality of the lane's cells; null: cells without coordinates, one after the other, equal to no others. */
  readonly keys: Float64Array | null;
  readonly length: number;
}

/** Neighbouring cells that come from the same lanes, each of them running on by one step a cell. */
export interface CellRun {
  readonly start: number;
  readonly stop: number;
  /** Ascending by lane; a lane stands twice where one file has a coordinate twice. */
  readonly sources: readonly CellSource[];
}

export interface CellSource {
  readonly lane: number;
  /** Index in the lane of the run's first cell. */
  readonly index: number;
  readonly step: 1 | -1;
}

/**
 * The cells of all lanes in coordinate order, equal ones once. One lane keeps its own order; many are descending where each of
 * them is. Missing coordinates come last, each a cell of its own.
 * @param tolerance keys not further apart count as equal
 */
export function orderCells(lanes: readonly Lane[], tolerance: number): CellRun[] {
  if (lanes.length === 1) return runOfLane(lanes, 0, 0);
  const sign = isDescending(lanes) ? -1 : 1;
  return endToEnd(lanes, sign, tolerance) ?? interleaved(lanes, sign, tolerance);
}

function runOfLane(lanes: readonly Lane[], lane: number, start: number): CellRun[] {
  const { length } = lanes[lane] as Lane;
  return length === 0 ? [] : [{ start, stop: start + length, sources: [{ lane, index: 0, step: 1 }] }];
}

/** Whether every lane of more than one cell goes down, and there is one. */
function isDescending(lanes: readonly Lane[]): boolean {
  const long = lanes.filter((lane) => lane.keys && lane.length > 1);
  return long.length > 0 && long.every(({ keys }) => isStrictlyMonotone(keys as Float64Array, -1));
}

function isStrictlyMonotone(keys: Float64Array, sign: 1 | -1): boolean {
  for (let i = 1; i < keys.length; i++) if (!(((keys[i] as number) - (keys[i - 1] as number)) * sign > 0)) return false;
  return !Number.isNaN(keys[0]);
}

function byStart(a: Lane, b: Lane, sign: 1 | -1): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (!a.keys || !b.keys || a.length === 0 || b.length === 0) return 0;
  const order = (a.keys[0] as number) - (b.keys[0] as number);
  return Number.isNaN(order) ? 0 : order * sign;
}

/** The quick way, for lanes that follow one another: a run for each. Null where they do not. */
function endToEnd(lanes: readonly Lane[], sign: 1 | -1, tolerance: number): CellRun[] | null {
  const ordered = lanes.map((_, i) => i).sort((a, b) => byStart(lanes[a] as Lane, lanes[b] as Lane, sign) || a - b);
  const runs: CellRun[] = [];
  let last: { rank: number; key: number } | null = null;
  for (const i of ordered) {
    const lane = lanes[i] as Lane;
    if (lane.length === 0) continue;
    if (lane.keys) {
      if (!isStrictlyMonotone(lane.keys, sign)) return null;
      if (last && last.rank === lane.rank && !(((lane.keys[0] as number) - last.key) * sign > tolerance)) return null;
      last = { rank: lane.rank, key: lane.keys[lane.length - 1] as number };
    }
    runs.push(...runOfLane(lanes, i, runs.at(-1)?.stop ?? 0));
  }
  return runs;
}

/** Every cell sorted; cells with equal keys become one with several sources. */
function interleaved(lanes: readonly Lane[], sign: 1 | -1, tolerance: number): CellRun[] {
  const total = lanes.reduce((n, lane) => n + lane.length, 0);
  const [laneOf, indexOf, keys] = [new Int32Array(total), new Int32Array(total), new Float64Array(total)];
  let n = 0;
  for (const [i, lane] of lanes.entries())
    for (let k = 0; k < lane.length; k++, n++) {
      laneOf[n] = i;
      indexOf[n] = k;
      keys[n] = lane.keys ? (lane.keys[k] as number) : Number.NaN;
    }
  const rankOf = (cell: number): number => (lanes[laneOf[cell] as number] as Lane).rank;
  const order = Uint32Array.from({ length: total }, (_, i) => i).sort((a, b) => {
    const ranks = rankOf(a) - rankOf(b);
    if (ranks !== 0) return ranks;
    const [x, y] = [keys[a] as number, keys[b] as number];
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) {
      if (Number.isNaN(x)) return 1;
      if (Number.isNaN(y)) return -1;
      return (x - y) * sign;
    }
    return a - b;
  });
  const runs: CellRun[] = [];
  let cell = 0;
  for (let i = 0; i < total; cell++) {
    const first = order[i] as number;
    const sources: { lane: number; index: number }[] = [];
    do {
      const at = order[i++] as number;
      sources.push({ lane: laneOf[at] as number, index: indexOf[at] as number });
    } while (i < total && isSame(first, order[i] as number));
    sources.sort((a, b) => a.lane - b.lane || a.index - b.index);
    append(runs, cell, sources);
  }
  return runs;

  function isSame(a: number, b: number): boolean {
    return rankOf(a) === rankOf(b) && Math.abs((keys[a] as number) - (keys[b] as number)) <= tolerance;
  }
}

/** Lengthens the last run by a cell where that goes on in every lane, else begins one. */
function append(runs: CellRun[], cell: number, sources: readonly { lane: number; index: number }[]): void {
  const last = runs.at(-1);
  const length = last ? last.stop - last.start : 0;
  const steps =
    last && last.sources.length === sources.length ? sources.map((source, i) => stepTo(last.sources[i], length, source)) : [];
  if (last && steps.length > 0 && steps.every((step) => step !== null)) {
    runs[runs.length - 1] = {
      start: last.start,
      stop: last.stop + 1,
      sources: last.sources.map((source, i) => ({ ...source, step: steps[i] as 1 | -1 })),
    };
    return;
  }
  runs.push({ start: cell, stop: cell + 1, sources: sources.map((source) => ({ ...source, step: 1 })) });
}

/** The step that leads from a run of `length` cells to its next cell, null where none does. */
function stepTo(from: CellSource | undefined, length: number, to: { lane: number; index: number }): 1 | -1 | null {
  if (!from || from.lane !== to.lane) return null;
  const offset = to.index - from.index;
  if (length === 1) return offset === 1 ? 1 : offset === -1 ? -1 : null;
  return offset === from.step * length ? from.step : null;
}
