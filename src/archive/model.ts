import type { Field } from "../schema/field.js";

/** A file of the archive, pinned to the version that was planned. Plain JSON. */
export interface Member {
  readonly url: string;
  readonly size: number;
  readonly version: string;
  readonly format: string;
}

/** Values of a 1-D or scalar column, known at planning time. JSON: numbers as base64 of little-endian bytes. */
export type KnownValues =
  | {
      readonly kind: "numbers";
      readonly type: "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "float32" | "float64" | "int64" | "uint64";
      readonly base64: string /** Bits as in `Bitmap`, base64; absent: all valid. */;
      readonly validity?: string;
    }
  | { readonly kind: "strings"; readonly values: readonly (string | null)[] }
  /** 0, 1, 2, …: a dimension without coordinates. */
  | { readonly kind: "index" };

/** How a number stands for a date: CF `units` and `calendar`, verbatim. */
export interface TimeReference {
  readonly units: string;
  readonly calendar: string;
}

export interface TableColumn {
  readonly field: Field;
  /** Other names by which it may be asked for: of the variable that it is a part of. */
  readonly alsoNamed?: readonly string[];
  readonly role: "coordinate" | "index" | "calendar" | "auxiliary" | "scalar" | "source" | "data";
  /** "X" and "Y" are degrees east and north (also of 2-D auxiliaries), "T" is time. */
  readonly axis?: "X" | "Y" | "Z" | "T";
  /** Positions in the table's axes over which its values vary, ascending. */
  readonly axes: readonly number[];
  /** Of a time column that stays a number: what it counts. */
  readonly time?: TimeReference;
  /** Its type was asked for: values that it cannot hold are an error. */
  readonly checked?: boolean;
  /** Values outside of what the files call valid are missing (`mask`), or counted. */
  readonly validRange?: "mask" | "report";
  /** Known at planning time (coordinates, indexes, calendar parts, scalars). Otherwise read from the segment's pieces. */
  readonly values?: KnownValues;
  /** One text per segment, for `--with source`. */
  readonly perSegment?: readonly string[];
}

export interface TableAxis {
  readonly dim: string;
  readonly length: number;
  /** Position in `columns` of the coordinate or index column of this axis. */
  readonly column: number;
}

/** Where a column's values of one segment lie. */
export interface Piece {
  /** Position in `Archive.members`. */
  readonly member: number;
  /** Full path of the variable in that file. */
  readonly variable: string;
  /**
   * For each dimension of the variable, in its order: the position in the table's axes. Axes of the column that are not among
   * them: the values are the same all along them within this segment. Fewer than the variable has dimensions: the rest are those
   * of a cell's list, and the last, of `char`, is that of a text's letters; a `char` variable with as many holds one letter a cell.
   */
  readonly axes: readonly number[];
  /** Index in the file along the joined axis of the segment's first cell; null where the variable lacks the joined axis. */
  readonly offset: number | null;
  /** Further along the table's axis, further along the file's (1) or nearer to its start (-1). */
  readonly step: 1 | -1;
  /** The variable's chunk shape in its own dimension order, null where contiguous, and bytes of an element: for planning slabs. */
  readonly chunks: readonly number[] | null;
  readonly elementSize: number;
  /** After decoding: `value * scale + offset` brings the file's units to the column's. */
  readonly convert?: { readonly scale: number; readonly offset: number };
}

/** A run of the joined axis whose cells come from the same files. */
export interface Segment {
  /** Half-open, on the joined axis; the whole of axis 0 (or 0..1) where nothing is joined. */
  readonly start: number;
  readonly stop: number;
  /** Per column of the table; null: no file has it here (nulls), or the column needs no reading. */
  readonly pieces: readonly (Piece | null)[];
}

/** One table: a set of dimensions, its coordinates, and where every cell of it lies. Plain JSON. */
export interface TableGroup {
  readonly name: string;
  readonly axes: readonly TableAxis[];
  readonly columns: readonly TableColumn[];
  /** Position in `axes` of the dimension along which files are united; null where one file holds the table. */
  readonly joined: number | null;
  readonly segments: readonly Segment[];
  /** Globals, and scalars and grid mappings that every file shares, for the footer. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A variable that is in no table, and why. */
export interface Outsider {
  readonly path: string;
  readonly reason: string;
  readonly file: string;
}

export interface Archive {
  readonly members: readonly Member[];
  readonly tables: readonly TableGroup[];
  readonly outsiders?: readonly Outsider[];
  readonly warnings: readonly string[];
}
