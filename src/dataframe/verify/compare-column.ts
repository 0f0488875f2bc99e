import type { ParquetFile } from "../../parquet/read/parquet-file.js";
import { isSet } from "../../schema/bitmap.js";
import type { ColumnData, GridColumn } from "../../schema/grid-batch.js";
import { isLists } from "../../schema/lists.js";
import type { Vector } from "../../schema/row-batch.js";
import { type Cell, cellsOf } from "../../schema/row-cells.js";
import type { TypedArray } from "../../schema/typed-array.js";
import { unpack } from "../../schema/unpack.js";

type Node = ParquetFile["tree"]["nodes"][number];

/** Where two columns differ. */
export interface Mismatch {
  readonly cells: number;
  /** The first, counted from the first that was compared. */
  readonly first: number;
  readonly found: string;
  readonly wanted: string;
}

/**
 * Cells of a part against cells of the source. A null equals a null and nothing else, NaN counts as null, as it does when it is
 * written; 0 equals -0.
 *
 * @param column a value per row
 */
export function compareColumn(
  column: GridColumn,
  at: number,
  { node, vector }: { readonly node: Node; readonly vector: Vector },
  from: number,
  rows: number,
): Mismatch | null {
  const wanted = valuesOf(column);
  const isNumbers = vector.kind === "numbers" && ArrayBuffer.isView(wanted);
  const whole = !vector.validity && (column.validity?.zeros ?? 0) === 0;
  const first = isNumbers && whole ? firstUnequal(wanted as TypedArray, at, vector.values, from, rows) : 0;
  if (first === rows) return null;
  const expected = cellAt(wanted, column);
  const stored = storedAt(node, vector);
  let cells = 0;
  let row = -1;
  for (let i = first; i < rows; i++) {
    if (isSame(stored(from + i), expected(at + i))) continue;
    if (cells++ === 0) row = i;
  }
  return row < 0 ? null : { cells, first: row, found: text(stored(from + row)), wanted: text(expected(at + row)) };
}

function valuesOf({ data, packing }: GridColumn): ColumnData {
  return packing && ArrayBuffer.isView(data) ? unpack(data as TypedArray, packing) : data;
}

/** Of numbers in arrays of one type; `rows` where all are equal. */
function firstUnequal(a: TypedArray, at: number, b: TypedArray, from: number, rows: number): number {
  if (a.constructor !== b.constructor) return 0;
  for (let i = 0; i < rows; i++) if (a[at + i] !== b[from + i]) return i;
  return rows;
}

function storedAt(node: Node, vector: Vector): (row: number) => Cell {
  if (vector.kind !== "numbers") return cellsOf(node.field.type, vector);
  const { values, validity } = vector;
  const isBool = node.field.type.kind === "bool";
  const cell = (row: number): Cell => (isBool ? values[row] !== 0 : (values[row] as number | bigint));
  return validity ? (row) => (isSet(validity, row) ? cell(row) : null) : cell;
}

function cellAt(data: ColumnData, { field, validity }: GridColumn): (row: number) => Cell {
  const isBool = field.type.kind === "bool";
  const plain = (row: number): Cell => {
    if (isLists(data)) return listAt(data, row, field.type.kind === "list" && field.type.item.kind === "bool");
    if (!ArrayBuffer.isView(data)) return data[row] ?? null;
    const value = (data as TypedArray)[row] as number | bigint;
    return isBool ? Number(value) !== 0 : value;
  };
  return validity ? (row) => (isSet(validity, row) ? plain(row) : null) : plain;
}

function listAt({ offsets, items, validity }: Extract<ColumnData, { offsets: unknown }>, row: number, isBool: boolean): Cell {
  const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
  return Array.from({ length: to - from }, (_, i): Cell => {
    if (validity && !isSet(validity, from + i)) return null;
    const item = items[from + i] ?? null;
    return isBool ? Number(item) !== 0 : item;
  });
}

function isSame(a: Cell, b: Cell): boolean {
  const [left, right] = [orNull(a), orNull(b)];
  if (left === null || right === null) return left === right;
  if (typeof left === "bigint" || typeof right === "bigint") {
    if (typeof left !== "bigint" && typeof left !== "number") return false;
    if (typeof right !== "bigint" && typeof right !== "number") return false;
    return typeof left === typeof right ? left === right : BigInt(left) === BigInt(right);
  }
  if (left instanceof Uint8Array || right instanceof Uint8Array)
    return left instanceof Uint8Array && right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  if (Array.isArray(left) && Array.isArray(right)) {
    const others: readonly Cell[] = right;
    return left.length === others.length && left.every((item: Cell, i) => isSame(item, others[i] as Cell));
  }
  return left === right;
}

function orNull(cell: Cell): Cell {
  return typeof cell === "number" && Number.isNaN(cell) ? null : cell;
}

function text(cell: Cell): string {
  const shown = cell instanceof Uint8Array ? Buffer.from(cell).toString("hex") : String(cell);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
