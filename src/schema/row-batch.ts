import type { Bitmap } from "./bitmap.js";
import type { NumericName } from "./dtype.js";
import type { TypedArray } from "./typed-array.js";

export type TimeUnit = "ms" | "us" | "ns";

/** Type of a column of rows: Arrow's logical types as far as Parquet has them. */
export type RowType =
  | { readonly kind: "number"; readonly name: NumericName }
  | { readonly kind: "bool" }
  /** UTF-8. */
  | { readonly kind: "string" }
  | { readonly kind: "binary" }
  | { readonly kind: "fixed-binary"; readonly size: number }
  /** Integers of `size` bytes (16 or 32), little-endian, in units of 10^-scale. */
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number; readonly size: 16 | 32 }
  /** Days since 1970-01-01. */
  | { readonly kind: "date" }
  /** Since midnight: 32 bits of milliseconds, 64 of what is finer. */
  | { readonly kind: "time"; readonly unit: TimeUnit }
  /** Since 1970-01-01, in 64 bits. `isUtc`: a moment; else a reading of some clock. */
  | { readonly kind: "timestamp"; readonly unit: TimeUnit; readonly isUtc: boolean }
  /** Nothing but null. */
  | { readonly kind: "null" }
  | { readonly kind: "list"; readonly item: RowField }
  | { readonly kind: "struct"; readonly fields: readonly RowField[] }
  | { readonly kind: "map"; readonly key: RowField; readonly value: RowField };

export interface RowField {
  readonly name: string;
  readonly type: RowType;
  readonly nullable: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

interface Cells {
  readonly length: number;
  /** Absent: all valid. What lies under a null is unspecified. */
  readonly validity?: Bitmap;
}

/** Numbers, dates, times and timestamps; bool as 0 and 1, a byte each; float16 as its 16 bits. */
export interface NumberVector extends Cells {
  readonly kind: "numbers";
  readonly values: TypedArray;
}

/** Text in UTF-8, or bytes: cell `i` is `bytes[offsets[i], offsets[i + 1])`. The offsets may begin anywhere. */
export interface TextVector extends Cells {
  readonly kind: "texts";
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** Text as positions in a table of distinct ones, which has no nulls. */
export interface DictionaryVector extends Cells {
  readonly kind: "dictionary";
  readonly codes: Int32Array;
  readonly dictionary: TextVector;
}

/** Decimals and bytes of one size. */
export interface FixedVector extends Cells {
  readonly kind: "fixed";
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Cell `i` has the items `[offsets[i], offsets[i + 1])` of the child; of a map, the child is a struct of key and value. */
export interface ListVector extends Cells {
  readonly kind: "list";
  readonly offsets: Int32Array;
  readonly child: Vector;
}

export interface StructVector extends Cells {
  readonly kind: "struct";
  readonly children: readonly Vector[];
}

/** The values of a column for some rows, laid out as Arrow's arrays are, so that they become them without a copy. */
export type Vector = NumberVector | TextVector | DictionaryVector | FixedVector | ListVector | StructVector;

/** Some rows of a table, column by column. */
export interface RowBatch {
  readonly rows: number;
  readonly fields: readonly RowField[];
  /** One for each field. */
  readonly columns: readonly Vector[];
}
