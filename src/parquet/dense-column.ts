import type { Bitmap } from "../schema/bitmap.js";
import type { Field } from "../schema/field.js";
import type { ColumnData, Packing } from "../schema/grid-batch.js";
import type { BloomRequest } from "./bloom-filter.js";
import type { Compressor } from "./compress.js";
import type { Encoding, PageCodec } from "./format.js";
import type { PageArena } from "./page-arena.js";
import type { RepeatedColumns } from "./repeated-columns.js";

export interface EncodeOptions {
  readonly codec: PageCodec;
  readonly compress: Compressor;
  /** A multiple of eight. */
  readonly pageRows: number;
  /** Where pages are kept until their row group is written; absent: each in memory of its own. */
  readonly arena?: PageArena;
  /** Coordinates that the row groups of a file share; absent: each is encoded anew. */
  readonly repeated?: RepeatedColumns;
  /** The encoding of a column's values; undefined, or absent: chosen by what the values are. Of a list: of its items. */
  readonly encodingOf?: (field: Field) => Encoding | undefined;
  /** Version of the data pages' layout; default 1, which all readers have. */
  readonly pageVersion?: 1 | 2;
  /** Which columns get a Bloom filter; flags never do, the format has none for them. */
  readonly bloomFilterOf?: (field: Field) => BloomRequest | undefined;
}

/** A value per row, in row order. */
export interface DenseColumn {
  readonly field: Field;
  readonly data: ColumnData;
  readonly validity?: Bitmap;
  readonly packing?: Packing;
}
