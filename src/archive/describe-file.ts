import { isGeographic } from "../convention/axis.js";
import { interpretDataset } from "../convention/interpret.js";
import { type DatasetMeaning, hasDates, type VariableMeaning } from "../convention/meaning.js";
import { GraticuleError, isGraticuleError } from "../errors.js";
import type { ArrayVariable, Dataset, ReadContext } from "../format/contract.js";
import { sizeOf } from "../schema/box.js";
import type { ColumnType } from "../schema/field.js";
import { attributesAsText, describeBounds, describeMapping } from "./attribute-text.js";
import { cellRankOf, columnTypeOf, listShapeOf } from "./column-type.js";
import { coordinateOf } from "./coordinate.js";
import type { Coordinate, FileDescription, TableRole, VariableDescription, VariableRemark } from "./description.js";
import { letterDimensions } from "./letter-dimensions.js";
import { readColumn, readTimeKind } from "./read-column.js";
import { type Origin, tableDataset } from "./table-dataset.js";

/** Coordinates longer than this are refused: they are held in memory, and stand in the plan. */
const MAX_COORDINATE = 1 << 25;

/** CF standard names of scalars that place a file among others, where nothing names them as coordinates. */
const PLACING = new Set(["realization", "forecast_period", "forecast_reference_time", "height", "depth", "air_pressure", "region"]);

/**
 * What tables need to know of an open dataset: roles, types, shapes, and the values of coordinates and scalars.
 * @param wants whether a data variable is asked for, by one of the names that it goes by; what is not is neither read nor checked.
 * A further path to a variable counts where it is asked for by name
 * @throws what reading coordinates throws; `unsupported` for coordinates that are too long to hold
 */
export async function describeFile(
  file: Dataset,
  url: string,
  context: ReadContext,
  wants: (names: readonly string[]) => "by name" | "as all" | "no",
): Promise<FileDescription> {
  const dataset = tableDataset(file);
  const meaning = interpretDataset(dataset);
  const letters = letterDimensions(dataset.variables);
  const coordinates = coordinateVariables(dataset, meaning);
  const variables: VariableDescription[] = [];
  const values = new Map<string, Coordinate>();
  const warnings = [...dataset.warnings];
  const remarks: VariableRemark[] = [];
  const leaveOut = ({ path }: ArrayVariable, text: string): number => remarks.push({ path, text, isLeftOut: true });
  if (dataset.error) warnings.push(dataset.error.message);
  for (const variable of dataset.variables) {
    const own = meaning.variables.get(variable.path) as VariableMeaning;
    const origin = dataset.origins.get(variable.path);
    const asked = wants([variable.name, variable.path, ...otherNames(variable, origin), ...titledNames(variable, dataset.groups)]);
    const isOther = !isData(own) || variable.dims.length === 0;
    if ((origin?.variable ?? variable).aliasOf !== undefined ? isOther || asked !== "by name" : !isOther && asked === "no")
      continue;
    remarks.push(...own.warnings.map((text) => ({ path: variable.path, text, isLeftOut: false })));
    const rank = cellRankOf(variable, letters);
    const type = own.role === "grid_mapping" ? { kind: "string" as const } : columnTypeOf(variable, own, rank);
    const problem = problemOf(variable, own, type);
    if (problem !== null || type === null) {
      leaveOut(variable, problem ?? "it has no column type");
      continue;
    }
    const shaped = shapeOf(variable, rank);
    const holdsMany = type.kind === "list" || variable.dtype.name === "vlen";
    if (holdsMany && rank === 0) {
      leaveOut(variable, "a sequence without a dimension");
      continue;
    }
    // Sequences and lists place nothing.
    const role = holdsMany && isRow(own) ? "data" : roleOf(own, shaped.dims.length, coordinates.has(variable.path));
    const isCoordinate = role === "coordinate" && shaped.dims.length === 1;
    if (role === "scalar" || isCoordinate || mayTakePlace(own, role, shaped.dims, meaning, coordinates)) {
      const held = await readHeld(variable, own, shaped.shape, role, context, leaveOut);
      if (!held) continue;
      values.set(variable.path, held);
    }
    const described = { ...describe(variable, own, role, type), ...shaped, ...describeOrigin(variable, origin) };
    variables.push(await withMore(described, variable, own, context, leaveOut));
  }
  return {
    member: { url, size: dataset.source.size, version: dataset.source.version, format: dataset.format },
    variables,
    values,
    unlimited: new Set(dataset.dimensions.filter((dimension) => dimension.unlimited).map((dimension) => dimension.path)),
    attributes: attributesAsText(dataset.groups[0]?.attributes ?? new Map()),
    warnings,
    remarks,
    ...(dataset.error && { damage: dataset.error }),
  };
}

/** Whether it is a time over a dimension whose own coordinate tells none: see `withAuxiliaryTimes`. */
function mayTakePlace(
  { time }: VariableMeaning,
  role: TableRole,
  dims: readonly string[],
  meaning: DatasetMeaning,
  coordinates: ReadonlySet<string>,
): boolean {
  const [dim = "", ...others] = dims;
  if (role !== "auxiliary" || others.length > 0 || !hasDates(time) || !coordinates.has(dim)) return false;
  return meaning.variables.get(dim)?.time === undefined;
}

/** Why a variable cannot be a column; null where it can. Damage is only passed over where nothing but a footer suffers. */
function problemOf(variable: ArrayVariable, meaning: VariableMeaning, type: ColumnType | null): string | null {
  if (variable.error && meaning.role !== "bounds" && meaning.role !== "grid_mapping")
    throw GraticuleError.fromJSON(variable.error).at({ variable: variable.path, hint: "`--vars` names what to read instead" });
  if (meaning.role === "grid_mapping") return null;
  if (variable.error) return variable.error.message;
  if (variable.unsupported !== undefined) return variable.unsupported;
  const { name, base } = variable.dtype;
  const said = name === "vlen" && base ? `sequences of ${base.name}` : name;
  return type === null ? `values of the type ${said} have no column type` : null;
}

function isData({ role }: VariableMeaning): boolean {
  return role === "data" || role === "quality" || role === "cell_measure";
}

/**
 * Paths of the coordinate variables of dimensions: the one beside the dimension, else the only one in any group (the lateral
 * search of CF-1.12 section 2.7.1). The others of a name are auxiliary.
 */
function coordinateVariables({ variables }: Dataset, meaning: DatasetMeaning): ReadonlySet<string> {
  const byDimension = new Map<string, string[]>();
  for (const { path, dimPaths, aliasOf } of variables) {
    const dim = dimPaths[0];
    if (dim === undefined || aliasOf !== undefined || meaning.variables.get(path)?.role !== "coordinate") continue;
    byDimension.set(dim, [...(byDimension.get(dim) ?? []), path]);
  }
  const found = [...byDimension].flatMap(([dim, paths]) => (paths.includes(dim) ? [dim] : paths.length === 1 ? paths : []));
  return new Set(found);
}

/** Whether it may have a value for every row. */
function isRow({ role }: VariableMeaning): boolean {
  return role !== "bounds" && role !== "grid_mapping";
}

function roleOf(meaning: VariableMeaning, rank: number, isCoordinate: boolean): TableRole {
  if (meaning.role === "bounds" || meaning.role === "grid_mapping") return meaning.role;
  if (rank === 0) return "scalar";
  if (isCoordinate) return "coordinate";
  return meaning.role === "coordinate" || meaning.role === "auxiliary" ? "auxiliary" : "data";
}

function describe(variable: ArrayVariable, meaning: VariableMeaning, role: TableRole, type: ColumnType) {
  const isList = type.kind === "list";
  const axis = isList ? undefined : geographicAxis(meaning);
  const time = isList ? undefined : describeTime(meaning, variable);
  return {
    path: variable.path,
    name: variable.name,
    group: variable.path.slice(0, Math.max(1, variable.path.lastIndexOf("/"))),
    role,
    type,
    chunks: variable.chunks,
    elementSize: variable.dtype.size,
    ...(axis && { axis }),
    ...(time && { time }),
    ...(meaning.units !== undefined && { units: meaning.units }),
    ...(meaning.standardName !== undefined && { standardName: meaning.standardName }),
    ...(meaning.longName !== undefined && { longName: meaning.longName }),
    ...(role !== "bounds" && role !== "grid_mapping" && { attributes: Object.fromEntries(attributesAsText(variable.attributes)) }),
    ...(role === "scalar" && { places: isPlace(meaning), isNamed: meaning.role === "auxiliary" }),
    ...(role === "data" && meaning.coordinates.length > 0 && { named: meaning.coordinates }),
  };
}

function isPlace(meaning: VariableMeaning): boolean {
  if (meaning.role === "auxiliary" || meaning.axis !== undefined || meaning.time !== undefined) return true;
  return meaning.standardName !== undefined && PLACING.has(meaning.standardName);
}

/** "X" and "Y" only for degrees east and north: projection coordinates and rotated grids are no longitudes. */
function geographicAxis({ axis, units, standardName }: VariableMeaning): VariableDescription["axis"] {
  if (axis !== "X" && axis !== "Y") return axis;
  const geographic = isGeographic(units) ?? { longitude: "X" as const, latitude: "Y" as const }[standardName ?? ""];
  if (geographic) return geographic;
  return standardName === undefined && /^degrees?$/i.test(units ?? "") ? axis : undefined;
}

function describeTime(meaning: VariableMeaning, variable: ArrayVariable): VariableDescription["time"] {
  const { time, units } = meaning;
  if (time === undefined || units === undefined) return undefined;
  if (hasDates(time)) return { units, calendar: time.calendar, coding: time };
  const said = variable.attributes.get("calendar")?.values[0];
  return { units, calendar: typeof said === "string" ? said.toLowerCase() : "standard" };
}

function shapeOf(variable: ArrayVariable, rank: number) {
  const { dimPaths, dims, shape } = variable;
  const listShape = listShapeOf(variable, rank);
  return {
    dims: dimPaths.slice(0, rank),
    dimNames: dims.slice(0, rank),
    shape: shape.slice(0, rank),
    ...(listShape && { listShape }),
  };
}

/** A part of a variable goes by that variable's name too. */
function otherNames({ name }: ArrayVariable, origin: Origin | undefined): readonly string[] {
  return origin ? [origin.name, name, origin.variable.name, origin.variable.path] : [];
}

function describeOrigin(variable: ArrayVariable, origin: Origin | undefined) {
  if (!origin) return {};
  return {
    name: origin.name,
    partOf: { path: origin.variable.path, names: otherNames(variable, origin) },
    ...(origin.within !== undefined && { within: origin.within }),
  };
}

/** A scalar that no decoder reads is left out with a warning; a coordinate is not, because rows would lose their place. */
async function readHeld(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  shape: readonly number[],
  role: TableRole,
  context: ReadContext,
  leaveOut: (variable: ArrayVariable, text: string) => void,
): Promise<Coordinate | null> {
  try {
    return await readCoordinate(variable, meaning, shape, context);
  } catch (error) {
    if (role !== "scalar" || !isGraticuleError(error, "unsupported")) throw error;
    leaveOut(variable, error.message);
    return null;
  }
}

async function readCoordinate(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  shape: readonly number[],
  context: ReadContext,
): Promise<Coordinate> {
  if (sizeOf(shape) > MAX_COORDINATE)
    throw new GraticuleError("unsupported", `a coordinate of ${sizeOf(shape)} values; at most ${MAX_COORDINATE} can be held`, {
      variable: variable.path,
    });
  const column = await readColumn(variable, meaning, shape, context);
  return coordinateOf(column, hasDates(meaning.time) ? meaning.time : undefined);
}

async function withMore(
  described: VariableDescription,
  variable: ArrayVariable,
  meaning: VariableMeaning,
  context: ReadContext,
  leaveOut: (variable: ArrayVariable, text: string) => void,
): Promise<VariableDescription> {
  const { role } = described;
  if (role === "grid_mapping") return { ...described, metadata: describeMapping(variable) };
  if (role === "bounds") {
    try {
      return { ...described, ...(await describeBounds(variable, meaning, context)) };
    } catch (error) {
      if (!isGraticuleError(error) || error.tag === "interrupted") throw error;
      leaveOut(variable, error.message);
      return { ...described, metadata: "{}" };
    }
  }
  if (described.time && (role === "data" || role === "auxiliary") && hasDates(meaning.time))
    return { ...described, timeKind: await readTimeKind(variable, meaning, meaning.time, context) };
  return described;
}

/** Its path with the title of its group in the place of that one's own: `SCI/data`, `SCI,2/data`, `SCI:2/data`. */
function titledNames({ path }: ArrayVariable, groups: Dataset["groups"]): string[] {
  return groups.flatMap(({ path: own, title, titleNumber }) => {
    if (title === undefined || !path.startsWith(`${own}/`)) return [];
    const rest = path.slice(own.length);
    const numbered = titleNumber === undefined ? [] : [`${title},${titleNumber}`, `${title}:${titleNumber}`];
    return [title, ...numbered].flatMap((name) => [`/${name}${rest}`, `/${name.toLowerCase()}${rest}`]);
  });
}
