import { jsonNumber } from "../../convention/json-number.js";
import type { Attribute, AttributeElement, Attributes } from "../../format/contract.js";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** As `inspect --json` prints attributes: one element plain, more as an array, empty text as "". */
export function attributesJson(attributes: Attributes): Record<string, Json> {
  return Object.fromEntries([...attributes].map(([name, attribute]) => [name, attributeJson(attribute)]));
}

export function attributeJson({ dtype, values }: Attribute): Json {
  if (values.length === 0) return dtype === "char" || dtype === "string" ? "" : [];
  return values.length === 1 ? elementJson(values[0] as AttributeElement) : values.map(elementJson);
}

export function elementJson(element: AttributeElement): Json {
  if (typeof element === "number" || typeof element === "bigint") return jsonNumber(element);
  if (typeof element === "string" || typeof element === "boolean") return element;
  if (Array.isArray(element)) return (element as readonly AttributeElement[]).map(elementJson);
  const fields = element as { readonly [field: string]: AttributeElement };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, elementJson(value)]));
}
