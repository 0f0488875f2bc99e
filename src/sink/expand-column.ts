import type { Repetition } from "../parquet/repetition.js";
import type { BatchAxis, GridBatch, GridColumn } from "../schema/grid-batch.js";
import { columnStrides, positionsOf, takeEntries } from "./column-cells.js";

/** How the column's entries repeat over the rows; null where its axes are not neighbours. */
export function repetitionOf(axes: readonly BatchAxis[], column: GridColumn): Repetition | null {
  const long = axes.flatMap((axis, i) => (axis.length > 1 ? [i] : []));
  const own = long.filter((axis) => column.axes.includes(axis));
  const first = long.indexOf(own[0] ?? -1);
  if (own.some((axis, k) => long[first + k] !== axis)) return null;
  const product = (part: readonly number[]): number => part.reduce((n, axis) => n * (axes[axis] as BatchAxis).length, 1);
  if (own.length === 0) return { outer: 1, length: 1, inner: product(long) };
  return { outer: product(long.slice(0, first)), length: product(own), inner: product(long.slice(first + own.length)) };
}

/** A value per row, in memory of its own. */
export function expandColumn(batch: GridBatch, column: GridColumn): GridColumn {
  const lengths = batch.axes.map((axis) => axis.length);
  const positions = positionsOf(
    lengths,
    lengths.map(() => null),
    columnStrides(batch.axes, column),
  );
  const { field, packing } = column;
  return { field, axes: batch.axes.map((_, i) => i), ...(packing && { packing }), ...takeEntries(column, positions) };
}
