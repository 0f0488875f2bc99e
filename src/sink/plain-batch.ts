import { isSet } from "../schema/bitmap.js";
import { type BatchAxis, cellCount, type GridBatch, type GridColumn } from "../schema/grid-batch.js";
import { columnStrides, positionsOf, takeEntries } from "./column-cells.js";

/** The batch without a selection: kept indices are gathered per axis, kept cells become the one axis `row`. */
export function plainBatch(batch: GridBatch): GridBatch {
  const { selection } = batch;
  if (!selection) return batch;
  return selection.kind === "axes" ? gatherAxes(batch, selection.perAxis) : gatherCells(batch, selection.bitmap);
}

/** All columns value by value over the one axis `row`, in memory of their own: the batch's may be used again. */
export function rowBatch(batch: GridBatch): GridBatch {
  const lengths = batch.axes.map((axis) => axis.length);
  const none = lengths.map(() => null);
  return rowsOf(batch, cellCount(batch), (column) => positionsOf(lengths, none, columnStrides(batch.axes, column)));
}

function gatherAxes(batch: GridBatch, perAxis: readonly (Uint32Array | null)[]): GridBatch {
  if (perAxis.every((kept) => kept === null)) return { axes: batch.axes, columns: batch.columns };
  const axes = batch.axes.map((axis, i): BatchAxis => {
    const kept = perAxis[i];
    return kept ? { dim: axis.dim, start: axis.start + (kept[0] ?? 0), length: kept.length } : axis;
  });
  const columns = batch.columns.map((column): GridColumn => {
    if (column.axes.every((axis) => !perAxis[axis])) return column;
    const lengths = column.axes.map((axis) => (batch.axes[axis] as BatchAxis).length);
    const kept = column.axes.map((axis) => perAxis[axis] ?? null);
    const strides = columnStrides(batch.axes, column);
    const own = column.axes.map((axis) => strides[axis] as number);
    return withEntries(column, column.axes, takeEntries(column, positionsOf(lengths, kept, own)));
  });
  return { axes, columns };
}

function gatherCells(
  batch: GridBatch,
  bitmap: { readonly bits: Uint8Array; readonly length: number; readonly zeros: number },
): GridBatch {
  const cells = new Uint32Array(bitmap.length - bitmap.zeros);
  for (let i = 0, to = 0; i < bitmap.length; i++) if (isSet(bitmap, i)) cells[to++] = i;
  const strides = cellStrides(batch.axes);
  return rowsOf(batch, cells.length, (column) => {
    const steps = columnStrides(batch.axes, column);
    if (column.axes.length === batch.axes.length) return cells;
    const out = new Uint32Array(cells.length);
    for (const axis of column.axes) {
      const { length } = batch.axes[axis] as BatchAxis;
      const inner = strides[axis] as number;
      const step = steps[axis] as number;
      for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + (Math.floor((cells[i] as number) / inner) % length) * step;
    }
    return out;
  });
}

function cellStrides(axes: readonly BatchAxis[]): number[] {
  const strides = axes.map(() => 1);
  for (let i = axes.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] as number) * (axes[i + 1] as BatchAxis).length;
  return strides;
}

function rowsOf(batch: GridBatch, rows: number, positions: (column: GridColumn) => Uint32Array): GridBatch {
  const columns = batch.columns.map((column) => withEntries(column, [0], takeEntries(column, positions(column))));
  return { axes: [{ dim: "row", start: 0, length: rows }], columns };
}

function withEntries(column: GridColumn, axes: readonly number[], entries: Pick<GridColumn, "data" | "validity">): GridColumn {
  const { field, packing } = column;
  return { field, axes, ...(packing && { packing }), ...entries };
}
