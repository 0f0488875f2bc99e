import type { EncodedColumn } from "../parquet/column-chunk.js";
import type { EncodeOptions } from "../parquet/dense-column.js";
import { encodeFactored, type Repetition } from "../parquet/encode-factored.js";
import { encodeValues } from "../parquet/encode-values.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import { type BatchAxis, cellCount, type GridBatch, type GridColumn } from "../schema/grid-batch.js";
import { columnStrides, positionsOf, takeEntries } from "./column-cells.js";

/** A batch without selection as one row group: columns that vary over some axes only cost their runs, not their rows. */
export function encodeBatch(batch: GridBatch, options: EncodeOptions): EncodedRowGroup {
  const rows = cellCount(batch);
  return { rows, columns: batch.columns.map((column) => encodeColumn(batch, column, rows, options)) };
}

function encodeColumn(batch: GridBatch, column: GridColumn, rows: number, options: EncodeOptions): EncodedColumn {
  const repetition = repetitionOf(batch.axes, column);
  if (repetition && repetition.length === rows) return encodeValues(column, rows, options);
  const whole = !column.packing && (column.validity?.zeros ?? 0) === 0;
  const factored = repetition && whole ? encodeFactored(column.field, column.data, repetition, options) : null;
  return factored ?? encodeValues(expand(batch, column), rows, options);
}

/** How the column's entries repeat over the rows; null where its axes are not neighbours. */
function repetitionOf(axes: readonly BatchAxis[], column: GridColumn): Repetition | null {
  const long = axes.flatMap((axis, i) => (axis.length > 1 ? [i] : []));
  const own = long.filter((axis) => column.axes.includes(axis));
  const first = long.indexOf(own[0] ?? -1);
  if (own.some((axis, k) => long[first + k] !== axis)) return null;
  const product = (part: readonly number[]): number => part.reduce((n, axis) => n * (axes[axis] as BatchAxis).length, 1);
  if (own.length === 0) return { outer: 1, length: 1, inner: product(long) };
  return { outer: product(long.slice(0, first)), length: product(own), inner: product(long.slice(first + own.length)) };
}

function expand(batch: GridBatch, column: GridColumn): GridColumn {
  const lengths = batch.axes.map((axis) => axis.length);
  const positions = positionsOf(
    lengths,
    lengths.map(() => null),
    columnStrides(batch.axes, column),
  );
  const { field, packing } = column;
  return { field, axes: batch.axes.map((_, i) => i), ...(packing && { packing }), ...takeEntries(column, positions) };
}
