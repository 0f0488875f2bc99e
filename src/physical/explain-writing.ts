import type { TableColumn } from "../archive/model.js";
import { encodingsOf } from "../parquet/choose-encoding.js";
import type { SinkSpec } from "../plan/nodes.js";
import type { TablePlan } from "../plan/run.js";

/** How the columns of a table are written, as far as that is known before their values are. */
export function writingLines(table: TablePlan, sink: SinkSpec): string[] {
  const { group, output, sorted, rowGroupRows = sink.rowGroupRows } = table;
  const asked: string[] = [];
  const factored: string[] = [];
  const byValues = new Map<string, string[]>();
  for (const { column: at, name } of output) {
    const column = group.columns[at] as TableColumn;
    const encoding = sink.encodings?.[name];
    const choices = encodingsOf(column.field.type).join(", ");
    if (encoding) asked.push(`${name} ${encoding}`);
    else if (isFactored(column) && lengthOf(group, column) <= MOST_FACTORED) factored.push(name);
    else byValues.set(choices, [...(byValues.get(choices) ?? []), name]);
  }
  const parts = [
    ...asked.map((text) => `${text} (asked for)`),
    ...(factored.length > 0 ? [`${factored.join(", ")} RLE_DICTIONARY (runs of the axis)`] : []),
    ...[...byValues].map(([choices, names]) => `${names.join(", ")} by the values: ${choices}`),
  ];
  const bloom = sink.bloomFilters?.filter((name) => output.some((own) => own.name === name)) ?? [];
  return [
    `encodings: ${parts.join("; ")}`,
    ...(bloom.length > 0 ? [`Bloom filters: ${bloom.join(", ")}`] : []),
    `row groups: at most ${rowGroupRows} rows, data pages of version ${sink.pageVersion ?? 1}`,
    ...(sorted ? [`sorted inside a row group by ${sorted.map((own) => sortedText(table, own)).join(", ")}`] : []),
  ];
}

/** Values of an axis that are kept as runs; see `encodeFactored`. */
const MOST_FACTORED = 65536;

function lengthOf({ axes }: TablePlan["group"], { axes: own }: TableColumn): number {
  return own.reduce((n, axis) => n * (axes[axis]?.length ?? 1), 1);
}

/** A coordinate whose values are all there is written as runs and dictionary; see `encodeFactored`. */
function isFactored({ values, axes, field }: TableColumn): boolean {
  if (!values || axes.length > 1 || field.type.kind === "bool") return false;
  return values.kind === "index" || (values.kind === "numbers" && values.validity === undefined);
}

function sortedText({ output }: TablePlan, { column, descending }: { column: number; descending: boolean }): string {
  return `${output[column]?.name ?? column}${descending ? " desc" : ""}`;
}
