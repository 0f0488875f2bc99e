import type { Coordinate, FileDescription, VariableDescription } from "./description.js";

/** A dimension as one file has it. */
export interface FragmentAxis {
  readonly dim: string;
  readonly name: string;
  readonly length: number;
  readonly unlimited: boolean;
  /** Absent where the dimension has no coordinate variable, and is counted instead. */
  readonly coordinate?: { readonly variable: VariableDescription; readonly values: Coordinate };
}

export interface FragmentScalar {
  readonly variable: VariableDescription;
  readonly values: Coordinate;
}

/** What one file gives to one table. */
export interface Fragment {
  /** Position in the archive's files. */
  readonly file: number;
  /** Equal for equal sets of dimensions. */
  readonly key: string;
  readonly axes: readonly FragmentAxis[];
  readonly data: readonly VariableDescription[];
  readonly auxiliaries: readonly VariableDescription[];
  readonly scalars: readonly FragmentScalar[];
  /** Grid mappings and bounds, for the footer. */
  readonly notes: readonly VariableDescription[];
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * The tables of a file: one per set of dimensions of its data variables, in the order of the first of each.
 * @param coordinatesOnly no file of the archive has data: auxiliary coordinates, and coordinates over dimensions that those do
 * not have, take their place
 */
export function fragmentsOf(file: FileDescription, index: number, coordinatesOnly: boolean): Fragment[] {
  const auxiliaries = file.variables.filter((variable) => variable.role === "auxiliary");
  const sets = new Map<string, VariableDescription[]>();
  for (const variable of coordinatesOnly ? leadersOf(file) : file.variables.filter(isData)) {
    const key = keyOf(variable.dims);
    const own = sets.get(key);
    if (own) own.push(variable);
    else sets.set(key, [variable]);
  }
  const scalars = file.variables.flatMap((variable): FragmentScalar[] => {
    const values = variable.role === "scalar" ? file.values.get(variable.path) : undefined;
    return values ? [{ variable, values }] : [];
  });
  const notes = file.variables.filter((variable) => variable.role === "grid_mapping" || variable.role === "bounds");
  return [...sets].map(([key, variables]) => {
    const first = variables[0] as VariableDescription;
    const dims = new Set(first.dims);
    return {
      file: index,
      key,
      axes: first.dims.map((dim, d) => axisOf(file, dim, first.dimNames[d] as string, first.shape[d] as number)),
      data: coordinatesOnly ? [] : variables,
      auxiliaries: auxiliaries.filter((variable) => variable.dims.every((dim) => dims.has(dim))),
      scalars,
      notes: notes.filter((note) => note.role === "grid_mapping" || note.dims.some((dim) => dims.has(dim))),
      attributes: file.attributes,
    };
  });
}

export function isData(variable: VariableDescription): boolean {
  return variable.role === "data";
}

/** Coordinates that no table of the file shows. */
export function unshown(file: FileDescription, fragments: readonly Fragment[]): VariableDescription[] {
  const shown = new Set(fragments.flatMap((fragment) => fragment.auxiliaries.map((variable) => variable.path)));
  return file.variables.filter((variable) => variable.role === "auxiliary" && !shown.has(variable.path));
}

function leadersOf(file: FileDescription): VariableDescription[] {
  const auxiliaries = file.variables.filter((variable) => variable.role === "auxiliary");
  const covered = new Set(auxiliaries.flatMap((variable) => variable.dims));
  const alone = file.variables.filter((variable) => variable.role === "coordinate" && !covered.has(variable.dims[0] as string));
  return [...auxiliaries, ...alone];
}

function axisOf(file: FileDescription, dim: string, name: string, length: number): FragmentAxis {
  const variable = file.variables.find((candidate) => candidate.role === "coordinate" && candidate.dims[0] === dim);
  const values = variable && file.values.get(variable.path);
  const axis = { dim, name, length, unlimited: file.unlimited.has(dim) };
  return variable && values ? { ...axis, coordinate: { variable, values } } : axis;
}

function keyOf(dims: readonly string[]): string {
  return [...dims].sort().join("\0");
}
