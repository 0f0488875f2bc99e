import type { ColumnType, Field } from "../schema/field.js";

/** The `pandas` entry of a footer (pandas' "developer" documentation, metadata format): which columns come back as the index. */
export function pandasMetadata(fields: readonly Field[], index: readonly string[]): object {
  return {
    index_columns: index,
    column_indexes: [],
    columns: fields.map((field) => ({
      name: field.name,
      field_name: field.name,
      pandas_type: pandasType(field.type),
      numpy_type: numpyType(field.type),
      metadata: columnMetadata(field.type),
    })),
    creator: { library: "graticule", version: "1" },
    pandas_version: "2.0.0",
  };
}

/** The `PANDAS_ATTRS` entry, which becomes `DataFrame.attrs` (pandas 2.1 and later): what the files say, and what of each column. */
export function pandasAttributes(fields: readonly Field[], metadata: Readonly<Record<string, string>>): object {
  const columns = fields
    .filter((field) => Object.keys(field.metadata).length > 0)
    .map(({ name, metadata: own }) => [name, own] as const);
  return { columns: Object.fromEntries(columns), ...metadata };
}

function columnMetadata(type: ColumnType): object | null {
  if (type.kind === "timestamp" && type.isUtc) return { timezone: "UTC" };
  return type.kind === "decimal" ? { precision: type.precision, scale: type.scale } : null;
}

function pandasType(type: ColumnType): string {
  switch (type.kind) {
    case "number":
      return type.name;
    case "bool":
      return "bool";
    case "string":
      return "unicode";
    case "binary":
      return "bytes";
    case "timestamp":
      return type.isUtc ? "datetimetz" : "datetime";
    case "date":
    case "time":
    case "float16":
    case "decimal":
      return type.kind;
    case "fixed-binary":
      return "bytes";
    case "list":
      return `list[${pandasType(type.item)}]`;
  }
}

function numpyType(type: ColumnType): string {
  if (type.kind === "number") return type.name;
  if (type.kind === "bool") return "bool";
  if (type.kind === "float16") return "float16";
  return type.kind === "timestamp" ? `datetime64[${type.unit ?? "us"}]` : "object";
}
