import { decodeKnown } from "../archive/known-values.js";
import type { TableGroup } from "../archive/model.js";
import { formatTimestamp } from "../calendar/format-time.js";
import type { PhysicalPlan } from "../plan/run.js";

/** A subset that keeps no cell is legal, and mostly a slip in its numbers: which tables, and what their coordinates are. */
export function emptyTables(run: PhysicalPlan): string[] {
  return run.tables.flatMap((table, at) => {
    const { group, selection } = table;
    if (group.axes.some(({ length }) => length === 0)) return [];
    if (run.tasks.some((task) => task.table === at && task.rows > 0)) return [];
    const missed = group.axes.flatMap((_, axis) => (selection[axis]?.every((range) => range.stop <= range.start) ? [axis] : []));
    const ranges = missed.map((axis) => rangeOf(group, axis)).filter((text) => text !== null);
    return [`the subset keeps no cell of ${group.name}${ranges.length ? ` (${ranges.join(", ")})` : ""}`];
  });
}

/** Where the coordinate of an axis begins and ends. */
function rangeOf(group: TableGroup, axis: number): string | null {
  const { column, length } = group.axes[axis] as TableGroup["axes"][number];
  const own = group.columns[column];
  if (!own?.values) return null;
  const { values } = decodeKnown(own.values, length);
  const show = (value: unknown): string =>
    own.field.type.kind === "timestamp" && typeof value === "bigint" ? formatTimestamp(value) : String(value);
  return `${own.field.name} runs from ${show(values[0])} to ${show(values[values.length - 1])}`;
}
