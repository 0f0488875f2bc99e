import type { Field as ArrowField, Data, DataType, RecordBatch } from "apache-arrow";
import { packBits } from "../schema/bitmap.js";
import type { RowBatch, RowField, RowType, TimeUnit, Vector } from "../schema/row-batch.js";
import { spellTexts } from "../schema/spell-texts.js";
import type { Arrow } from "./arrow-types.js";

/** A batch as Arrow's. Memory is shared but for booleans, which become bits, and codes of texts, which become texts. */
export function recordBatchOf(arrow: Arrow, { fields, columns, rows }: RowBatch): RecordBatch {
  const own = fields.map((field) => rowArrowField(arrow, field));
  const children = own.map((field, i) => dataOf(arrow, field.type, columns[i] as Vector));
  const data = arrow.makeData({ type: new arrow.Struct(own), length: rows, nullCount: 0, children });
  return new arrow.RecordBatch(new arrow.Schema(own), data);
}

export function rowArrowField(arrow: Arrow, { name, type, nullable, metadata }: RowField): ArrowField {
  return new arrow.Field(name, typeOf(arrow, type), nullable, new Map(Object.entries(metadata ?? {})));
}

const UNITS: Readonly<Record<TimeUnit, number>> = { ms: 1, us: 2, ns: 3 };

function typeOf(arrow: Arrow, type: RowType): DataType {
  switch (type.kind) {
    case "number": {
      const name = `${type.name[0]?.toUpperCase()}${type.name.slice(1)}` as "Int8";
      return new arrow[name]();
    }
    case "bool":
      return new arrow.Bool();
    case "string":
      return new arrow.Utf8();
    case "binary":
      return new arrow.Binary();
    case "fixed-binary":
      return new arrow.FixedSizeBinary(type.size);
    case "decimal":
      return new arrow.Decimal(type.scale, type.precision, type.size * 8);
    case "date":
      return new arrow.DateDay();
    case "time":
      return new arrow.Time(UNITS[type.unit], type.unit === "ms" ? 32 : 64);
    case "timestamp":
      return new arrow.Timestamp(UNITS[type.unit], type.isUtc ? "UTC" : null);
    case "null":
      return new arrow.Null();
    case "list":
      return new arrow.List(rowArrowField(arrow, type.item));
    case "struct":
      return new arrow.Struct(type.fields.map((field) => rowArrowField(arrow, field)));
    case "map": {
      const pair = new arrow.Struct([rowArrowField(arrow, type.key), rowArrowField(arrow, type.value)]);
      return new arrow.Map_(new arrow.Field("entries", pair, false) as never);
    }
  }
}

function dataOf(arrow: Arrow, type: DataType, vector: Vector): Data {
  const { validity, length } = vector;
  const cells = { length, ...(validity ? { nullCount: validity.zeros, nullBitmap: validity.bits } : { nullCount: 0 }) };
  // The types of makeData name one type of data each; which it is, the vector's type says.
  const make = arrow.makeData as (props: object) => Data;
  switch (vector.kind) {
    case "numbers":
      if (arrow.DataType.isNull(type)) return make({ type, length, nullCount: length });
      if (arrow.DataType.isBool(type)) return make({ type, ...cells, data: packBits(vector.values as Uint8Array, length).bits });
      return make({ type, ...cells, data: vector.values });
    case "dictionary":
      return dataOf(arrow, type, spellTexts(vector));
    case "texts":
      return make({ type, ...cells, valueOffsets: vector.offsets, data: vector.bytes });
    case "fixed": {
      const { bytes } = vector;
      const isDecimal = arrow.DataType.isDecimal(type);
      const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
      return make({
        type,
        ...cells,
        data: isDecimal ? new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2) : bytes,
      });
    }
    case "struct":
      return make({
        type,
        ...cells,
        children: vector.children.map((child, i) => dataOf(arrow, (type.children[i] as ArrowField).type, child)),
      });
    case "list":
      return make({
        type,
        ...cells,
        valueOffsets: vector.offsets,
        child: dataOf(arrow, (type.children[0] as ArrowField).type, vector.child),
      });
  }
}
