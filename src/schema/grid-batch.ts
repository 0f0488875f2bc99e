import type { Bitmap } from "./bitmap.js";
import type { Field } from "./field.js";
import type { Lists } from "./lists.js";
import type { TypedArray } from "./typed-array.js";

/** A run of cells along one dimension of the table's grid: `[start, start + length)`. */
export interface BatchAxis {
  readonly dim: string;
  readonly start: number;
  readonly length: number;
}

/**
 * How stored numbers become values: `_Unsigned` is already applied to the array type, then missing codes are masked,
 * then `value = stored * scale + offset` in float64, rounded to `target`.
 */
export interface Packing {
  readonly scale: number;
  readonly offset: number;
  readonly target: "float32" | "float64";
}

/** What a column holds: numbers, one text per cell, bytes per cell, or a list per cell. Timestamps are BigInt64Array of microseconds. */
export type ColumnData = TypedArray | readonly (string | null)[] | readonly (Uint8Array | null)[] | Lists;

export interface GridColumn {
  readonly field: Field;
  /** Positions in the batch's axes over which this column varies, ascending: [] scalar, [1] a 1-D coordinate, [0,1,2] full. */
  readonly axes: readonly number[];
  /** Row-major over those axes. */
  readonly data: ColumnData;
  /** Absent: all valid. NaN in `data` is null too and already cleared here. */
  readonly validity?: Bitmap;
  /** Set where a value lies outside of what its file calls valid; absent: nowhere, or nobody asked. */
  readonly outside?: Bitmap;
  /** Present: `data` is still packed; `field.type` is the type after unpacking. */
  readonly packing?: Packing;
}

/** Which cells of the batch are rows: per axis the indices kept (relative to the batch), or one bit per cell in row-major order. */
export type Selection =
  | { readonly kind: "axes"; readonly perAxis: readonly (Uint32Array | null)[] }
  | { readonly kind: "cells"; readonly bitmap: Bitmap };

/**
 * A box of the grid with its coordinates factored out: the type everything turns around. The rows are the cells of the
 * axes in row-major order, minus what the selection drops. All arrays are owned by the batch and never changed.
 */
export interface GridBatch {
  readonly axes: readonly BatchAxis[];
  readonly columns: readonly GridColumn[];
  readonly selection?: Selection;
}

/** Number of cells before selection. */
export function cellCount(batch: GridBatch): number {
  let n = 1;
  for (const axis of batch.axes) n *= axis.length;
  return n;
}
