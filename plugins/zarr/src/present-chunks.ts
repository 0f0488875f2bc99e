import type { Box } from "graticule/plugin";
import { indexIn, placeIn } from "./grid.js";

/** Chunks of a box: those that are stored, and boxes (in chunks) of those that are not. */
export type Stretch =
  | { readonly kind: "stored"; readonly at: readonly number[] }
  | { readonly kind: "missing"; readonly at: readonly number[]; readonly lengths: readonly number[] };

/**
 * The stored chunks among the keys, as sorted positions in the row-major grid; null where the names of the chunks are such that
 * a chunk's place cannot be told from its key.
 *
 * @param keys below the array's own
 */
export function presentChunks(
  keys: readonly string[],
  nameOf: (at: readonly number[]) => string,
  grid: readonly number[],
): Float64Array | null {
  const sample = grid.map((_, d) => d + 1);
  if (grid.length === 0 || String(numbersOf(nameOf(sample))) !== String(sample)) return null;
  const found: number[] = [];
  for (const key of keys) {
    const at = numbersOf(key);
    const isPlace = at.length === grid.length && at.every((n, d) => n < (grid[d] as number));
    if (isPlace && nameOf(at) === key) found.push(indexIn(grid, at));
  }
  return Float64Array.from(found).sort();
}

/**
 * All chunks of a box; null where so many are stored around it that asking for each costs no more.
 *
 * @param chunks the box in chunks of the grid
 */
export function stretchesOf(present: Float64Array, grid: readonly number[], chunks: Box): Iterable<Stretch> | null {
  const first = chunks.map(({ start }) => start);
  const lengths = chunks.map(({ start, stop }) => stop - start);
  const from = lowerBound(present, indexIn(grid, first));
  const to = lowerBound(
    present,
    indexIn(
      grid,
      chunks.map(({ stop }) => stop - 1),
    ) + 1,
  );
  const count = lengths.reduce((n, length) => n * length, 1);
  return to - from > count / 2 ? null : stretches(present.subarray(from, to), grid, first, lengths, count);
}

function* stretches(
  present: Float64Array,
  grid: readonly number[],
  first: readonly number[],
  lengths: readonly number[],
  count: number,
): Iterable<Stretch> {
  let next = 0;
  for (const index of present) {
    const at = placeIn(grid, index);
    const inside = at.map((n, d) => n - (first[d] as number));
    if (inside.some((n, d) => n < 0 || n >= (lengths[d] as number))) continue;
    const position = indexIn(lengths, inside);
    yield* gap(lengths, first, next, position);
    yield { kind: "stored", at };
    next = position + 1;
  }
  yield* gap(lengths, first, next, count);
}

/** Boxes that make up the positions from `start` to before `stop` of a row-major block at `first`: the largest that begin there. */
function* gap(lengths: readonly number[], first: readonly number[], start: number, stop: number): Iterable<Stretch> {
  for (let position = start; position < stop; ) {
    const at = placeIn(lengths, position);
    let d = lengths.length - 1;
    let step = 1;
    // Outwards as long as the box begins a whole row and a whole row fits.
    while (d > 0 && at[d] === 0 && step * (lengths[d] as number) <= stop - position) step *= lengths[d--] as number;
    const many = Math.min((lengths[d] as number) - (at[d] as number), Math.floor((stop - position) / step));
    const box = lengths.map((length, i) => (i < d ? 1 : i === d ? many : length));
    yield { kind: "missing", at: at.map((n, i) => n + (first[i] as number)), lengths: box };
    position += many * step;
  }
}

function numbersOf(key: string): number[] {
  return (key.match(/\d+/g) ?? []).map(Number);
}

function lowerBound(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
