import type { Attribute, AttributeElement, Attributes, DTypeName } from "graticule/plugin";
import { isArray, isObject, isWholeFloat, type Json, type JsonArray, type JsonObject } from "./json.js";

/** Attributes nested deeper than this are not kept below it. */
const MAX_DEPTH = 32;

/** JSON attributes as those of other formats: one type and its values. Null is an attribute without values. */
export function attributesOf(json: JsonObject, hidden: ReadonlySet<string>): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const [name, value] of Object.entries(json)) if (!hidden.has(name)) attributes.set(name, attributeOf(value, json, name));
  return attributes;
}

export const NO_ATTRIBUTES: Attributes = new Map();

function attributeOf(value: Json, holder: object, key: string): Attribute {
  if (isArray(value)) return listOf(value);
  if (value === null) return { dtype: "string", values: [] };
  return { dtype: typeOf(value, holder, key), values: [elementOf(value, 0)] };
}

function listOf(list: JsonArray): Attribute {
  const types = new Set(list.map((value, i) => typeOf(value, list, i)));
  const numbers = [...types].every((type) => NUMBERS.includes(type));
  const [only = "float64"] = types;
  const dtype = types.size < 2 ? only : numbers ? widest(types) : "compound";
  return { dtype, values: list.map((value) => elementOf(value, 0)) };
}

const NUMBERS: readonly DTypeName[] = ["int32", "int64", "uint64", "float64"];

/** The last of the order that occurs holds the others, as far as JSON's writers care. */
function widest(types: ReadonlySet<DTypeName>): DTypeName {
  return NUMBERS.findLast((type) => types.has(type)) ?? "float64";
}

function typeOf(value: Json, holder: object, key: string | number): DTypeName {
  if (typeof value === "string" || value === null) return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return value > 0x7fffffffffffffffn ? "uint64" : "int64";
  if (typeof value !== "number") return isArray(value) ? "vlen" : "compound";
  if (!Number.isInteger(value) || isWholeFloat(holder, key)) return "float64";
  return value === (value | 0) ? "int32" : "int64";
}

function elementOf(value: Json, depth: number): AttributeElement {
  if (value === null) return "null";
  if (depth > MAX_DEPTH) return "…";
  if (isArray(value)) return value.map((item) => elementOf(item, depth + 1));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, elementOf(item, depth + 1)]));
  return value;
}
