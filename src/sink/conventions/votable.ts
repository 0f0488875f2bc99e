import type { ColumnType, Field } from "../../schema/field.js";

/**
 * The entries of a footer by which it is a VOParquet file (VOParquet 1.0): a VOTable without data, whose fields carry units, UCDs,
 * utypes and descriptions, as FITS' `TUNITn`, `TUCDn`, `TUTYPn` and `TCOMMn` have them.
 */
export function votableEntries(name: string, fields: readonly Field[]): Readonly<Record<string, string>> {
  return { "IVOA.VOTable-Parquet.version": "1.0", "IVOA.VOTable-Parquet.content": votable(name, fields) };
}

function votable(name: string, fields: readonly Field[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
    "<RESOURCE>",
    `<TABLE name="${escaped(name)}">`,
    ...fields.map(fieldElement),
    "</TABLE>",
    "</RESOURCE>",
    "</VOTABLE>",
  ].join("\n");
}

function fieldElement({ name, type, metadata }: Field): string {
  const { datatype, arraysize } = votableType(type, metadata);
  const attributes = {
    ...{ name, datatype, arraysize },
    unit: metadata.units?.trim(),
    ucd: metadata.TUCD?.trim(),
    utype: metadata.TUTYP?.trim(),
  };
  const written = Object.entries(attributes).flatMap(([key, value]) => (value ? [`${key}="${escaped(value)}"`] : []));
  const said = metadata.TCOMM ?? metadata.long_name;
  return `<FIELD ${written.join(" ")}${said ? `><DESCRIPTION>${escaped(said)}</DESCRIPTION></FIELD>` : "/>"}`;
}

/** VOTable has no unsigned integers but of one byte: the next wider type holds them. Of 64 bits there is none. */
const NUMBERS: Readonly<Record<string, string>> = {
  ...{ int8: "short", int16: "short", int32: "int", int64: "long" },
  ...{ uint8: "unsignedByte", uint16: "int", uint32: "long", uint64: "long" },
  ...{ float32: "float", float64: "double" },
};

function votableType(type: ColumnType, metadata: Field["metadata"]): { readonly datatype: string; readonly arraysize?: string } {
  switch (type.kind) {
    case "number":
      return { datatype: NUMBERS[type.name] as string };
    case "bool":
      return { datatype: "boolean" };
    case "string":
      // astropy takes texts for objects, and then for no texts, where their length is not said.
      return { datatype: "char", arraysize: /^\d+(?=A)/.exec(metadata.TFORM ?? "")?.[0] ?? "*" };
    case "timestamp":
    case "date":
    case "time":
      return { datatype: "char", arraysize: "*" };
    case "float16":
      return { datatype: "float" };
    case "decimal":
      return { datatype: "double" };
    case "fixed-binary":
      return { datatype: "unsignedByte", arraysize: String(type.size) };
    case "binary":
      return { datatype: "unsignedByte", arraysize: "*" };
    case "list": {
      const item = votableType(type.item, {});
      // A text is an array of letters already, and arrays of arrays of any length there are not.
      return { datatype: item.datatype, arraysize: item.arraysize ?? sizeOf(metadata.shape, type.size) };
    }
  }
}

/** The first dimension of a VOTable's array varies fastest; ours is in C order. */
function sizeOf(shape: string | undefined, size: number | undefined): string {
  if (shape !== undefined) return (JSON.parse(shape) as number[]).reverse().join("x");
  return size === undefined ? "*" : String(size);
}

/** Text of a file, which may hold anything: what XML 1.0 has no place for becomes a space. */
function escaped(text: string): string {
  const plain = Array.from(text, (character) => (isAllowed(character.codePointAt(0) ?? 0) ? character : " ")).join("");
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function isAllowed(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
