import { asGraticuleError, GraticuleError } from "../errors.js";
import { hintOfNames } from "../expr/near-names.js";
import type { NumericName } from "../schema/dtype.js";
import { type ColumnType, numberType } from "../schema/field.js";
import type { TypedArray } from "../schema/typed-array.js";
import { conversion } from "../units/convert.js";
import { castChecked } from "./cast-checked.js";
import { decodeKnown, encodeKnown } from "./known-values.js";
import type { Archive, Piece, TableColumn, TableGroup } from "./model.js";

/** What is wanted of columns besides what the files say. */
export interface ColumnWishes {
  /** By column: units to convert to. */
  readonly units?: Readonly<Record<string, string>>;
  /** By column: type of its numbers. */
  readonly dtype?: Readonly<Record<string, string>>;
  /** `mask`: values outside of what the file calls valid are missing. */
  readonly validRange?: "mask" | "report";
}

type NumberName = Exclude<NumericName, "float16">;

const TYPES: readonly NumberName[] = [
  ...(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"] as const),
];

/**
 * The archive with its columns as they are wanted: predicates, sorting and output see them so.
 * @throws `usage` for a column that no table has, units that measure something else, a type that is none or cannot hold values
 * that are known
 */
export function withWishes(archive: Archive, { units = {}, dtype = {}, validRange }: ColumnWishes): Archive {
  const wishes = { units: lookup(units), dtype: lookup(dtype) };
  const names = new Set(archive.tables.flatMap(({ columns }) => columns.map(({ field }) => field.name)));
  for (const [flag, own] of [
    ["--units", units],
    ["--dtype", dtype],
  ] as const)
    for (const name of Object.keys(own))
      if (!names.has(name))
        throw new GraticuleError("usage", `${flag}: no table has a column "${name}"`, { hint: hintOfNames(name, [...names]) });
  for (const [name, type] of wishes.dtype)
    if (!TYPES.includes(type as NumberName))
      throw new GraticuleError("usage", `--dtype ${name}=${type}: no such type of numbers`, {
        hint: `there are ${TYPES.join(", ")}`,
      });
  if (wishes.units.size === 0 && wishes.dtype.size === 0 && !validRange) return archive;
  return { ...archive, tables: archive.tables.map((table) => tableWith(table, wishes.units, wishes.dtype, validRange)) };
}

function lookup(wishes: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(wishes).map(([name, wish]) => [name, wish.trim()]));
}

function tableWith(
  table: TableGroup,
  units: ReadonlyMap<string, string>,
  dtype: ReadonlyMap<string, string>,
  validRange: ColumnWishes["validRange"],
): TableGroup {
  const converted = new Map<number, NonNullable<Piece["convert"]>>();
  const columns = table.columns.map((column, at): TableColumn => {
    const { name } = column.field;
    const unit = units.get(name);
    const change = unit === undefined ? null : conversionOf(column, unit);
    if (change && !(change.scale === 1 && change.offset === 0)) converted.set(at, change);
    const inUnits = unit === undefined || !change ? column : inOtherUnits(column, unit, change, lengthOf(table, column));
    const type = dtype.get(name) as NumberName | undefined;
    const typed = type === undefined ? inUnits : ofType(inUnits, type, lengthOf(table, column));
    return validRange && column.role === "data" && typed.field.type.kind === "number" ? { ...typed, validRange } : typed;
  });
  if (converted.size === 0) return { ...table, columns };
  const segments = table.segments.map((segment) => ({
    ...segment,
    pieces: segment.pieces.map((piece, at) => {
      const change = converted.get(at);
      return piece && change ? { ...piece, convert: compose(piece.convert, change) } : piece;
    }),
  }));
  return { ...table, columns, segments };
}

function lengthOf({ axes }: TableGroup, { axes: own }: TableColumn): number {
  return own.reduce((n, axis) => n * (axes[axis]?.length ?? 1), 1);
}

function compose(first: Piece["convert"], then: NonNullable<Piece["convert"]>): NonNullable<Piece["convert"]> {
  return first ? { scale: first.scale * then.scale, offset: first.offset * then.scale + then.offset } : then;
}

function conversionOf({ field, time }: TableColumn, unit: string): NonNullable<Piece["convert"]> {
  const from = field.metadata.units;
  const where = { variable: field.name };
  if (field.type.kind === "timestamp" || time)
    throw new GraticuleError("usage", `--units ${field.name}=${unit}: it is a time`, where);
  if (itemOf(field.type).kind !== "number")
    throw new GraticuleError("usage", `--units ${field.name}=${unit}: it is no number`, where);
  if (from === undefined)
    throw new GraticuleError("usage", `--units ${field.name}=${unit}: the files do not say what its units are`, where);
  try {
    return conversion(from, unit);
  } catch (error) {
    throw asGraticuleError(error, where);
  }
}

function itemOf(type: ColumnType): ColumnType {
  return type.kind === "list" ? type.item : type;
}

/** Limits that stand beside the values in their old units. */
const OF_OLD_UNITS = new Set(["valid_min", "valid_max", "valid_range", "actual_range"]);

function inOtherUnits(
  column: TableColumn,
  unit: string,
  { scale, offset }: NonNullable<Piece["convert"]>,
  length: number,
): TableColumn {
  const isSame = scale === 1 && offset === 0;
  const kept = Object.entries(column.field.metadata).filter(([name]) => isSame || !OF_OLD_UNITS.has(name));
  const metadata = { ...Object.fromEntries(kept), units: unit };
  if (isSame) return { ...column, field: { ...column.field, metadata } };
  const type = convertedType(column.field.type);
  // "X" and "Y" are degrees.
  const { axis, values, ...rest } = column;
  const isDegrees = axis === "X" || axis === "Y";
  const known = values && values.kind === "numbers" ? decodeKnown(values, length) : undefined;
  const changed = known && Float64Array.from(known.values as Float64Array, (value) => Number(value) * scale + offset);
  const own = type.kind === "number" && type.name === "float32" && changed ? Float32Array.from(changed) : changed;
  return {
    ...rest,
    ...(axis && !isDegrees && { axis }),
    ...(own ? { values: encodeKnown(own, known?.validity) } : values && { values }),
    field: { ...column.field, type, metadata },
  };
}

/** What holds converted numbers: a float32 holds what came from one, or from 16 bits. */
function convertedType(type: ColumnType): ColumnType {
  if (type.kind === "list") return { ...type, item: convertedType(type.item) };
  if (type.kind !== "number") return type;
  return numberType(type.name === "float32" || /^u?int(8|16)$/.test(type.name) ? "float32" : "float64");
}

function ofType(column: TableColumn, type: NumberName, length: number): TableColumn {
  const { field, values, time } = column;
  const where = { variable: field.name };
  const item = itemOf(field.type);
  if (item.kind !== "number" && item.kind !== "bool")
    throw new GraticuleError(
      "usage",
      `--dtype ${field.name}=${type}: it is ${field.type.kind === "timestamp" ? "a time" : "no number"}`,
      where,
    );
  const own = numberType(type);
  const typed = { ...field, type: field.type.kind === "list" ? { ...field.type, item: own } : own };
  if (!values) return { ...column, field: typed, checked: true };
  if (time) throw new GraticuleError("usage", `--dtype ${field.name}=${type}: it is a time`, where);
  const known = decodeKnown(values, length);
  if (!ArrayBuffer.isView(known.values)) return column;
  const cast = castChecked(known.values as TypedArray, type, known.validity, field.name);
  return { ...column, field: typed, values: encodeKnown(cast, known.validity) };
}
