import { type ColumnType, carrierOf, type Field } from "../schema/field.js";
import type { TimeUnit } from "../schema/row-batch.js";
import { bool, i8, i32, PHYSICAL, type Physical, struct, text } from "./format.js";
import type { ThriftStruct, ThriftValue } from "./thrift.js";

/** How values of a column type are stored in Parquet. */
export interface StoredType {
  readonly physical: Physical;
  /** Bytes of a value, where all have the same. */
  readonly length?: number;
  /** Of a decimal. */
  readonly digits?: { readonly precision: number; readonly scale: number };
  readonly converted?: number;
  readonly logical?: ThriftStruct;
}

/** ConvertedType and LogicalType numbers of parquet.thrift. */
const integer = (bits: number, signed: boolean, converted: number): Pick<StoredType, "converted" | "logical"> => ({
  converted,
  logical: struct({ 10: struct({ 1: i8(bits), 2: bool(signed) }) }),
});
/** The union TimeUnit. */
const UNITS: Readonly<Record<TimeUnit, ThriftStruct>> = {
  ms: struct({ 1: struct({}) }),
  us: struct({ 2: struct({}) }),
  ns: struct({ 3: struct({}) }),
};
const STRING = struct({ 1: struct({}) });

const NUMBERS: Readonly<Record<string, StoredType>> = {
  int8: { physical: PHYSICAL.INT32, ...integer(8, true, 15) },
  int16: { physical: PHYSICAL.INT32, ...integer(16, true, 16) },
  int32: { physical: PHYSICAL.INT32 },
  int64: { physical: PHYSICAL.INT64 },
  uint8: { physical: PHYSICAL.INT32, ...integer(8, false, 11) },
  uint16: { physical: PHYSICAL.INT32, ...integer(16, false, 12) },
  uint32: { physical: PHYSICAL.INT32, ...integer(32, false, 13) },
  uint64: { physical: PHYSICAL.INT64, ...integer(64, false, 14) },
  float32: { physical: PHYSICAL.FLOAT },
  float64: { physical: PHYSICAL.DOUBLE },
};

/** Of a list: how its items are stored. */
export function storedTypeOf(type: ColumnType): StoredType {
  switch (type.kind) {
    case "number":
      return NUMBERS[type.name] as StoredType;
    case "bool":
      return { physical: PHYSICAL.BOOLEAN };
    case "string":
      return { physical: PHYSICAL.BYTE_ARRAY, converted: 0, logical: STRING };
    case "binary":
      return { physical: PHYSICAL.BYTE_ARRAY };
    case "timestamp":
      return timestampType(type.unit ?? "us", type.isUtc ?? false);
    case "date":
      return { physical: PHYSICAL.INT32, converted: 6, logical: struct({ 6: struct({}) }) };
    case "time":
      return timeType(type.unit);
    case "float16":
      return { physical: PHYSICAL.FIXED_LEN_BYTE_ARRAY, length: 2, logical: struct({ 15: struct({}) }) };
    case "decimal":
      return decimalType(type.precision, type.scale);
    case "fixed-binary":
      return { physical: PHYSICAL.FIXED_LEN_BYTE_ARRAY, length: type.size };
    case "list":
      return storedTypeOf(type.item);
  }
}

/** A converted type means moments, so that only these have one. */
function timestampType(unit: TimeUnit, isUtc: boolean): StoredType {
  const converted = { ms: 9, us: 10, ns: undefined }[isUtc ? unit : "ns"];
  const logical = struct({ 8: struct({ 1: bool(isUtc), 2: UNITS[unit] }) });
  return { physical: PHYSICAL.INT64, ...(converted !== undefined && { converted }), logical };
}

/** As Arrow writes them: readers that know converted types only read them too, and no clock's zone is kept by any. */
function timeType(unit: TimeUnit): StoredType {
  const converted = { ms: 7, us: 8, ns: undefined }[unit];
  const logical = struct({ 7: struct({ 1: bool(true), 2: UNITS[unit] }) });
  const physical = unit === "ms" ? PHYSICAL.INT32 : PHYSICAL.INT64;
  return { physical, ...(converted !== undefined && { converted }), logical };
}

function decimalType(precision: number, scale: number): StoredType {
  const carrier = carrierOf({ kind: "decimal", precision, scale });
  const own = { converted: 5, logical: struct({ 5: struct({ 1: i32(scale), 2: i32(precision) }) }), digits: { precision, scale } };
  if (typeof carrier === "object") return { physical: PHYSICAL.FIXED_LEN_BYTE_ARRAY, length: carrier.size, ...own };
  return { physical: carrier === "int32" ? PHYSICAL.INT32 : PHYSICAL.INT64, ...own };
}

/** The schema list of a footer: the root, then the fields, depth first. */
export function schemaElements(fields: readonly Field[]): ThriftValue[] {
  const root = struct({ 4: text("schema"), 5: i32(fields.length) });
  return [root, ...fields.flatMap(({ name, type, nullable }) => elementsOf(name, type, nullable))];
}

/** Where a field's values lie in the schema: lists have the three levels of parquet-format's LogicalTypes.md. */
export function pathOf({ name, type }: Field): readonly string[] {
  return type.kind === "list" ? [name, ...LIST_PATH] : [name];
}

const LIST_PATH = ["list", "element"] as const;

function elementsOf(name: string, type: ColumnType, nullable: boolean): ThriftStruct[] {
  if (type.kind !== "list") return [leafElement(name, type, nullable)];
  const outer = struct({
    3: i32(nullable ? REPETITION.OPTIONAL : REPETITION.REQUIRED),
    4: text(name),
    5: i32(1),
    6: i32(CONVERTED_LIST),
    10: struct({ 3: struct({}) }),
  });
  const middle = struct({ 3: i32(REPETITION.REPEATED), 4: text(LIST_PATH[0]), 5: i32(1) });
  return [outer, middle, leafElement(LIST_PATH[1], type.item, true)];
}

const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;
const CONVERTED_LIST = 3;

function leafElement(name: string, type: ColumnType, nullable: boolean): ThriftStruct {
  const { physical, length, converted, digits, logical } = storedTypeOf(type);
  return struct({
    1: i32(physical),
    2: length === undefined ? undefined : i32(length),
    3: i32(nullable ? REPETITION.OPTIONAL : REPETITION.REQUIRED),
    4: text(name),
    6: converted === undefined ? undefined : i32(converted),
    7: digits && i32(digits.scale),
    8: digits && i32(digits.precision),
    10: logical,
  });
}
