import type { TableColumn, TableGroup } from "../archive/model.js";
import { arrayTypeOf } from "../schema/typed-array.js";

/** Bytes of a text in memory, as a guess: a pointer and a short string. */
const TEXT_BYTES = 40;

/** Bytes that a value of a column takes once it is decoded. */
export function valueBytes({ field: { type } }: TableColumn): number {
  switch (type.kind) {
    case "number":
      return arrayTypeOf(type.name).BYTES_PER_ELEMENT;
    case "timestamp":
      return 8;
    case "bool":
      return 1;
    default:
      return TEXT_BYTES;
  }
}

/** Decoded bytes of a cell: of the columns that vary over all axes. @param columns positions of those that are read */
export function cellBytes(group: TableGroup, columns: readonly number[]): number {
  const full = columns.flatMap((at) => group.columns[at] ?? []).filter((column) => column.role === "data");
  return Math.max(
    1,
    full.reduce((sum, column) => sum + valueBytes(column), 0),
  );
}
