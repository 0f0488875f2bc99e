import { isSet, packBits } from "../schema/bitmap.js";
import { stridesOf } from "../schema/box.js";
import type { BatchAxis, ColumnData, GridColumn } from "../schema/grid-batch.js";
import { isLists, takeLists } from "../schema/lists.js";
import type { TypedArray } from "../schema/typed-array.js";

/** For each of the batch's axes, the step in the column's data; 0 where the column does not vary along it. */
export function columnStrides(axes: readonly BatchAxis[], column: GridColumn): number[] {
  const own = stridesOf(column.axes.map((axis) => (axes[axis] as BatchAxis).length));
  const strides = axes.map(() => 0);
  for (const [i, axis] of column.axes.entries()) strides[axis] = own[i] as number;
  return strides;
}

/** The column's entries at `positions`, in that order; packing and validity go with them. */
export function takeEntries(column: GridColumn, positions: Uint32Array): Pick<GridColumn, "data" | "validity"> {
  const { validity } = column;
  const data = takeData(column.data, positions);
  if (!validity || validity.zeros === 0) return { data };
  const flags = new Uint8Array(positions.length);
  for (let i = 0; i < flags.length; i++) flags[i] = isSet(validity, positions[i] as number) ? 1 : 0;
  return { data, validity: packBits(flags) };
}

function takeData(data: ColumnData, positions: Uint32Array): ColumnData {
  if (isLists(data)) return takeLists(data, positions);
  if (!ArrayBuffer.isView(data)) return Array.from(positions, (i) => data[i] ?? null) as ColumnData;
  const source = data as TypedArray;
  const out = new (source.constructor as new (length: number) => TypedArray)(positions.length);
  if (source instanceof Float32Array) takeNumbers(source, positions, out as Float32Array);
  else if (source instanceof Float64Array) takeNumbers(source, positions, out as Float64Array);
  else if (source instanceof Int16Array) takeNumbers(source, positions, out as Int16Array);
  else for (let i = 0; i < positions.length; i++) out[i] = source[positions[i] as number] as never;
  return out;
}

function takeNumbers<T extends Float32Array | Float64Array | Int16Array>(source: T, positions: Uint32Array, out: T): void {
  for (let i = 0; i < positions.length; i++) out[i] = source[positions[i] as number] as number;
}

/** Positions in a column of the cells of a box of indices, row-major: per axis the kept indices, or null for all `length`. */
export function positionsOf(
  lengths: readonly number[],
  perAxis: readonly (Uint32Array | null)[],
  strides: readonly number[],
): Uint32Array {
  let positions = Uint32Array.of(0);
  for (const [axis, length] of lengths.entries()) {
    const kept = perAxis[axis] ?? null;
    const count = kept ? kept.length : length;
    const stride = strides[axis] as number;
    const next = new Uint32Array(positions.length * count);
    for (let p = 0, to = 0; p < positions.length; p++) {
      const base = positions[p] as number;
      for (let i = 0; i < count; i++) next[to++] = base + (kept ? (kept[i] as number) : i) * stride;
    }
    positions = next;
  }
  return positions;
}
