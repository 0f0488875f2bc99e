import { columnsOf } from "../expr/walk.js";
import type { ScanTable } from "./scan-table.js";

/** Positions of the columns that the output or the residual needs, ascending. */
export function wantedColumns(table: ScanTable): number[] {
  const names = new Set(table.residual ? columnsOf(table.residual) : []);
  const wanted = new Set([...table.output, ...(table.also ?? [])].map(({ column }) => column));
  for (const [at, column] of table.group.columns.entries()) if (names.has(column.field.name)) wanted.add(at);
  return [...wanted].sort((a, b) => a - b);
}
