import type { EncodedColumn } from "./column-chunk.js";

/** A row group in memory; it can stand anywhere in any file of its schema. */
export interface EncodedRowGroup {
  readonly rows: number;
  readonly columns: readonly EncodedColumn[];
}
