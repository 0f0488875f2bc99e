import { GraticuleError } from "../errors.js";
import type { FileDescription, TableRole } from "./description.js";
import type { Outsider } from "./model.js";
import { listOfVariables } from "./warnings.js";

/** Why a variable of the role makes no table. */
const REASONS: Readonly<Partial<Record<TableRole, string>>> = {
  scalar: "without a dimension",
  bounds: "bounds of a coordinate",
  grid_mapping: "a grid mapping",
};

/** Variables that are in no table of any file. */
export function outsidersOf(files: readonly FileDescription[]): Outsider[] {
  return files.flatMap(({ member, remarks, variables }) => [
    ...remarks.flatMap(({ path, text, isLeftOut }) => (isLeftOut ? [{ path, reason: text, file: member.url }] : [])),
    ...variables.flatMap(({ path, role }) => {
      const reason = REASONS[role];
      return reason ? [{ path, reason, file: member.url }] : [];
    }),
  ]);
}

/** Files of which nothing becomes a table: what is damaged about them, else every variable with its reason, those that share one together. */
export function noTable(files: readonly FileDescription[]): GraticuleError {
  for (const { damage, member } of files) if (damage) return GraticuleError.fromJSON(damage).at({ file: member.url });
  const groups = new Map<string, Set<string>>();
  const outsiders = outsidersOf(files);
  for (const { path, reason } of outsiders) groups.set(reason, (groups.get(reason) ?? new Set()).add(path));
  const reasons = [...groups].map(([reason, paths]) => `${listOfVariables([...paths])}: ${reason}`);
  const whose = files.length === 1 ? "the file has" : `the ${files.length} files have`;
  const why = reasons.length > 0 ? reasons.join("; ") : `${whose} no variables`;
  return new GraticuleError("unsupported", `nothing here becomes a table: ${why}`, {
    ...(files.length === 1 && files[0] && { file: files[0].member.url }),
    ...(outsiders.length === 1 && outsiders[0] && { variable: outsiders[0].path }),
    hint: "a table needs a variable of numbers or text over dimensions; `graticule inspect` shows what there is",
  });
}
