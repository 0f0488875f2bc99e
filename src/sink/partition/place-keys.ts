import type { TableColumn } from "../../archive/model.js";
import type { TablePlan } from "../../plan/run.js";
import type { PlacedKey } from "./split-by-keys.js";

/** The keys of a table with the columns that stand behind its output. */
export function placeKeys({ group, partition = [], also = [] }: Pick<TablePlan, "group" | "partition" | "also">): PlacedKey[] {
  return partition.map((key) => ({
    key,
    columns: key.columns.map((name) => {
      const at = also.findIndex((own) => own.name === name);
      const { time } = group.columns[also[at]?.column ?? -1] as TableColumn;
      return { at, ...(time && { time }) };
    }),
  }));
}
