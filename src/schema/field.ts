import type { NumericName } from "./dtype.js";

/** Type of a column in a table: what Arrow and Parquet call the logical type. */
export type ColumnType =
  | { readonly kind: "number"; readonly name: Exclude<NumericName, "float16"> }
  | { readonly kind: "bool" }
  | { readonly kind: "string" }
  | { readonly kind: "binary" }
  /** Microseconds since 1970-01-01 without zone, proleptic Gregorian; data is a BigInt64Array. */
  | { readonly kind: "timestamp" }
  | { readonly kind: "list"; readonly item: ColumnType; readonly size?: number };

export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** CF attributes that go into the field's metadata: `units`, `standard_name`, `long_name`, `calendar`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Schema {
  readonly fields: readonly Field[];
  readonly metadata: Readonly<Record<string, string>>;
}

export function numberType(name: Exclude<NumericName, "float16">): ColumnType {
  return { kind: "number", name };
}
