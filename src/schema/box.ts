/** Half-open index ranges, one per dimension, in the array's own order. */
export interface Range {
  readonly start: number;
  readonly stop: number;
}

export type Box = readonly Range[];

export function wholeBox(shape: readonly number[]): Box {
  return shape.map((length) => ({ start: 0, stop: length }));
}

export function boxShape(box: Box): number[] {
  return box.map((range) => Math.max(0, range.stop - range.start));
}

/** Number of cells; 1 for a scalar's empty box. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** The common part, or null where there is none. A scalar's empty boxes intersect. */
export function intersect(a: Box, b: Box): Box | null {
  const out: Range[] = [];
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as Range;
    const y = b[i] as Range;
    const start = Math.max(x.start, y.start);
    const stop = Math.min(x.stop, y.stop);
    if (start >= stop) return null;
    out.push({ start, stop });
  }
  return out;
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i] as number;
  }
  return strides;
}
