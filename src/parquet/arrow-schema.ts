import type { Field as ArrowField, DataType } from "apache-arrow";
import type { ColumnType, Field } from "../schema/field.js";

/**
 * The `ARROW:schema` entry of a footer: an Arrow IPC schema message in base64, by which Arrow's readers restore field
 * metadata. Loads apache-arrow; made once per table, when a run is planned.
 */
export async function arrowSchemaText(fields: readonly Field[], metadata: Readonly<Record<string, string>>): Promise<string> {
  const arrow = await import("apache-arrow");
  const typeOf = (type: ColumnType): DataType => {
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
        return new arrow.List(new arrow.Field("element", typeOf(type.item), true));
    }
  };
  const arrowFields: ArrowField[] = fields.map(
    (field) => new arrow.Field(field.name, typeOf(field.type), field.nullable, new Map(Object.entries(field.metadata))),
  );
  const schema = new arrow.Schema(arrowFields, new Map(Object.entries(metadata)));
  const stream = arrow.tableToIPC(new arrow.Table(schema), "stream");
  return Buffer.from(schemaMessage(stream)).toString("base64");
}

type Arrow = typeof import("apache-arrow");

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

/** The first message of a stream: continuation marker, length, flatbuffer. What follows is the stream's end. */
function schemaMessage(stream: Uint8Array): Uint8Array {
  const length = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength).readInt32LE(4);
  return stream.subarray(0, 8 + length);
}
