import type { Field as ArrowField, Schema as ArrowSchema, DataType } from "apache-arrow";
import type { ColumnType, Field, Schema } from "../schema/field.js";
import type { TimeUnit } from "../schema/row-batch.js";

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
      return timestampTypeOf(arrow, type.unit ?? "us", type.isUtc ? "UTC" : null);
    case "date":
      return new arrow.DateDay();
    case "time": {
      const types = { ms: arrow.TimeMillisecond, us: arrow.TimeMicrosecond, ns: arrow.TimeNanosecond };
      return new types[type.unit]();
    }
    case "float16":
      return new arrow.Float16();
    case "decimal":
      return new arrow.Decimal(type.scale, type.precision, type.precision > 38 ? 256 : 128);
    case "fixed-binary":
      return new arrow.FixedSizeBinary(type.size);
    case "list":
      return new arrow.List(new arrow.Field("element", arrowTypeOf(arrow, type.item), true));
  }
}

function timestampTypeOf(arrow: Arrow, unit: TimeUnit, zone: string | null): DataType {
  const types = { ms: arrow.TimestampMillisecond, us: arrow.TimestampMicrosecond, ns: arrow.TimestampNanosecond };
  return new types[unit](zone);
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
