import type { Archive, TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { bindExpr } from "../expr/bind.js";
import { hintOfNames } from "../expr/near-names.js";
import type { Expr } from "../expr/nodes.js";
import { columnsOf, conjoin } from "../expr/walk.js";
import { type LogicalNode, type LogicalPlan, PLAN_VERSION, type SinkSpec } from "./nodes.js";
import { type AskedPartition, bindPartition } from "./partition-keys.js";
import { columnsOfKey, type SortKey } from "./sort-keys.js";
import { boxPredicate, type GeoBox, timePredicate } from "./subset.js";
import { exprColumnsOf } from "./table-source.js";

export interface ConvertRequest {
  /** Data columns in the output; default: all. Others may be read for `where` alone. */
  readonly vars?: readonly string[];
  readonly bbox?: GeoBox;
  /** `START/END`, ISO 8601, in the data's own calendar. */
  readonly time?: string;
  /** As parsed: names and dates are resolved here, for every table. */
  readonly where?: Expr;
  /** Default: as stored. */
  readonly order?: "storage" | "array";
  /** In place of `order`. A table that lacks one of the columns keeps its order. */
  readonly sortBy?: readonly SortKey[];
  /** Folders of a table that has the columns; others are left whole. */
  readonly partitionBy?: readonly AskedPartition[];
  readonly sink: SinkSpec;
}

/**
 * What a conversion asks for, one tree per table: scan, filter, project, write. A table that lacks a coordinate or column of
 * the subset is left whole.
 *
 * @throws `usage` for a column that no table has, `unsupported` for a variable that cannot be one, a subset that no table can take, and what binding throws
 */
export function buildConvertPlan(archive: Archive, request: ConvertRequest): LogicalPlan {
  const tables = chooseTables(archive, request.vars);
  const where = new Map(tables.map((table) => [table, wherePredicate(table, request.where)] as const));
  const box = new Map(tables.map((table) => [table, request.bbox ? boxPredicate(table, request.bbox) : null] as const));
  const time = new Map(
    tables.map((table) => [table, request.time === undefined ? null : timePredicate(table, request.time)] as const),
  );
  if (request.where) requireSome(where, tables, request.where, archive.outsiders);
  if (request.bbox && ![...box.values()].some((predicate) => predicate))
    throw noCoordinates(archive, "--bbox needs longitudes and latitudes in degrees, and no table has both");
  if (request.time !== undefined && ![...time.values()].some((predicate) => predicate))
    throw noCoordinates(archive, "--time needs times with dates, and no table has any");
  if (request.sortBy && !tables.some((table) => sortKeysOf(table, request.sortBy ?? [])))
    throw noSortColumn(tables, request.sortBy);
  const { partitionBy } = request;
  const partitions = new Map(tables.map((table) => [table, partitionBy && bindPartition(table, partitionBy)] as const));
  if (partitionBy && ![...partitions.values()].some((keys) => keys)) throw noPartitionColumn(tables, partitionBy);
  const roots = tables.map((table): LogicalNode => {
    const terms = [box.get(table), time.get(table), where.get(table)].filter((term) => term !== null && term !== undefined);
    const predicate = conjoin(terms.map((term) => bindExpr(term, exprColumnsOf(table))));
    const scan: LogicalNode = { op: "scan", table: table.name, columns: null, claimed: [], selection: null };
    const filtered: LogicalNode = predicate ? { op: "filter", input: scan, predicate } : scan;
    const columns = outputOf(table, request.vars).map((name) => ({ name, source: name }));
    const projected: LogicalNode = { op: "project", input: filtered, columns };
    const ordered: LogicalNode = request.order === "array" ? { op: "rechunk", input: projected, order: "array" } : projected;
    const keys = request.sortBy && sortKeysOf(table, request.sortBy);
    const sorted: LogicalNode = keys ? { op: "sort", input: ordered, keys } : ordered;
    const partition = partitions.get(table);
    const path = tables.length === 1 ? "" : table.name;
    return { op: "write", input: sorted, sink: request.sink, path, ...(partition && { partition }) };
  });
  return { kind: "graticule-plan", version: PLAN_VERSION, roots };
}

/** The keys with the columns as the table names them; null where it lacks one. */
function sortKeysOf({ columns }: TableGroup, keys: readonly SortKey[]): readonly SortKey[] | null {
  const names = columns.map(({ field }) => field.name);
  const named = (name: string): string | undefined =>
    names.find((own) => own === name) ?? names.find((own) => own.toLowerCase() === name.toLowerCase());
  const bound: SortKey[] = [];
  for (const key of keys) {
    const [first, second] = columnsOfKey(key).map(named);
    if (first === undefined || (key.kind === "hilbert" && second === undefined)) return null;
    bound.push(key.kind === "column" ? { ...key, column: first } : { ...key, x: first, y: second as string });
  }
  return bound;
}

function noSortColumn(tables: readonly TableGroup[], keys: readonly SortKey[]): GraticuleError {
  const all = [...new Set(tables.flatMap(({ columns }) => columns.map(({ field }) => field.name)))];
  const wanted = keys.flatMap(columnsOfKey);
  const unknown = wanted.find((name) => !all.some((own) => own.toLowerCase() === name.toLowerCase()));
  if (unknown === undefined) return new GraticuleError("usage", `--sort-by: no table has all of the columns ${wanted.join(", ")}`);
  return new GraticuleError("usage", `--sort-by: no table has a column "${unknown}"`, { hint: hintOfNames(unknown, all) });
}

function noPartitionColumn(tables: readonly TableGroup[], asked: readonly AskedPartition[]): GraticuleError {
  const all = [...new Set(tables.flatMap(({ columns }) => columns.map(({ field }) => field.name)))];
  const lacking = asked.find((one) => tables.every((table) => bindPartition(table, [one]) === null));
  if (!lacking) return new GraticuleError("usage", "--partition-by: no table has all of the columns");
  return new GraticuleError("usage", `--partition-by ${lacking.text}: no table has such a column`, {
    hint: hintOfNames(lacking.args?.[0] ?? lacking.name, all),
  });
}

function noCoordinates({ members, tables }: Archive, problem: string): GraticuleError {
  const found = [...new Set(tables.flatMap(({ columns }) => columns.filter((c) => c.role !== "data").map((c) => c.field.name)))];
  return new GraticuleError("usage", problem, {
    ...(members.length === 1 && members[0] && { file: members[0].url }),
    hint: `there are ${found.join(", ") || "no coordinates"}: --where takes any column, as in --where "${found[0] ?? "value"} < 10"`,
  });
}

/** Tables with at least one of the wanted data columns. */
function chooseTables({ tables, outsiders }: Archive, vars: readonly string[] | undefined): readonly TableGroup[] {
  if (!vars) return tables;
  const data = tables.flatMap((table) => dataOf(table));
  const unknown = vars.find((name) => !data.includes(plainName(name)));
  if (unknown !== undefined) {
    refuseOutsider(unknown, outsiders);
    refuseCoordinate(unknown, tables);
    throw new GraticuleError("usage", `no table has a data column "${unknown}"`, { hint: hintOfNames(unknown, data) });
  }
  return tables.filter((table) => outputOf(table, vars).some((name) => dataOf(table).includes(name)));
}

/** @throws `usage` where a table has the column in any case */
function refuseCoordinate(name: string, tables: readonly TableGroup[]): void {
  const holds = ({ columns }: TableGroup): boolean => columns.some(({ field }) => field.name === plainName(name));
  const table = tables.find(holds);
  if (!table) return;
  throw new GraticuleError("usage", `"${name}" is no data column but a coordinate of the table ${table.name}`, {
    variable: name,
    hint: "coordinates are in the output in any case: --vars names data columns, which `graticule inspect` lists",
  });
}

function dataOf(table: TableGroup): string[] {
  return table.columns.flatMap((column) => (column.role === "data" ? namesOf(column) : []));
}

function namesOf({ field, alsoNamed = [] }: TableColumn): readonly string[] {
  return [field.name, ...alsoNamed.map(plainName)];
}

function outputOf(table: TableGroup, vars: readonly string[] | undefined): string[] {
  const wanted = vars && new Set(vars.map(plainName));
  const kept = table.columns.filter(
    (column) => column.role !== "data" || !wanted || namesOf(column).some((name) => wanted.has(name)),
  );
  return kept.map((column) => column.field.name);
}

/** A path names the column of its last part. */
function plainName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Null where the table lacks a column of the predicate. */
function wherePredicate(table: TableGroup, where: Expr | undefined): Expr | null {
  if (!where) return null;
  const names = new Set(table.columns.map((column) => column.field.name.toLowerCase()));
  return columnsOf(where).every((name) => names.has(name.toLowerCase())) ? where : null;
}

/** @throws `unsupported` where the files have the variable, and no table does */
function refuseOutsider(name: string, outsiders: Archive["outsiders"] = []): void {
  const outside = outsiders.find(({ path }) => path === name || plainName(path).toLowerCase() === plainName(name).toLowerCase());
  if (outside)
    throw new GraticuleError("unsupported", `${outside.path} cannot be a column: ${outside.reason}`, {
      file: outside.file,
      variable: outside.path,
      hint: "leave it out; `--with scalars` makes columns of variables without dimensions",
    });
}

function requireSome(
  found: ReadonlyMap<TableGroup, Expr | null>,
  tables: readonly TableGroup[],
  where: Expr,
  outsiders: Archive["outsiders"],
): void {
  if ([...found.values()].some((predicate) => predicate)) return;
  const all = [...new Set(tables.flatMap((table) => table.columns.map((column) => column.field.name)))];
  const known = new Set(all.map((name) => name.toLowerCase()));
  const unknown = columnsOf(where).find((name) => !known.has(name.toLowerCase()));
  if (unknown !== undefined) {
    refuseOutsider(unknown, outsiders);
    throw new GraticuleError("usage", `no table has a column "${unknown}"`, { hint: hintOfNames(unknown, all) });
  }
  throw new GraticuleError("usage", `no table has all of the columns ${columnsOf(where).join(", ")}`, {
    hint: "convert the tables separately, each with a predicate over its own columns",
  });
}
