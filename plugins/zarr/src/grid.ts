import type { Box } from "graticule/plugin";

/** Places in a regular grid of chunks whose chunks meet the box, row-major. */
export function* chunksIn(box: Box, chunkShape: readonly number[]): Iterable<number[]> {
  const first = box.map((range, d) => Math.floor(range.start / (chunkShape[d] as number)));
  const last = box.map((range, d) => Math.ceil(range.stop / (chunkShape[d] as number)) - 1);
  if (box.some((range) => range.stop <= range.start)) return;
  const at = [...first];
  for (;;) {
    yield [...at];
    let d = at.length - 1;
    for (; d >= 0; d--) {
      const next = (at[d] as number) + 1;
      at[d] = next <= (last[d] as number) ? next : (first[d] as number);
      if (next <= (last[d] as number)) break;
    }
    if (d < 0) return;
  }
}

/** The part of the box that lies in the block at `origin`, counted from there; the box must meet it. */
export function boxInside(box: Box, origin: readonly number[], shape: readonly number[]): Box {
  return box.map((range, d) => ({
    start: Math.max(0, range.start - (origin[d] as number)),
    stop: Math.min(shape[d] as number, range.stop - (origin[d] as number)),
  }));
}

export function originOf(at: readonly number[], chunkShape: readonly number[], base?: readonly number[]): number[] {
  return at.map((n, d) => n * (chunkShape[d] as number) + (base?.[d] ?? 0));
}

/** Position in a row-major grid. */
export function indexIn(grid: readonly number[], at: readonly number[]): number {
  let index = 0;
  for (let d = 0; d < grid.length; d++) index = index * (grid[d] as number) + (at[d] as number);
  return index;
}

/** The place at a position in a row-major grid. */
export function placeIn(grid: readonly number[], position: number): number[] {
  const at = new Array<number>(grid.length);
  for (let d = grid.length - 1, rest = position; d >= 0; d--) {
    const length = grid[d] as number;
    at[d] = rest % length;
    rest = Math.floor(rest / length);
  }
  return at;
}

/** Strides, in elements, of row-major dimensions. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d] as number;
  }
  return strides;
}
