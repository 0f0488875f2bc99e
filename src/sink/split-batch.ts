import { sliceBitmap } from "../schema/bitmap.js";
import { type BatchAxis, type ColumnData, cellCount, type GridBatch, type GridColumn } from "../schema/grid-batch.js";
import { isLists, sliceLists } from "../schema/lists.js";
import type { TypedArray } from "../schema/typed-array.js";

/** A batch without selection cut into row-major pieces of at most `maxRows` rows, without copying values. */
export function* splitBatch(batch: GridBatch, maxRows: number): Iterable<GridBatch> {
  const rows = cellCount(batch);
  if (rows <= maxRows) {
    yield batch;
    return;
  }
  const axis = batch.axes.findIndex((one) => one.length > 1);
  const { length } = batch.axes[axis] as BatchAxis;
  const step = Math.max(1, Math.floor(maxRows / (rows / length)));
  for (let start = 0; start < length; start += step)
    yield* splitBatch(sliceLeading(batch, axis, start, Math.min(length, start + step)), maxRows);
}

/** A batch of chosen cells cut into pieces of at most `maxCells` cells, each with its part of the choice; none without rows. */
export function* splitSelected(batch: GridBatch, maxCells: number): Iterable<GridBatch> {
  const { selection, axes, columns } = batch;
  if (selection?.kind !== "cells") throw new TypeError("only for cells that were chosen one by one");
  let at = 0;
  for (const piece of splitBatch({ axes, columns }, maxCells)) {
    const cells = cellCount(piece);
    const bitmap = sliceBitmap(selection.bitmap, at, cells);
    at += cells;
    if (bitmap.zeros < cells) yield { ...piece, selection: { kind: "cells", bitmap } };
  }
}

/** Indices `[start, stop)` of an axis before which all axes have length one. */
function sliceLeading(batch: GridBatch, axis: number, start: number, stop: number): GridBatch {
  const own = batch.axes[axis] as BatchAxis;
  const axes = batch.axes.map((one, i) => (i === axis ? { dim: one.dim, start: one.start + start, length: stop - start } : one));
  const columns = batch.columns.map((column): GridColumn => {
    if (!column.axes.includes(axis)) return column;
    const entries = column.axes.reduce((n, i) => n * (batch.axes[i] as BatchAxis).length, 1) / own.length;
    const from = start * entries;
    const count = (stop - start) * entries;
    const validity = column.validity && sliceBitmap(column.validity, from, count);
    const { field, packing } = column;
    return {
      field,
      axes: column.axes,
      data: sliceData(column.data, from, count),
      ...(validity && { validity }),
      ...(packing && { packing }),
    };
  });
  return { axes, columns };
}

function sliceData(data: ColumnData, from: number, count: number): ColumnData {
  if (ArrayBuffer.isView(data)) return (data as TypedArray).subarray(from, from + count) as TypedArray;
  return isLists(data) ? sliceLists(data, from, count) : (data as readonly (string | null)[]).slice(from, from + count);
}
