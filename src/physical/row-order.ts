import { decodeKnown, type KnownColumn } from "../archive/known-values.js";
import type { TableColumn, TableGroup } from "../archive/model.js";
import type { SortedColumn } from "../parquet/file-layout.js";
import type { TypedArray } from "../schema/typed-array.js";

/**
 * The output columns by which cells in row-major order are sorted: the coordinates of the axes from the outermost inwards, as long
 * as each is in the output and its values go one way. Of one whose values repeat nothing can follow.
 * @param constant columns that are the same in all rows of a part
 */
export function sortedColumns(
  group: TableGroup,
  output: readonly { readonly column: number }[],
  constant: ReadonlySet<number> = new Set(),
): SortedColumn[] {
  const sorted: SortedColumn[] = [];
  for (const { column, length } of group.axes) {
    if (constant.has(column)) continue;
    const at = output.findIndex((own) => own.column === column);
    const direction = at < 0 ? null : directionOf(group.columns[column], length);
    if (!direction) break;
    sorted.push({ column: at, descending: direction.descending, nullsFirst: false });
    if (!direction.isStrict) break;
  }
  return sorted;
}

interface Direction {
  readonly descending: boolean;
  /** No value comes twice. */
  readonly isStrict: boolean;
}

/** Null for text, for what is not known yet, and where values are missing or go both ways. */
export function directionOf(column: TableColumn | undefined, length: number): Direction | null {
  if (!column?.values || column.axes.length !== 1) return null;
  if (column.values.kind === "index") return { descending: false, isStrict: true };
  const { values, validity } = decodeKnown(column.values, length) as KnownColumn & { values: TypedArray };
  if (!ArrayBuffer.isView(values) || (validity?.zeros ?? 0) > 0) return null;
  let [rises, falls, repeats] = [false, false, false];
  for (let i = 1; i < length; i++) {
    const [a, b] = [values[i - 1] as number, values[i] as number];
    if (a < b) rises = true;
    else if (a > b) falls = true;
    else if (a === b) repeats = true;
    else return null;
  }
  if (length === 1 && Number.isNaN(Number(values[0]))) return null;
  return rises && falls ? null : { descending: falls, isStrict: !repeats };
}
