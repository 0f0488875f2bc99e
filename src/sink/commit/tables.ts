import { decodeKnown } from "../../archive/known-values.js";
import type { TableColumn } from "../../archive/model.js";
import { GraticuleError } from "../../errors.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import { printPartitionKey } from "../../plan/partition-keys.js";
import type { PhysicalPlan, TablePlan } from "../../plan/run.js";
import type { ColumnType, Field } from "../../schema/field.js";
import { sameUnits } from "../../units/convert.js";
import type { DestinationLayout } from "./layout.js";
import { readLatest, type StoredColumn, type StoredTable } from "./snapshot.js";

export function storedTables(plan: PhysicalPlan, descriptions: readonly FileDescription[]): StoredTable[] {
  return plan.tables.map(({ group, path }, t) => ({
    name: group.name,
    path,
    columns: storedColumns(plan.tables[t] as TablePlan, descriptions[t]?.fields ?? []),
    metadata: group.metadata,
    ...(plan.tables[t]?.partition && { partition: plan.tables[t].partition.map(printPartitionKey) }),
  }));
}

/** Fields that are no columns of the table have been computed from some of it. */
function storedColumns({ group, output, geometry }: TablePlan, fields: readonly Field[]): StoredColumn[] {
  const nameOf = new Map(output.map(({ column, name }) => [column, name]));
  const columnOf = new Map(output.map(({ column, name }) => [name, group.columns[column]]));
  return fields.map(({ name, type, metadata }) => {
    const column = columnOf.get(name);
    const attributes = Object.keys(metadata).length > 0 ? { attributes: metadata } : {};
    if (!column) return { name, type: typeText(type), ...(name === geometry?.name && { role: "geometry" }), ...attributes };
    const dims = column.axes.map((axis) => nameOf.get(group.axes[axis]?.column ?? -1) ?? group.axes[axis]?.dim ?? "");
    const step = column.role === "coordinate" ? stepOf(column, group.axes[column.axes[0] as number]?.length ?? 0) : undefined;
    return {
      ...{ name, type: typeText(type), role: column.role, dims },
      ...(column.axis && { axis: column.axis }),
      ...(step !== undefined && { step }),
      ...attributes,
    };
  });
}

/** Places that are off by less than this share of a step are those of rounded numbers. */
const SAME_STEP = 1e-3;

function stepOf({ values, field }: TableColumn, length: number): number | undefined {
  if (!values || length < 2 || field.type.kind !== "number") return undefined;
  const known = decodeKnown(values, length).values;
  const first = Number(known[0]);
  const step = (Number(known[length - 1]) - first) / (length - 1);
  for (let i = 1; i < length; i++)
    if (!(Math.abs(Number(known[i]) - first - i * step) <= Math.abs(step) * SAME_STEP)) return undefined;
  return step === 0 ? undefined : Number(step.toPrecision(7));
}

/** The tables of a dataset to which some have been added: of what the sources say, only what all say alike. */
export function uniteTables(kept: readonly StoredTable[], added: readonly StoredTable[]): StoredTable[] {
  const byName = new Map(added.map((table) => [table.name, table]));
  const known = new Set(kept.map((table) => table.name));
  const united = kept.map((table) => {
    const own = byName.get(table.name);
    return own ? uniteTable(table, own) : table;
  });
  return [...united, ...added.filter((table) => !known.has(table.name))];
}

function uniteTable(kept: StoredTable, added: StoredTable): StoredTable {
  const columns = kept.columns.map((column, i) => {
    const { step, attributes, ...rest } = column;
    const own = added.columns[i];
    const shared = sharedEntries(attributes, own?.attributes);
    return { ...rest, ...(step !== undefined && step === own?.step && { step }), ...(shared && { attributes: shared }) };
  });
  const metadata = sharedEntries(kept.metadata, added.metadata);
  const { partition } = kept;
  return { name: kept.name, path: kept.path, columns, ...(metadata && { metadata }), ...(partition && { partition }) };
}

type Texts = Readonly<Record<string, string>>;

function sharedEntries(a: Texts | undefined, b: Texts | undefined): Texts | undefined {
  return a && b && Object.fromEntries(Object.entries(a).filter(([key, value]) => b[key] === value));
}

/**
 * The run with its tables in the folders where the dataset has them: a file with one of several tables adds to that one's.
 *
 * @throws `conflict` where what is added does not look like what is there: no reader could take the folder for one dataset
 */
export async function alignWithDataset(
  layout: DestinationLayout,
  plan: PhysicalPlan,
  descriptions: readonly FileDescription[],
): Promise<PhysicalPlan> {
  const latest = await readLatest(layout);
  if (!latest) return plan;
  const known = new Map(latest.tables.map((table) => [table.name, table]));
  const tables = storedTables(plan, descriptions).map((added, t) => {
    const there = known.get(added.name);
    if (!there)
      throw new GraticuleError("conflict", `the dataset has no table "${added.name}" to add to`, {
        file: layout.dest,
        hint: `its tables are ${[...known.keys()].join(", ")}; --table or --vars choose among those of the inputs`,
      });
    if (partitionText(there) !== partitionText(added))
      throw new GraticuleError(
        "conflict",
        `table "${added.name}" is parted by ${partitionText(there)}; what would be added is parted by ${partitionText(added)}`,
        { file: layout.dest, hint: "add with the same --partition-by, or to another destination" },
      );
    if (columnsText(there) !== columnsText(added))
      throw new GraticuleError(
        "conflict",
        `table "${added.name}" has the columns ${columnsText(there)}; what would be added has ${columnsText(added)}`,
        { file: layout.dest, hint: "add with the same --vars and --rename, or to another destination" },
      );
    refuseOtherUnits(layout, there, added);
    return { ...(plan.tables[t] as PhysicalPlan["tables"][number]), path: there.path };
  });
  return { ...plan, tables };
}

/** Numbers of two units in one column are none of either. */
function refuseOtherUnits({ dest }: DestinationLayout, there: StoredTable, added: StoredTable): void {
  for (const { name, attributes } of added.columns) {
    const before = there.columns.find((column) => column.name === name)?.attributes?.units;
    const now = attributes?.units;
    if (before === undefined || now === undefined || sameUnits(before, now)) continue;
    throw new GraticuleError("conflict", `${name} is in "${before}"; what would be added is in "${now}"`, {
      file: dest,
      variable: name,
      hint: `--units "${name}=${before}" converts it`,
    });
  }
}

function partitionText({ partition }: StoredTable): string {
  return partition?.join(", ") ?? "nothing";
}

function columnsText(table: StoredTable): string {
  return table.columns.map(({ name, type }) => `${name} ${type}`).join(", ");
}

function typeText(type: ColumnType): string {
  if (type.kind === "number") return type.name;
  return type.kind === "list" ? `list<${typeText(type.item)}>` : type.kind;
}
