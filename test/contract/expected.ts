import { readFileSync } from "node:fs";
import type { ArrayVariable, Attributes, Dataset, Values } from "../../src/format/contract.js";
import { widenFloat16 } from "../../src/schema/typed-array.js";

/** A plain JSON value: 64-bit integers, NaN and infinities are text, byte strings are hex. */
export type Plain = number | string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export interface ExpectedAttribute {
  readonly dtype: string;
  readonly values: readonly Plain[];
}

/** What an outside tool says that a variable holds. */
export interface ExpectedVariable {
  readonly dtype: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly attributes: Readonly<Record<string, ExpectedAttribute>>;
  /** Row-major; absent where the values are not to be compared. */
  readonly values?: readonly Plain[];
}

/** The JSON that stands beside a fixture, written by an outside tool. Keys are full paths. */
export interface ExpectedDataset {
  readonly format: string;
  readonly version?: number | string;
  readonly dimensions: Readonly<Record<string, { readonly length: number; readonly unlimited: boolean }>>;
  readonly groups?: readonly string[];
  readonly attributes: Readonly<Record<string, ExpectedAttribute>>;
  readonly variables: Readonly<Record<string, ExpectedVariable>>;
}

export function readExpected(path: string): ExpectedDataset {
  return JSON.parse(readFileSync(path, "utf8")) as ExpectedDataset;
}

/** What a dataset says without its values, in the shape of {@link ExpectedDataset}. */
export function describeDataset(dataset: Dataset): ExpectedDataset {
  return {
    format: dataset.format,
    version: dataset.version,
    dimensions: Object.fromEntries(dataset.dimensions.map((d) => [d.path, { length: d.length, unlimited: d.unlimited }])),
    groups: dataset.groups.map((group) => group.path),
    attributes: describeAttributes(dataset.groups[0]?.attributes ?? new Map()),
    variables: Object.fromEntries(dataset.variables.map((v) => [v.path, describeVariable(v)])),
  };
}

export function describeVariable(variable: ArrayVariable): ExpectedVariable {
  const { dtype, dims, shape, attributes } = variable;
  return { dtype: dtype.name, dims, shape, attributes: describeAttributes(attributes) };
}

function describeAttributes(attributes: Attributes): Record<string, ExpectedAttribute> {
  return Object.fromEntries([...attributes].map(([name, a]) => [name, { dtype: a.dtype, values: a.values.map(plain) }]));
}

/** Values as the JSON has them. */
export function plainValues(values: Values, dtype: string): Plain[] {
  const list = dtype === "float16" ? widenFloat16(values as Uint16Array) : values;
  return Array.from(list as ArrayLike<unknown>, plain);
}

function plain(value: unknown): Plain {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value as Plain;
}
