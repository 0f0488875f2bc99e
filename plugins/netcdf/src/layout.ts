import type { ErrorJSON } from "graticule/plugin";
import type { HeaderVariable } from "./header.js";

/** Where a variable's values are. */
export interface VariableLayout {
  readonly variable: HeaderVariable;
  readonly shape: readonly number[];
  /** The first dimension is the record dimension. */
  readonly isRecord: boolean;
  /** Of all values, of a record variable those of one record; without padding. */
  readonly bytes: number;
  error?: ErrorJSON;
}

export interface Layout {
  readonly records: number;
  /** Bytes from one record to the next. */
  readonly recordStride: number;
  readonly variables: readonly VariableLayout[];
}

/** Bytes up to the next multiple of four. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
