import { createHash } from "node:crypto";
import type { Member } from "../archive/model.js";
import type { PhysicalPlan, TablePlan } from "../plan/run.js";

/** What makes two runs the same: recipe, inputs with their versions, what is asked of them, version of the plan. */
export function runIdOf(
  recipe: unknown,
  members: readonly Member[],
  tables: readonly TablePlan[],
  sink: PhysicalPlan["sink"],
  version: number,
): string {
  const inputs = members.map(({ url, size, version: own }) => [url, size, own]);
  const asked = tables.map(({ group, path, output, selection, residual }) => [group.name, path, output, selection, residual]);
  return createHash("sha256")
    .update(JSON.stringify([version, recipe, inputs, sink, asked]))
    .digest("hex");
}
