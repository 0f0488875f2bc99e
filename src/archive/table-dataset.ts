import type { ArrayVariable, Dataset } from "../format/contract.js";
import type { DType } from "../schema/dtype.js";
import { complexParts, isComplex } from "./complex-parts.js";
import { worldCoordinatesOf } from "./sky-variables.js";

/** What a variable is a part of, where the file holds several columns in one variable. */
export interface Origin {
  readonly variable: ArrayVariable;
  /** Name of the column: the field's inside its compound, with that one's name in front where several share a table. */
  readonly name: string;
  /** Name of the compound, where it is not in front. */
  readonly within?: string;
}

/** A dataset as tables see it: every variable makes one column at most. */
export interface TableDataset extends Dataset {
  /** By path: of the variables that are parts of the file's own. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Fields of fields of fields, and no end. */
const MOST_DEPTH = 32;

/**
 * Compounds become their fields, complex numbers their two parts; they stand where the whole stood. Behind all stand the world
 * coordinates of FITS images, which are computed.
 */
export function tableDataset(dataset: Dataset): TableDataset {
  const origins = new Map<string, Origin>();
  const records = new Map<string, number>();
  for (const variable of dataset.variables)
    if (isRecord(variable) && variable.aliasOf === undefined) records.set(keyOf(variable), (records.get(keyOf(variable)) ?? 0) + 1);
  const variables = dataset.variables.flatMap((variable) => {
    const isAlone = isRecord(variable) && (records.get(keyOf(variable)) ?? 0) < 2;
    return [...leavesOf(variable, isAlone ? "" : variable.name, 0)].map(({ leaf, name }) => {
      if (leaf !== variable) origins.set(leaf.path, { variable, name, ...(isAlone && { within: variable.name }) });
      return leaf;
    });
  });
  const { format, container, version, source, dimensions, groups, error } = dataset;
  const world = worldCoordinatesOf(dataset);
  return {
    ...{ format, container, version, source, dimensions, groups, origins, ...(error && { error }) },
    variables: [...variables, ...world.variables],
    warnings: [...dataset.warnings, ...world.warnings],
    close: () => dataset.close(),
  };
}

function isRecord({ dtype }: ArrayVariable): boolean {
  return dtype.name === "compound" && !isPair(dtype);
}

/** Equal for those that share a table. */
function keyOf({ dimPaths }: ArrayVariable): string {
  return [...dimPaths].sort().join("\0");
}

/** @param name of the variable as a column, "" for a compound that names nothing */
function* leavesOf(variable: ArrayVariable, name: string, depth: number): Iterable<{ leaf: ArrayVariable; name: string }> {
  const { dtype, path } = variable;
  const fields = dtype.name === "compound" && depth < MOST_DEPTH ? (variable.fields ?? []) : [];
  const [re, im] = fields;
  if (re && im && isPair(dtype)) yield* partsOf([re, im], name);
  else if (fields.length > 0)
    for (const field of fields) {
      const own = field.path.slice(path.length + 1);
      yield* leavesOf(field, name === "" ? own : `${name}.${own}`, depth + 1);
    }
  else if (isComplex(variable)) yield* partsOf(complexParts(variable), name);
  else yield { leaf: variable, name };
}

function partsOf([re, im]: readonly [ArrayVariable, ArrayVariable], name: string) {
  return [
    { leaf: re, name: `${name}_re` },
    { leaf: im, name: `${name}_im` },
  ];
}

/** Complex numbers as h5py and netCDF4-python write them: structures of two floats. */
function isPair({ fields }: DType): boolean {
  const [re, im, ...others] = fields ?? [];
  if (!re || !im || others.length > 0 || re.shape || im.shape) return false;
  return isFloat(re.dtype) && re.dtype.name === im.dtype.name && ["r i", "real imag", "re im"].includes(`${re.name} ${im.name}`);
}

function isFloat({ name }: DType): boolean {
  return name === "float32" || name === "float64";
}
