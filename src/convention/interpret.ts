import type { ArrayVariable, Dataset } from "../format/contract.js";
import type { NumericName } from "../schema/dtype.js";
import { numbersOf, textOf, wordsOf } from "./attribute-value.js";
import { readAxis, readPositive } from "./axis.js";
import { itemsOf } from "./items.js";
import type { DatasetMeaning, Flags, Role, VariableMeaning } from "./meaning.js";
import { readMissing, readValidLimits } from "./read-missing.js";
import { readPacking } from "./read-packing.js";
import { readTime } from "./read-time.js";
import { type References, readReferences } from "./references.js";
import { assignRoles } from "./roles.js";
import { cellDimPathsOf, groupOf, isWithin, scopeOf } from "./scope.js";
import { defaultFillOf } from "./stored-number.js";
import { applyUnsigned, numericType } from "./stored-type.js";

/** What the attributes of a dataset say (CF-1.12), never what its names suggest. Attributes of the wrong type are warnings. */
export function interpretDataset(dataset: Dataset): DatasetMeaning {
  const { variables } = dataset;
  const scope = scopeOf(variables);
  const warnings = new Map<string, string[]>(variables.map((variable) => [variable.path, []]));
  const warner = (variable: ArrayVariable) => (text: string) => {
    warnings.get(variable.path)?.push(text);
  };
  const references = new Map(variables.map((v) => [v.path, readReferences(v, scope, warner(v))] as const));
  const roles = assignRoles(variables, references, namedByGroups(dataset));
  const auxiliary = variables.filter((variable) => roles.get(variable.path) === "auxiliary");
  const isNetcdf = dataset.format.startsWith("netcdf");
  const meanings = new Map<string, VariableMeaning>();
  for (const variable of variables) {
    const own = references.get(variable.path) as References;
    const role = roles.get(variable.path) as Role;
    const meaning = {
      ...readDescription(variable, role, own),
      ...readNumbers(variable, isNetcdf, warner(variable)),
      ...(variable.dtype.name === "vlen" && { items: readNumbers(itemsOf(variable), false, warner(variable)) }),
      coordinates: role === "data" || role === "quality" ? belongingTo(variable, own, auxiliary) : [],
      warnings: warnings.get(variable.path) as string[],
    };
    const axis = readAxis(variable, role, meaning.time !== undefined);
    meanings.set(variable.path, axis ? { ...meaning, axis } : meaning);
  }
  const all = [...meanings.values()].flatMap((meaning) => meaning.warnings.map((text) => `${meaning.path}: ${text}`));
  return { variables: meanings, warnings: all };
}

function namedByGroups(dataset: Dataset): ReadonlySet<string> {
  const named = new Set<string>();
  for (const group of dataset.groups) {
    const prefix = group.path === "/" ? "/" : `${group.path}/`;
    for (const word of wordsOf(textOf(group.attributes, "coordinates"))) named.add(prefix + word);
  }
  return named;
}

function readDescription(variable: ArrayVariable, role: Role, own: References) {
  const text = (name: string) => textOf(variable.attributes, name);
  const [units, standardName, longName, cellMethods] = [
    text("units"),
    text("standard_name"),
    text("long_name"),
    text("cell_methods"),
  ];
  const positive = readPositive(variable);
  const flags = readFlags(variable);
  const [gridMapping] = own.gridMappings;
  return {
    path: variable.path,
    role,
    ...(units !== undefined && { units }),
    ...(standardName !== undefined && { standardName }),
    ...(longName !== undefined && { longName }),
    ...(cellMethods !== undefined && { cellMethods }),
    ...(positive && { positive }),
    ...(own.bounds && { bounds: own.bounds.path }),
    ...(gridMapping && { gridMapping: gridMapping.path }),
    ...(flags && { flags }),
  };
}

type NumberMeaning = Pick<
  VariableMeaning,
  "stored" | "decoded" | "unsigned" | "missing" | "validMin" | "validMax" | "validDomain" | "defaultFill" | "packing" | "time"
>;

function readNumbers(variable: ArrayVariable, isNetcdf: boolean, warn: (text: string) => void): NumberMeaning {
  const stored = applyUnsigned(variable, warn);
  if (stored === undefined) return { missing: [] };
  const plain = variable.dtype.name === "bool" || variable.dtype.name === "enum";
  const changed = stored !== numericType(variable.dtype);
  const reinterpret = changed;
  const packing = plain ? undefined : readPacking(variable, stored, warn);
  const valid = readValidLimits(variable, stored, packing !== undefined, reinterpret, warn);
  const time = readTime(variable, warn);
  const fill = isNetcdf && !variable.attributes.has("_FillValue") && !plain ? defaultFillOf(stored) : undefined;
  return {
    stored,
    decoded: packing?.target ?? decodedType(stored),
    ...(changed && { unsigned: stored.startsWith("u") }),
    missing: readMissing(variable, stored, reinterpret, warn),
    ...valid,
    ...(fill !== undefined && { defaultFill: fill }),
    ...(packing && { packing }),
    ...(time && { time }),
  };
}

function decodedType(stored: NumericName): Exclude<NumericName, "float16"> {
  return stored === "float16" ? "float32" : stored;
}

/** Auxiliary coordinates over the variable's dimensions, in its group or above, and the scalars that it names itself. */
function belongingTo(variable: ArrayVariable, own: References, auxiliary: readonly ArrayVariable[]): string[] {
  const dims = new Set(variable.dimPaths);
  const named = new Set(own.coordinates);
  const belongs = (candidate: ArrayVariable) => {
    if (candidate === variable) return false;
    const paths = cellDimPathsOf(candidate);
    if (!paths.every((path) => dims.has(path))) return false;
    return named.has(candidate) || (paths.length > 0 && isWithin(groupOf(variable.path), groupOf(candidate.path)));
  };
  return auxiliary.filter(belongs).map((candidate) => candidate.path);
}

function readFlags(variable: ArrayVariable): Flags | undefined {
  const meanings = wordsOf(textOf(variable.attributes, "flag_meanings"));
  if (meanings.length === 0) return undefined;
  const values = numbersOf(variable.attributes.get("flag_values"));
  const masks = numbersOf(variable.attributes.get("flag_masks"));
  return { meanings, ...(values && { values }), ...(masks && { masks }) };
}
