import { jsonNumber } from "../convention/json-number.js";
import type { VariableMeaning } from "../convention/meaning.js";
import type { ArrayVariable, AttributeElement, Attributes, ReadContext } from "../format/contract.js";
import { isSet } from "../schema/bitmap.js";
import { sizeOf } from "../schema/box.js";
import { readColumn } from "./read-column.js";

/** Bounds with more values than this stand in the footer without them. */
const MAX_BOUNDS = 2048;

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** Attributes as footers hold them: text as it is, all else as JSON. */
export function attributesAsText(attributes: Attributes): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [name, value] of Object.entries(attributesAsJson(attributes)))
    out.set(name, typeof value === "string" ? value : JSON.stringify(value));
  return out;
}

/** One element as a plain value, more as an array. */
export function attributesAsJson(attributes: Attributes): { readonly [name: string]: Json } {
  const entries = [...attributes].map(([name, { dtype, values }]) => {
    const all = values.map(toJson);
    // Writers of netCDF store the empty text as an attribute without elements.
    if (all.length === 0 && dtype === "char") return [name, ""] as const;
    return [name, all.length === 1 ? (all[0] as Json) : all] as const;
  });
  return Object.fromEntries(entries);
}

/** A grid mapping: its attributes. */
export function describeMapping(variable: ArrayVariable): string {
  return JSON.stringify(attributesAsJson(variable.attributes));
}

/** Bounds: dimensions, attributes, and, where they are few, their values in row-major order. */
export async function describeBounds(
  variable: ArrayVariable,
  meaning: VariableMeaning,
  context: ReadContext,
): Promise<{ readonly metadata: string; readonly metadataWithValues?: string }> {
  const plain = { dims: variable.dims, shape: variable.shape, ...attributesAsJson(variable.attributes) };
  const metadata = JSON.stringify(plain);
  if (meaning.decoded === undefined || sizeOf(variable.shape) > MAX_BOUNDS) return { metadata };
  const { values, validity } = await readColumn(variable, meaning, variable.shape, context);
  const shown = Array.from(values as ArrayLike<number | bigint>, (value, i) =>
    validity && !isSet(validity, i) ? null : jsonNumber(value),
  );
  return { metadata, metadataWithValues: JSON.stringify({ ...plain, values: shown }) };
}

/** A scalar: its value and what its attributes say of it. */
export function describeScalar(value: string | number | bigint | null, more: Readonly<Record<string, string>>): string {
  return JSON.stringify({ value: typeof value === "string" || value === null ? value : jsonNumber(value), ...more });
}

function toJson(value: AttributeElement): Json {
  if (typeof value === "number" || typeof value === "bigint") return jsonNumber(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return (value as readonly AttributeElement[]).map(toJson);
  const fields = Object.entries(value as { readonly [field: string]: AttributeElement });
  return Object.fromEntries(fields.map(([name, field]) => [name, toJson(field)]));
}
