import type { NumericName } from "./dtype.js";
import type { TimeUnit } from "./row-batch.js";

/** Type of a column in a table: what Arrow and Parquet call the logical type. */
export type ColumnType =
  | { readonly kind: "number"; readonly name: Exclude<NumericName, "float16"> }
  | { readonly kind: "bool" }
  | { readonly kind: "string" }
  | { readonly kind: "binary" }
  /** Since 1970-01-01, proleptic Gregorian; data is a BigInt64Array. Default: microseconds, and no moment but a clock's reading. */
  | { readonly kind: "timestamp"; readonly unit?: TimeUnit; readonly isUtc?: boolean }
  /** Days since 1970-01-01; data is an Int32Array. */
  | { readonly kind: "date" }
  /** Since midnight; data is an Int32Array of milliseconds, or a BigInt64Array of what is finer. */
  | { readonly kind: "time"; readonly unit: TimeUnit }
  /** IEEE 754 binary16; data is a Uint16Array of its bits. */
  | { readonly kind: "float16" }
  /**
   * In units of 10^-scale. Data is an Int32Array up to 9 digits, a BigInt64Array up to 18; beyond, each is a big-endian two's
   * complement of {@link decimalBytes}.
   */
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  /** Byte strings of one length. */
  | { readonly kind: "fixed-binary"; readonly size: number }
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

/** Bytes that hold any decimal of so many digits, and its sign. */
export function decimalBytes(precision: number): number {
  let bytes = 1;
  for (const most = 10n ** BigInt(precision) - 1n; 2n ** BigInt(8 * bytes - 1) - 1n < most; ) bytes++;
  return bytes;
}

/** What the data of a column are: numbers of a type (`float16`: its bits), flags, or byte strings of any or of one length. */
export type Carrier = NumericName | "flags" | "bytes" | { readonly size: number };

/** @throws TypeError for what has no values of its own */
export function carrierOf(type: ColumnType): Carrier {
  switch (type.kind) {
    case "number":
      return type.name;
    case "bool":
      return "flags";
    case "string":
    case "binary":
      return "bytes";
    case "timestamp":
      return "int64";
    case "date":
      return "int32";
    case "time":
      return type.unit === "ms" ? "int32" : "int64";
    case "float16":
      return "float16";
    case "decimal":
      if (type.precision <= 9) return "int32";
      return type.precision <= 18 ? "int64" : { size: decimalBytes(type.precision) };
    case "fixed-binary":
      return { size: type.size };
    case "list":
      return carrierOf(type.item);
  }
}
