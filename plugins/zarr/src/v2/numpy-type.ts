import type { ByteOrder, CompoundField, NumericName } from "graticule/plugin";
import { BOOL, complex, type Element, fixedText, numeric, structureOf, timeElement, utf32, wideField } from "../element.js";
import { ZarrError } from "../error.js";
import { isArray, type Json, showJson } from "../json.js";

/** Larger elements than this are no elements. */
const LARGEST = 1 << 30;
const MAX_DEPTH = 16;
const TYPE = /^([<>|=]?)([biufcmMSUV])(\d{0,10})(?:\[(\d*)([A-Za-z\u03bc]{1,2})\])?$/;

/**
 * A type as numpy spells it: "<f4", "|S7", "<M8[ns]", or a list of fields. `|O` is named by its filter, not here.
 *
 * @throws `unsupported` for types that have no counterpart, `malformed`
 */
export function numpyType(json: Json | undefined, depth = 0): Element {
  if (isArray(json)) return structure(json, depth);
  const [, order, kind, digits, step, unit] = (typeof json === "string" && TYPE.exec(json)) || [];
  if (kind === undefined) throw unknown(json);
  const byteOrder: ByteOrder = order === ">" ? "big" : "little";
  const size = Number(digits || (kind === "M" || kind === "m" ? 8 : 1));
  if (size > LARGEST) throw new ZarrError("malformed", `a type of ${size} bytes`);
  switch (kind) {
    case "b":
      if (size === 1) return { dtype: BOOL };
      break;
    case "i":
    case "u":
    case "f": {
      const name = `${kind === "i" ? "int" : kind === "u" ? "uint" : "float"}${size * 8}`;
      if ((kind === "f" ? [2, 4, 8] : [1, 2, 4, 8]).includes(size)) return { dtype: numeric(name as NumericName, byteOrder) };
      break;
    }
    case "c":
      if (size === 8 || size === 16) return { dtype: complex(size, byteOrder) };
      break;
    case "M":
    case "m":
      if (size === 8) return timeElement(kind === "M" ? "datetime" : "timedelta", unit ?? "", Number(step || 1), byteOrder);
      break;
    case "S":
      return size === 0 ? utf32(0, "little") : { dtype: fixedText(size) };
    case "U":
      if (size * 4 > LARGEST) throw new ZarrError("malformed", `text of ${size} characters`);
      return utf32(size, byteOrder);
    default:
      if (size > 0) return { dtype: { name: "opaque", size } };
  }
  throw unknown(json);
}

/** Fields one after the other, without padding: [name, type] or [name, type, shape]. */
function structure(json: readonly Json[], depth: number): Element {
  if (depth > MAX_DEPTH) throw new ZarrError("malformed", "structured types nested too deeply");
  const fields: { field: CompoundField; element: Element }[] = [];
  let offset = 0;
  for (const item of json) {
    const [named, type, dimensions] = isArray(item) ? item : [];
    const name = isArray(named) ? named[1] : named;
    if (typeof name !== "string" || type === undefined) throw unknown(json);
    const shape = dimensions === undefined ? undefined : subarrayShape(dimensions);
    const element = numpyType(type, depth + 1);
    const { dtype, list } = element;
    const own = list?.kind === "utf32" ? wideField(list.length, list.byteOrder) : dtype;
    fields.push({ field: { name, offset, dtype: own, ...(shape && { shape }) }, element });
    offset += (shape ?? []).reduce((product, n) => product * n, own.size);
    if (offset > LARGEST) throw new ZarrError("malformed", `a structured type of ${offset} bytes and more`);
  }
  if (offset === 0) throw unknown(json);
  return structureOf(fields, offset);
}

function subarrayShape(json: Json): number[] {
  const list = isArray(json) ? json : [json];
  if (list.length <= 32 && list.every((n) => typeof n === "number" && Number.isSafeInteger(n) && n >= 0)) return list as number[];
  throw new ZarrError("malformed", "a field whose shape is none");
}

function unknown(json: Json | undefined): ZarrError {
  return new ZarrError(
    "unsupported",
    `no reader for the data type ${typeof json === "string" ? json.slice(0, 80) : showJson(json)}`,
  );
}
