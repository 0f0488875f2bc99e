import type { ArrayVariable } from "../format/contract.js";
import { textOf } from "./attribute-value.js";
import { isGeographic } from "./axis.js";
import type { Role } from "./meaning.js";
import type { References } from "./references.js";

/**
 * The role of each variable, by path. The first that holds, in the order of this function, counts.
 * @param namedByGroups what a `coordinates` attribute of a group names: xarray's way for those that no variable names
 */
export function assignRoles(
  variables: readonly ArrayVariable[],
  references: ReadonlyMap<string, References>,
  namedByGroups: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, Role> {
  const bounds = boundsOf(variables, references);
  const named = (pick: (of: References) => readonly ArrayVariable[]) =>
    new Set([...references.values()].flatMap((of) => pick(of).map((target) => target.path)));
  const mappings = named((of) => of.gridMappings);
  const measures = named((of) => of.cellMeasures);
  const coordinates = named((of) => of.coordinates);
  const terms = named((of) => of.terms);
  const ancillary = named((of) => of.ancillary);
  const roleOf = (variable: ArrayVariable): Role => {
    const { path } = variable;
    if (variable.role) return variable.role;
    if (bounds.has(path)) return "bounds";
    // Some products put the projection's attributes on the data themselves: values over a grid stay data.
    const isBare = variable.dims.length <= 1;
    if (isBare && (mappings.has(path) || variable.attributes.has("grid_mapping_name"))) return "grid_mapping";
    if (measures.has(path)) return "cell_measure";
    if (isCoordinateVariable(variable)) return "coordinate";
    if (coordinates.has(path) || namedByGroups.has(path)) return "auxiliary";
    if (variable.dims.length - (variable.cellDims ?? 0) === 2 && isGeographic(textOf(variable.attributes, "units")))
      return "auxiliary";
    if (terms.has(path) && variable.dims.length <= 1) return "auxiliary";
    return ancillary.has(path) || isStatusFlag(variable) ? "quality" : "data";
  };
  return new Map(variables.map((variable) => [variable.path, roleOf(variable)] as const));
}

/** One-dimensional with the name of its dimension; text counts without its last dimension (CF-1.12 section 5, NUG). */
function isCoordinateVariable(variable: ArrayVariable): boolean {
  const rank = variable.dtype.name === "char" && variable.dims.length === 2 ? 1 : variable.dims.length;
  return rank === 1 && variable.dims[0] === variable.name;
}

/** What `bounds` and `climatology` name, and what formula_terms of those name beyond the terms of the coordinate itself. */
function boundsOf(variables: readonly ArrayVariable[], references: ReadonlyMap<string, References>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const variable of variables) {
    const own = references.get(variable.path);
    if (!own?.bounds) continue;
    found.add(own.bounds.path);
    const terms = new Set(own.terms.map((term) => term.path));
    for (const term of references.get(own.bounds.path)?.terms ?? []) if (!terms.has(term.path)) found.add(term.path);
  }
  return found;
}

function isStatusFlag(variable: ArrayVariable): boolean {
  const flags = variable.attributes.has("flag_values") || variable.attributes.has("flag_masks");
  return flags && /\b(status_flag|quality_flag)\b/.test(textOf(variable.attributes, "standard_name") ?? "");
}
