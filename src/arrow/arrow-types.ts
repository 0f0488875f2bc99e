import type { Field as ArrowField, Schema as ArrowSchema, DataType } from "apache-arrow";
import type { ColumnType, Field, Schema } from "../schema/field.js";

/** The module `apache-arrow`, which is loaded where it is needed: it takes longer than all of a small command. */
export type Arrow = typeof import("apache-arrow");

/** What Arrow calls a column's type. The items of lists are named `element`, as Parquet's readers name them. */
export function arrowTypeOf(arrow: Arrow, type: ColumnType): DataType {
  switch (type.kind) {
    case "number":
      return numberTypeOf(arrow, type.name);
    case "bool":
      return new arrow.Bool();
    case "string":
      return new arrow.Utf8();
    case "binary":
      return new arrow.Binary();
    case "timestamp":
      return new arrow.TimestampMicrosecond();
    case "list":
      return new arrow.List(new arrow.Field("element", arrowTypeOf(arrow, type.item), true));
  }
}

export function arrowFieldOf(arrow: Arrow, { name, type, nullable, metadata }: Field): ArrowField {
  return new arrow.Field(name, arrowTypeOf(arrow, type), nullable, new Map(Object.entries(metadata)));
}

export function arrowSchemaOf(arrow: Arrow, { fields, metadata }: Schema): ArrowSchema {
  return new arrow.Schema(
    fields.map((field) => arrowFieldOf(arrow, field)),
    new Map(Object.entries(metadata)),
  );
}

function numberTypeOf(arrow: Arrow, name: Extract<ColumnType, { kind: "number" }>["name"]): DataType {
  const types = {
    int8: arrow.Int8,
    int16: arrow.Int16,
    int32: arrow.Int32,
    int64: arrow.Int64,
    uint8: arrow.Uint8,
    uint16: arrow.Uint16,
    uint32: arrow.Uint32,
    uint64: arrow.Uint64,
    float32: arrow.Float32,
    float64: arrow.Float64,
  };
  return new types[name]();
}
