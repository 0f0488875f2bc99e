import type { TableColumn } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import type { OrderGroup, OrderKey } from "../plan/run.js";
import { sizeOf, stridesOf } from "../schema/box.js";
import { cellBetween, hilbertIndex, latitudeCell, longitudeCell } from "./hilbert.js";
import { keyValues } from "./key-values.js";
import type { ScanResources } from "./member-cache.js";
import { sortPositions } from "./radix-order.js";
import { cellsOf, clipRuns } from "./runs.js";
import type { ScanTable } from "./scan-table.js";

/** The kept cells of some axes of a table, in the order in which they come out. */
export interface OrderedCells {
  readonly axes: readonly number[];
  readonly count: number;
  /** Per axis: its index in the table, of every cell. */
  readonly indices: readonly Uint32Array[];
  /** Whether no two cells compare as equal; where they do, they are in row-major order. */
  readonly isStrict: boolean;
}

/** Cells that are ordered in memory, at most. */
export const MOST_ORDERED_CELLS = 1 << 26;

/** @throws `unsupported` for more than {@link MOST_ORDERED_CELLS}; what reading keys throws */
export async function orderCells(
  { group, selection }: ScanTable,
  { axes, keys }: OrderGroup,
  resources?: ScanResources,
): Promise<OrderedCells> {
  const runs = axes.map((axis) => clipRuns(selection[axis] ?? null, { start: 0, stop: group.axes[axis]?.length ?? 0 }));
  const lengths = runs.map(cellsOf);
  const count = sizeOf(lengths);
  if (count > MOST_ORDERED_CELLS)
    throw new GraticuleError("unsupported", `putting ${count} cells of ${group.name || "the table"} into order`, {
      hint: `at most ${MOST_ORDERED_CELLS} can be; ask for a part of it at a time, with --time, --bbox or a predicate on coordinates`,
    });
  const kept = runs.map((own, d) => {
    const out = new Uint32Array(lengths[d] as number);
    let n = 0;
    for (const { start, stop } of own) for (let i = start; i < stop; i++) out[n++] = i;
    return out;
  });
  const indices = kept.map((own, d) => spread(own, lengths, d));
  if (keys.length === 0) return { axes, count, indices, isStrict: true };
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  const numbers: { readonly values: Float64Array; readonly descending: boolean }[] = [];
  for (const key of keys) {
    const columns = key.kind === "column" ? [key.column] : [key.x, key.y];
    const parts: Float64Array[][] = [];
    for (const at of columns) {
      const column = group.columns[at] as TableColumn;
      const whole = await keyValues(group, at, resources);
      const shape = column.axes.map((axis) => group.axes[axis]?.length ?? 0);
      parts.push(whole.map((values) => ofCells(values, column.axes, shape, axes, indices, count)));
    }
    if (key.kind === "column")
      for (const values of parts[0] as Float64Array[]) numbers.push({ values, descending: key.descending });
    else numbers.push({ values: curveOf(parts[0]?.[0] as Float64Array, parts[1]?.[0] as Float64Array, key), descending: false });
  }
  for (const { values, descending } of [...numbers].reverse()) sortPositions(order, values, descending);
  return {
    axes,
    count,
    indices: indices.map((own) => own.map((_, i) => own[order[i] as number] as number)),
    isStrict: areDistinct(),
  };

  function areDistinct(): boolean {
    for (let i = 1; i < count; i++) {
      const [a, b] = [order[i - 1] as number, order[i] as number];
      if (numbers.every(({ values }) => values[a] === values[b] || (Number.isNaN(values[a]) && Number.isNaN(values[b]))))
        return false;
    }
    return true;
  }
}

/** An axis' indices, one for each cell of all axes in row-major order. */
function spread(kept: Uint32Array, lengths: readonly number[], d: number): Uint32Array {
  if (lengths.length === 1) return kept;
  const inner = sizeOf(lengths.slice(d + 1));
  const out = new Uint32Array(sizeOf(lengths));
  for (let i = 0; i < out.length; i++) out[i] = kept[Math.floor(i / inner) % kept.length] as number;
  return out;
}

/** The values of a column at some cells. */
function ofCells(
  values: Float64Array,
  own: readonly number[],
  shape: readonly number[],
  axes: readonly number[],
  indices: readonly Uint32Array[],
  count: number,
): Float64Array {
  const strides = stridesOf(shape);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (const [d, axis] of own.entries()) at += (strides[d] as number) * (indices[axes.indexOf(axis)]?.[i] as number);
    out[i] = values[at] as number;
  }
  return out;
}

function curveOf(x: Float64Array, y: Float64Array, { isGlobe }: Extract<OrderKey, { kind: "hilbert" }>): Float64Array {
  const [xs, ys] = isGlobe ? [null, null] : [extentOf(x), extentOf(y)];
  return x.map((value, i) => {
    const other = y[i] as number;
    if (!Number.isFinite(value) || !Number.isFinite(other)) return Number.NaN;
    if (!xs || !ys) return hilbertIndex(longitudeCell(value), latitudeCell(other));
    return hilbertIndex(cellBetween(value, ...xs), cellBetween(other, ...ys));
  });
}

function extentOf(values: Float64Array): [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) if (Number.isFinite(value)) [least, greatest] = [Math.min(least, value), Math.max(greatest, value)];
  return [least, greatest];
}
