import type { TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { geographicColumns } from "./subset.js";

/** What rows are parted by, each a level of folders `name=value`. */
export type PartitionKey = {
  /** Of the folders. */
  readonly name: string;
  /** Of the table: one, or longitude and latitude. */
  readonly columns: readonly string[];
} & (
  | { readonly kind: "column" }
  | { readonly kind: "time"; readonly part: TimePart }
  /** Bands of so many units, named by their lower edge. */
  | { readonly kind: "band"; readonly width: number }
  /** Squares of so many degrees, named by their western and southern edge: `-10_40`. */
  | { readonly kind: "cell"; readonly width: number }
);

export type TimePart = "year" | "month" | "day";

/** As it is asked for, before a table says what it has. */
export interface AskedPartition {
  readonly text: string;
  /** What stands before the parentheses. */
  readonly name: string;
  /** What stands in them; null without any. */
  readonly args: readonly string[] | null;
}

const CALL = /^([^\s()",=]+)\s*(?:\(([^()]*)\))?$/;
const TIME_PARTS: readonly string[] = ["year", "month", "day"];
const MOST_KEYS = 16;

/** Reads `year, month`, `lat_band(10)`, `cell(lon, lat, 5)` and names of columns. @throws `usage` */
export function parsePartition(text: string): readonly AskedPartition[] {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parts.length > MOST_KEYS) throw unreadable(text, `more than ${MOST_KEYS} levels`);
  return parts.map((part) => {
    const call = CALL.exec(part);
    if (!call) throw unreadable(text, part === "" ? "a column is missing" : `"${part}"`);
    const args = call[2] === undefined ? null : call[2].split(",").map((arg) => arg.trim());
    return { text: part, name: call[1] as string, args };
  });
}

function unreadable(text: string, what: string): GraticuleError {
  return new GraticuleError("usage", `--partition-by ${text}: ${what}`, { hint: FORMS });
}

const FORMS = "write columns, year, month, day (of a time), lat_band(10), or cell(5), with commas between them";

/** The keys of a table; null where it lacks a column. @throws `usage` for a column that cannot part rows so */
export function bindPartition(group: TableGroup, asked: readonly AskedPartition[]): readonly PartitionKey[] | null {
  const keys = asked.map((one) => bindKey(group, one));
  const bound = keys.flatMap((key) => key ?? []);
  if (bound.length < asked.length) return null;
  const names = bound.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new GraticuleError("usage", `--partition-by: two levels are called "${twice}"`);
  for (const key of bound) refuseClash(group, key);
  return bound;
}

function bindKey(group: TableGroup, { text, name, args }: AskedPartition): PartitionKey | null {
  const column = (wanted: string): TableColumn | undefined =>
    group.columns.find(({ field }) => field.name === wanted) ??
    group.columns.find(({ field }) => field.name.toLowerCase() === wanted.toLowerCase());
  const own = args === null ? column(name) : undefined;
  if (own) return columnKey(own);
  if (TIME_PARTS.includes(name.toLowerCase()) && (args === null || args.length === 1)) {
    const time = args?.[0] === undefined ? timeOf(group) : column(args[0]);
    return time ? timeKey(time, name.toLowerCase() as TimePart) : null;
  }
  const width = Number(args?.at(-1) ?? Number.NaN);
  const isBand = /_band$/i.test(name);
  if (args !== null && (isBand || name === "band" || name === "cell") && !(width > 0 && Number.isFinite(width)))
    throw unreadable(text, "the width is missing, a number above 0");
  if (args !== null && (isBand ? args.length === 1 : name === "band" && args.length === 2)) {
    const banded = column(isBand ? name.slice(0, -"_band".length) : (args[0] as string));
    return banded ? bandKey(banded, width) : null;
  }
  if (name === "cell" && args !== null && (args.length === 1 || args.length === 3)) {
    const [x, y] = args.length === 1 ? geographicColumns(group) : [column(args[0] as string), column(args[1] as string)];
    if (!x || !y) return null;
    for (const one of [x, y]) requireNumbers(one, "cell");
    return { kind: "cell", name: "cell", columns: [x.field.name, y.field.name], width };
  }
  if (args !== null) throw unreadable(text, `no function "${name}" of ${args.length} arguments parts rows`);
  return null;
}

function columnKey({ field: { name, type } }: TableColumn): PartitionKey {
  if (type.kind === "list" || type.kind === "binary")
    throw new GraticuleError("usage", `--partition-by ${name}: its values are no names of folders`, {
      variable: name,
      hint: FORMS,
    });
  return { kind: "column", name, columns: [name] };
}

function timeKey({ field: { name, type }, time }: TableColumn, part: TimePart): PartitionKey {
  if (type.kind !== "timestamp" && !time)
    throw new GraticuleError("usage", `--partition-by ${part}(${name}): it is no time`, { variable: name });
  return { kind: "time", name: part, columns: [name], part };
}

function bandKey(column: TableColumn, width: number): PartitionKey {
  requireNumbers(column, "a band");
  return { kind: "band", name: `${column.field.name}_band`, columns: [column.field.name], width };
}

function requireNumbers({ field: { name, type } }: TableColumn, what: string): void {
  if (type.kind !== "number")
    throw new GraticuleError("usage", `--partition-by: ${what} of "${name}", which is no number`, { variable: name });
}

function timeOf({ columns }: TableGroup): TableColumn | undefined {
  const times = columns.filter(({ axis, field, time }) => axis === "T" && (field.type.kind === "timestamp" || time !== undefined));
  return times.find(({ role }) => role === "coordinate") ?? times[0];
}

/** Readers would see two columns of one name. */
function refuseClash({ columns }: TableGroup, key: PartitionKey): void {
  const taken = columns.find(({ field }) => field.name.toLowerCase() === key.name.toLowerCase());
  if (!taken || (key.kind === "column" && taken.field.name === key.name)) return;
  throw new GraticuleError(
    "usage",
    `--partition-by ${printPartitionKey(key)}: the table has a column "${taken.field.name}" already`,
    {
      hint: `part by that column, or give it another name: --rename ${taken.field.name}=…`,
    },
  );
}

export function printPartitionKey(key: PartitionKey): string {
  const of = key.columns.join(", ");
  switch (key.kind) {
    case "column":
      return of;
    case "time":
      return `${key.part}(${of})`;
    case "band":
      return `band(${of}, ${key.width})`;
    case "cell":
      return `cell(${of}, ${key.width})`;
  }
}
