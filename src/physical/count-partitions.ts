import type { TableColumn } from "../archive/model.js";
import type { PartitionKey } from "../plan/partition-keys.js";
import type { TablePlan } from "../plan/run.js";
import { knownColumnsOf } from "../scan/known-columns.js";
import { cellsOf, clipRuns } from "../scan/runs.js";
import { hiveFolder } from "../sink/partition/hive-path.js";
import { keyTexts } from "../sink/partition/key-texts.js";
import { MOST_PARTITIONS } from "../sink/partition/part-set.js";
import { tooManyPartitions } from "../sink/partition/too-many.js";

/** Axes that are looked at whole; of longer ones the run finds out. */
const MOST_INDICES = 1 << 24;

/**
 * Folders that the rows of a table are parted into, at most; null where values decide that.
 * @throws `usage` for more than {@link MOST_PARTITIONS}
 */
export function countPartitions(table: TablePlan): number | null {
  const { partition = [] } = table;
  if (partition.length === 0) return null;
  const perAxis = new Map<number, string[][]>();
  for (const key of partition)
    for (const name of key.columns) {
      const column = table.group.columns.find(({ field }) => field.name === name);
      const own = column && textsAlong(table, key, column);
      if (!own) return null;
      if (own.axis !== null) perAxis.set(own.axis, [...(perAxis.get(own.axis) ?? []), own.texts]);
    }
  let count = 1;
  for (const columns of perAxis.values()) {
    const first = columns[0] ?? [];
    count *= new Set(first.map((_, i) => columns.map((texts) => texts[i]).join("/"))).size;
  }
  if (count > MOST_PARTITIONS) throw tooManyPartitions(String(count), MOST_PARTITIONS, exampleOf(partition));
  return count;
}

/** Of each kept index of the axis that a known column varies over. */
function textsAlong(table: TablePlan, key: PartitionKey, column: TableColumn): { axis: number | null; texts: string[] } | null {
  const known = knownColumnsOf(table.group);
  const [axis] = column.axes;
  if (!known.has(column)) return null;
  if (axis === undefined) return { axis: null, texts: [] };
  const length = table.group.axes[axis]?.length ?? 0;
  if (length > MOST_INDICES) return null;
  const { values, validity } = known.whole(column);
  const { codes, texts } = keyTexts(key, {
    field: column.field,
    data: values,
    ...(validity && { validity }),
    ...(column.time && { time: column.time }),
  });
  const runs = clipRuns(table.selection[axis] ?? null, { start: 0, stop: length });
  const out = new Array<string>(cellsOf(runs));
  let n = 0;
  for (const { start, stop } of runs) for (let i = start; i < stop; i++) out[n++] = texts[codes[i] as number] ?? "";
  return { axis, texts: out };
}

function exampleOf(partition: readonly PartitionKey[]): string {
  return partition.map(({ name }) => hiveFolder(name, "…")).join("/");
}
