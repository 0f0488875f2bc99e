import type { EncodedColumn } from "./column-chunk.js";
import type { SortedColumn } from "./file-layout.js";

/** A row group in memory; it can stand anywhere in any file of its schema. */
export interface EncodedRowGroup {
  readonly rows: number;
  readonly columns: readonly EncodedColumn[];
  /** The order that the rows are in; absent: none is promised. */
  readonly sorting?: readonly SortedColumn[];
}
