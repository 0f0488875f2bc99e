import type { EncodedColumn } from "../parquet/column-chunk.js";
import type { EncodeOptions } from "../parquet/dense-column.js";
import { encodeFactored } from "../parquet/encode-factored.js";
import { encodeValues } from "../parquet/encode-values.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import { cellCount, type GridBatch, type GridColumn } from "../schema/grid-batch.js";
import { expandColumn, repetitionOf } from "./expand-column.js";

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
  return factored ?? encodeValues(expandColumn(batch, column), rows, options);
}
