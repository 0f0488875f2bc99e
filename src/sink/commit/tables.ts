import { GraticuleError } from "../../errors.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import type { PhysicalPlan } from "../../plan/run.js";
import type { ColumnType } from "../../schema/field.js";
import type { DestinationLayout } from "./layout.js";
import { readLatest, type StoredTable } from "./snapshot.js";

export function storedTables(plan: PhysicalPlan, descriptions: readonly FileDescription[]): StoredTable[] {
  return plan.tables.map(({ group, path }, t) => ({
    name: group.name,
    path,
    columns: (descriptions[t]?.fields ?? []).map(({ name, type }) => ({ name, type: typeText(type) })),
  }));
}

/**
 * The run with its tables in the folders where the dataset has them: a file with one of several tables adds to that one's.
 *
 * @throws `conflict` where what is added does not look like what is there: no reader could take the folder for one dataset
 */
export function alignWithDataset(
  layout: DestinationLayout,
  plan: PhysicalPlan,
  descriptions: readonly FileDescription[],
): PhysicalPlan {
  const latest = readLatest(layout);
  if (!latest) return plan;
  const known = new Map(latest.tables.map((table) => [table.name, table]));
  const tables = storedTables(plan, descriptions).map((added, t) => {
    const there = known.get(added.name);
    if (!there)
      throw new GraticuleError("conflict", `the dataset has no table "${added.name}" to add to`, {
        file: layout.dest,
        hint: `its tables are ${[...known.keys()].join(", ")}; --table or --vars choose among those of the inputs`,
      });
    if (columnsText(there) !== columnsText(added))
      throw new GraticuleError(
        "conflict",
        `table "${added.name}" has the columns ${columnsText(there)}; what would be added has ${columnsText(added)}`,
        { file: layout.dest, hint: "add with the same --vars and --rename, or to another destination" },
      );
    return { ...(plan.tables[t] as PhysicalPlan["tables"][number]), path: there.path };
  });
  return { ...plan, tables };
}

function columnsText(table: StoredTable): string {
  return table.columns.map(({ name, type }) => `${name} ${type}`).join(", ");
}

function typeText(type: ColumnType): string {
  if (type.kind === "number") return type.name;
  return type.kind === "list" ? `list<${typeText(type.item)}>` : type.kind;
}
