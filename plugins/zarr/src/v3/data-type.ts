import type { ByteOrder, CompoundField, NumericName } from "graticule/plugin";
import {
  BOOL,
  complex,
  type Element,
  fixedText,
  isNumeric,
  numeric,
  structureOf,
  timeElement,
  utf32,
  VLEN_BYTES,
  VLEN_UTF8,
  wideField,
} from "../element.js";
import { ZarrError } from "../error.js";
import { isArray, isObject, type Json, type JsonObject, member } from "../json.js";

const LARGEST = 1 << 30;
const MAX_DEPTH = 16;
const NONE: JsonObject = {};

/**
 * A data type of version 3: the core names, and the extensions that zarr-python writes (zarr-extensions, data-types).
 *
 * @throws `unsupported`, naming it; `malformed`
 */
export function dataType(json: Json | undefined, byteOrder: ByteOrder, depth = 0): Element {
  const given = isObject(json) ? member(json, "name") : json;
  const named = isObject(json) ? member(json, "configuration") : undefined;
  const configuration = isObject(named) ? named : NONE;
  if (typeof given !== "string") throw new ZarrError("malformed", "data_type has no name");
  const name = given.replace(/^numpy\./, "");
  if (isNumeric(name)) return { dtype: numeric(name as NumericName, byteOrder) };
  const bits = /^r(\d{1,9})$/.exec(name);
  if (bits) return raw(Number(bits[1]) / 8, name);
  switch (name) {
    case "bool":
      return { dtype: BOOL };
    case "complex64":
    case "complex_float32":
      return { dtype: complex(8, byteOrder) };
    case "complex128":
    case "complex_float64":
      return { dtype: complex(16, byteOrder) };
    case "string":
    case "variable_length_utf8":
      return VLEN_UTF8;
    case "bytes":
    case "variable_length_bytes":
      return VLEN_BYTES;
    case "fixed_length_utf32":
      return utf32(lengthOf(configuration, name) / 4, byteOrder);
    case "null_terminated_bytes":
    case "fixed_length_ascii":
    case "fixed_length_bytes": {
      const size = lengthOf(configuration, name);
      return size === 0 ? utf32(0, byteOrder) : { dtype: fixedText(size) };
    }
    case "raw_bytes":
    case "void":
      return raw(lengthOf(configuration, name), name);
    case "datetime64":
    case "timedelta64":
      return timeElement(
        name === "datetime64" ? "datetime" : "timedelta",
        String(member(configuration, "unit") ?? ""),
        Number(member(configuration, "scale_factor") ?? 1),
        byteOrder,
      );
    case "struct":
    case "structured":
      return structure(member(configuration, "fields"), byteOrder, depth);
    default:
      throw new ZarrError("unsupported", `no reader for the data type ${given.slice(0, 80)}`);
  }
}

function raw(size: number, name: string): Element {
  if (Number.isInteger(size) && size > 0 && size <= LARGEST) return { dtype: { name: "opaque", size } };
  throw new ZarrError("malformed", `the data type ${name} has ${size} bytes`);
}

function lengthOf(configuration: JsonObject, name: string): number {
  const bytes = member(configuration, "length_bytes");
  const bits = member(configuration, "length_bits");
  const length = typeof bits === "number" ? bits / 8 : bytes;
  if (typeof length === "number" && Number.isInteger(length) && length >= 0 && length <= LARGEST) return length;
  throw new ZarrError("malformed", `the data type ${name} has no length`);
}

/** Fields one after the other, without padding. */
function structure(json: Json | undefined, byteOrder: ByteOrder, depth: number): Element {
  if (!isArray(json) || json.length === 0 || depth > MAX_DEPTH)
    throw new ZarrError("malformed", "a structured data type without fields");
  const fields: { field: CompoundField; element: Element }[] = [];
  let offset = 0;
  for (const item of json) {
    const name = isArray(item) ? item[0] : isObject(item) ? member(item, "name") : undefined;
    const type = isArray(item) ? item[1] : isObject(item) ? member(item, "data_type") : undefined;
    if (typeof name !== "string") throw new ZarrError("malformed", "a field of a structured data type has no name");
    const element = dataType(type, byteOrder, depth + 1);
    const { dtype, list } = element;
    if (list && list.kind !== "utf32" && list.kind !== "records")
      throw new ZarrError("unsupported", `no reader for structures with fields of varying length (${name})`);
    const own = list?.kind === "utf32" ? wideField(list.length, list.byteOrder) : dtype;
    fields.push({ field: { name, offset, dtype: own }, element });
    offset += dtype.size;
    if (offset > LARGEST) throw new ZarrError("malformed", `a structured data type of ${offset} bytes and more`);
  }
  return structureOf(fields, offset);
}
