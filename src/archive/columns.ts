import { toDateColumns } from "../calendar/timestamps.js";
import { type Bitmap, isSet, packBits } from "../schema/bitmap.js";
import { type Field, numberType } from "../schema/field.js";
import type { TypedArray } from "../schema/typed-array.js";
import type { VariableDescription } from "./description.js";
import type { GatheredValues } from "./gather-values.js";
import { encodeKnown, indexTypeOf } from "./known-values.js";
import type { TableColumn } from "./model.js";
import type { TimeForm } from "./time-form.js";

/** A column before its name is settled: `path` is empty for what no variable holds. */
export interface DraftColumn {
  readonly column: TableColumn;
  readonly path: string;
  /** The compound that it is a field of. */
  readonly within?: { readonly path: string; readonly name: string };
}

/** A column with what it is a part of. */
export function draftOf(column: TableColumn, { path, partOf, within }: VariableDescription): DraftColumn {
  return {
    column: { ...column, ...(partOf && { alsoNamed: partOf.names }) },
    path,
    ...(partOf && within !== undefined && { within: { path: partOf.path, name: within } }),
  };
}

/** What the attributes of a variable say of its column, and of a scalar its footer: what CF gives a meaning to first. */
export function fieldMetadata(
  variable: VariableDescription,
  time: TimeForm | undefined,
  attributes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  // A timestamp has no units: its type says it all.
  const counts = time?.kind === "number" ? time.reference : undefined;
  const units = time ? counts?.units : variable.units;
  return {
    ...(units !== undefined && { units }),
    ...(counts && { calendar: counts.calendar }),
    ...(variable.standardName !== undefined && { standard_name: variable.standardName }),
    ...(variable.longName !== undefined && { long_name: variable.longName }),
    ...remaining(attributes, time !== undefined),
    // How long texts may be, which their type does not say.
    ...(variable.type.kind === "string" && attributes.TFORM !== undefined && { TFORM: attributes.TFORM }),
  };
}

/** What has been applied to the values: who found it beside them would apply it again. CF section 8.1, FITS 4.0 section 7.3.2. */
const APPLIED = new Set(["scale_factor", "add_offset", "_FillValue", "missing_value", "_Unsigned", "TSCAL", "TZERO", "TNULL"]);
/** Of packed values these are limits of the stored numbers (CF section 8.1). */
const LIMITS = new Set(["valid_min", "valid_max", "valid_range", "actual_range"]);
/** What the column's type and other entries say. */
const SAID = new Set(["units", "standard_name", "long_name", "TUNIT", "TFORM", "TDIM", "TBCOL"]);

function remaining(attributes: Readonly<Record<string, string>>, isTime: boolean): Record<string, string> {
  const isPacked = "scale_factor" in attributes || "add_offset" in attributes || "_Unsigned" in attributes;
  const entries = Object.entries(attributes).filter(
    ([name]) =>
      !APPLIED.has(name) && !SAID.has(name) && !(LIMITS.has(name) && (isPacked || isTime)) && !(isTime && name === "calendar"),
  );
  return Object.fromEntries(entries);
}

/** The attributes that all files give a variable alike. */
export function sharedAttributes(variables: readonly VariableDescription[]): Readonly<Record<string, string>> {
  const [first, ...others] = new Set(variables.map(({ attributes = {} }) => attributes));
  const entries = Object.entries(first ?? {}).filter(([name, value]) => others.every((other) => other[name] === value));
  return Object.fromEntries(entries);
}

/** A column whose values are known: a coordinate or a scalar. */
export function knownColumn(
  variable: VariableDescription,
  gathered: GatheredValues,
  role: "coordinate" | "scalar",
  axes: readonly number[],
  attributes: Readonly<Record<string, string>> = variable.attributes ?? {},
): DraftColumn {
  const { values, validity, type, time } = gathered;
  const field: Field = {
    name: variable.name,
    type,
    nullable: validity !== undefined,
    metadata: fieldMetadata(variable, time, attributes),
  };
  const column: TableColumn = {
    field,
    role,
    ...(variable.axis && { axis: variable.axis }),
    ...(!variable.axis && time && { axis: "T" }),
    axes,
    ...(time?.kind === "number" && { time: time.reference }),
    values: encodeKnown(values, validity),
  };
  return draftOf(column, variable);
}

export function indexColumn(name: string, length: number, axis: number): DraftColumn {
  const field: Field = { name, type: numberType(indexTypeOf(length)), nullable: false, metadata: {} };
  return { column: { field, role: "index", axes: [axis], values: { kind: "index" } }, path: "" };
}

/** `year`, `month`, `day` of a time that stays a number; none where a value has no date. */
export function calendarColumns({ values, validity, time }: GatheredValues, axes: readonly number[]): DraftColumn[] {
  if (time?.kind !== "number" || !time.coding) return [];
  const parts = toDateColumns(values as TypedArray, time.coding);
  const missing = maskOf(parts.month, validity);
  return (["year", "month", "day"] as const).map((name) => {
    const type = numberType(name === "year" ? "int32" : "int8");
    const field: Field = { name, type, nullable: missing !== undefined, metadata: {} };
    return { column: { field, role: "calendar", axes, values: encodeKnown(parts[name], missing) }, path: "" };
  });
}

/** What has no month is no date. */
function maskOf(months: Int8Array, validity: Bitmap | undefined): Bitmap | undefined {
  const flags = Uint8Array.from(months, (month, i) => (month === 0 || (validity && !isSet(validity, i)) ? 0 : 1));
  const mask = packBits(flags);
  return mask.zeros > 0 ? mask : undefined;
}
