import type { TableGroup } from "../archive/model.js";
import { listOfVariables } from "../archive/warnings.js";
import { columnsOf } from "../expr/walk.js";
import type { ConvertRequest } from "./build-convert.js";
import { boxPredicate, timePredicate } from "./subset.js";

/** Tables that a filter leaves whole, because they lack what it needs, while others are filtered: a text for each reason. */
export function leftWhole(
  tables: readonly TableGroup[],
  { bbox, time, where }: Pick<ConvertRequest, "bbox" | "time" | "where">,
): string[] {
  const reasons = new Map<string, string[]>();
  const tell = ({ name }: TableGroup, option: string, lack: string): void => {
    const key = `left whole by ${option}: no ${lack}`;
    reasons.set(key, [...(reasons.get(key) ?? []), name]);
  };
  for (const table of tables) {
    if (time !== undefined && !timePredicate(table, time)) tell(table, "--time", "times with dates");
    if (bbox && !boxPredicate(table, bbox)) tell(table, "--bbox", "longitudes and latitudes in degrees");
    if (where) {
      const names = new Set(table.columns.map(({ field }) => field.name.toLowerCase()));
      const lacking = columnsOf(where).filter((name) => !names.has(name.toLowerCase()));
      if (lacking.length > 0) tell(table, "--where", `${lacking.map((name) => `"${name}"`).join(", ")}`);
    }
  }
  return [...reasons].map(([reason, names]) => `${listOfVariables(names)} ${names.length === 1 ? "is" : "are"} ${reason}`);
}
