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

/** CF attributes of a column. A timestamp has no units: its type says it all. */
export function fieldMetadata(variable: VariableDescription, time: TimeForm | undefined): Record<string, string> {
  const counts = time?.kind === "number" ? time.reference : undefined;
  const units = time ? counts?.units : variable.units;
  return {
    ...(units !== undefined && { units }),
    ...(counts && { calendar: counts.calendar }),
    ...(variable.standardName !== undefined && { standard_name: variable.standardName }),
    ...(variable.longName !== undefined && { long_name: variable.longName }),
  };
}

/** A column whose values are known: a coordinate or a scalar. */
export function knownColumn(
  variable: VariableDescription,
  gathered: GatheredValues,
  role: "coordinate" | "scalar",
  axes: readonly number[],
): DraftColumn {
  const { values, validity, type, time } = gathered;
  const field: Field = {
    name: variable.name,
    type,
    nullable: validity !== undefined,
    metadata: fieldMetadata(variable, time),
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
