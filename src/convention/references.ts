import type { ArrayVariable } from "../format/contract.js";
import { pairsOf, textOf, wordsOf } from "./attribute-value.js";
import type { Scope } from "./scope.js";

/** Which variables a variable's attributes name. */
export interface References {
  readonly bounds?: ArrayVariable;
  readonly gridMappings: readonly ArrayVariable[];
  readonly cellMeasures: readonly ArrayVariable[];
  readonly ancillary: readonly ArrayVariable[];
  readonly coordinates: readonly ArrayVariable[];
  readonly terms: readonly ArrayVariable[];
}

const ELSEWHERE = "is in other groups alone, and not once over these dimensions";

/** @param warn told of names that lead nowhere (cell measures may lie in another file: CF-1.12 section 2.6.3) */
export function readReferences(variable: ArrayVariable, scope: Scope, warn: (text: string) => void): References {
  const text = (name: string) => textOf(variable.attributes, name);
  const find = (attribute: string, names: readonly string[], quiet = false): ArrayVariable[] => {
    const found: ArrayVariable[] = [];
    for (const name of names) {
      const target = scope.find(name, variable) ?? (attribute === "coordinates" ? scope.findBeside(name, variable) : undefined);
      if (target) found.push(target);
      else if (!quiet) warn(`${attribute} names "${name}", which ${scope.has(name) ? ELSEWHERE : "the file does not have"}`);
    }
    return found;
  };
  const boundsName = text("bounds") ?? text("climatology");
  const [bounds] = boundsName ? find(variable.attributes.has("bounds") ? "bounds" : "climatology", [boundsName]) : [];
  const mapping = text("grid_mapping");
  const mappings = mapping === undefined ? [] : mapping.includes(":") ? pairsOf(mapping).map(([key]) => key) : [mapping];
  return {
    ...(bounds && { bounds }),
    gridMappings: find(
      "grid_mapping",
      mappings.filter((name) => name !== ""),
    ),
    cellMeasures: find(
      "cell_measures",
      pairsOf(text("cell_measures") ?? "").flatMap(([, words]) => words),
      true,
    ),
    ancillary: find("ancillary_variables", wordsOf(text("ancillary_variables"))),
    coordinates: find("coordinates", wordsOf(text("coordinates"))).filter((target) => target !== variable),
    terms: find(
      "formula_terms",
      pairsOf(text("formula_terms") ?? "").flatMap(([, words]) => words),
    ),
  };
}
