/** Along one dimension: where each cell stands in what is copied from, and in what is copied to, in elements. */
export interface CellAxis {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

/** Copies `count` elements that are side by side in both. */
export type CopyRun = (from: number, to: number, count: number) => void;

/**
 * Every combination of the axes' cells, from one place to the other; those that are side by side in both in one go.
 * @param base element of the first cell, without what the axes add
 */
export function copyCells(axes: readonly CellAxis[], base: { readonly from: number; readonly to: number }, copy: CopyRun): void {
  const inner = axes.at(-1);
  if (!inner) {
    copy(base.from, base.to, 1);
    return;
  }
  const runs = runsOf(inner);
  const walk = (d: number, from: number, to: number): void => {
    if (d === axes.length - 1) {
      for (const run of runs) copy(from + run.from, to + run.to, run.count);
      return;
    }
    const axis = axes[d] as CellAxis;
    for (let i = 0; i < axis.from.length; i++) walk(d + 1, from + (axis.from[i] as number), to + (axis.to[i] as number));
  };
  walk(0, base.from, base.to);
}

interface Run {
  readonly from: number;
  readonly to: number;
  count: number;
}

function runsOf({ from, to }: CellAxis): Run[] {
  const runs: Run[] = [];
  let last: Run | undefined;
  for (let i = 0; i < from.length; i++) {
    const [f, t] = [from[i] as number, to[i] as number];
    if (last && f === last.from + last.count && t === last.to + last.count) last.count++;
    else {
      last = { from: f, to: t, count: 1 };
      runs.push(last);
    }
  }
  return runs;
}

/** Elements from one index to the next, per dimension, of a row-major array. */
export function stepsOf(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    steps[d] = step;
    step *= shape[d] as number;
  }
  return steps;
}
