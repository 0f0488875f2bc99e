import type { TableColumn, TableGroup } from "../archive/model.js";
import type { ColumnType } from "../schema/field.js";
import { arrayTypeOf } from "../schema/typed-array.js";

/** Bytes of a text in memory, as a guess: a pointer and a short string. */
const TEXT_BYTES = 40;

/** Items of a list that may have any number of them, as a guess. */
const LIST_ITEMS = 64;

/** Bytes that a value of a column takes once it is decoded. */
export function valueBytes({ field: { type } }: TableColumn): number {
  return bytesOfType(type);
}

function bytesOfType(type: ColumnType): number {
  switch (type.kind) {
    case "list":
      return 4 + (type.size ?? LIST_ITEMS) * bytesOfType(type.item);
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
  const full = columns.filter((at) => {
    const column = group.columns[at];
    return column?.role === "data" || (column?.role === "auxiliary" && column.axes.length === group.axes.length);
  });
  return Math.max(
    1,
    full.reduce((sum, at) => sum + Math.max(valueBytes(group.columns[at] as TableColumn), sequenceBytes(group, at)), 0),
  );
}

/** Bytes of a sequence, where its file knows how long it may be. */
function sequenceBytes({ columns, segments }: TableGroup, at: number): number {
  const type = columns[at]?.field.type;
  if (type?.kind !== "list" || type.size !== undefined) return 0;
  return Math.max(0, ...segments.slice(0, 1).map(({ pieces }) => pieces[at]?.elementSize ?? 0));
}
