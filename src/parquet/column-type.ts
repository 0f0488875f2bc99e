import type { ColumnType, Field } from "../schema/field.js";
import { bool, i8, i32, PHYSICAL, type Physical, struct, text } from "./format.js";
import type { ThriftStruct, ThriftValue } from "./thrift.js";

/** How values of a column type are stored in Parquet. */
export interface StoredType {
  readonly physical: Physical;
  readonly converted?: number;
  readonly logical?: ThriftStruct;
}

/** ConvertedType and LogicalType numbers of parquet.thrift. */
const integer = (bits: number, signed: boolean, converted: number): Pick<StoredType, "converted" | "logical"> => ({
  converted,
  logical: struct({ 10: struct({ 1: i8(bits), 2: bool(signed) }) }),
});
const TIMESTAMP_MICROS_LOCAL = struct({ 8: struct({ 1: bool(false), 2: struct({ 2: struct({}) }) }) });
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
      return { physical: PHYSICAL.INT64, logical: TIMESTAMP_MICROS_LOCAL };
    case "list":
      return storedTypeOf(type.item);
  }
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
  const { physical, converted, logical } = storedTypeOf(type);
  return struct({
    1: i32(physical),
    3: i32(nullable ? REPETITION.OPTIONAL : REPETITION.REQUIRED),
    4: text(name),
    6: converted === undefined ? undefined : i32(converted),
    10: logical,
  });
}
