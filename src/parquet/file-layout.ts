import type { Field } from "../schema/field.js";
import { schemaElements } from "./column-type.js";
import { bool, i16, i32, i64, list, numberAt, struct, structsAt, text, withFields } from "./format.js";
import { encodeStruct, type ThriftStruct, type ThriftValue } from "./thrift.js";

export const MAGIC = Buffer.from("PAR1");

/** What a footer says beside its row groups. */
export interface FileDescription {
  readonly fields: readonly Field[];
  readonly keyValues: Readonly<Record<string, string>>;
  readonly createdBy: string;
  /** Names of the columns that a geometry is made of: longitudes and latitudes. */
  readonly coordinates?: readonly [string, string];
}

/** A column chunk as a file's footer will name it; offsets count from `base`. */
export interface PlacedColumn {
  readonly metadata: ThriftStruct;
  readonly columnIndex: ThriftStruct | null;
  readonly offsetIndex: ThriftStruct | null;
  readonly bloomFilter: Uint8Array | null;
}

/** Rows that are in the order of a column; of several, the first goes before the others. */
export interface SortedColumn {
  /** Position among the fields. */
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A row group of columns as they are placed. */
export interface PlacedGroup {
  readonly columns: readonly PlacedColumn[];
  /** Bytes of each column. */
  readonly sizes: readonly number[];
  readonly rows: number;
  readonly sorting?: readonly SortedColumn[];
}

interface Extent {
  readonly offset: number;
  readonly length: number;
}

interface GroupLayout {
  readonly columns: readonly { readonly column: PlacedColumn; readonly base: number; readonly filter: Extent | null }[];
  readonly rows: number;
  readonly size: number;
  readonly start: number;
  readonly sorting: readonly SortedColumn[] | undefined;
}

/**
 * The layout of a file that is written from front to back: row groups are placed as they come, page indexes and footer follow.
 * It holds metadata only; whoever uses it writes the bytes.
 */
export class FileLayout {
  #position = MAGIC.length;
  #rows = 0;
  readonly #groups: GroupLayout[] = [];

  /** Bytes placed so far, the magic number included. */
  get position(): number {
    return this.#position;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The columns will be written from here on, in order, and what is given back behind them: their Bloom filters. */
  place({ columns, sizes, rows, sorting }: PlacedGroup): readonly Uint8Array[] {
    const start = this.#position;
    const bases = columns.map((_, i) => {
      const base = this.#position;
      this.#position += sizes[i] as number;
      return base;
    });
    const size = this.#position - start;
    const filters: Uint8Array[] = [];
    const placed = columns.map(({ bloomFilter, ...column }, i) => {
      const filter = bloomFilter && { offset: this.#position, length: bloomFilter.length };
      if (bloomFilter) filters.push(bloomFilter);
      this.#position += filter?.length ?? 0;
      return { column: { ...column, bloomFilter: null }, base: bases[i] as number, filter };
    });
    this.#groups.push({ columns: placed, rows, size, start, sorting });
    this.#rows += rows;
    return filters;
  }

  /** All that follows the row groups. */
  finish(description: FileDescription): Uint8Array {
    const parts: Uint8Array[] = [];
    const append = (bytes: Uint8Array): Extent => {
      const offset = this.#position;
      parts.push(bytes);
      this.#position += bytes.length;
      return { offset, length: bytes.length };
    };
    const columnIndexes = this.#groups.map((group) =>
      group.columns.map(({ column }) => column.columnIndex && append(encodeStruct(column.columnIndex))),
    );
    const offsetIndexes = this.#groups.map((group) =>
      group.columns.map(
        ({ column, base }) => column.offsetIndex && append(encodeStruct(shiftOffsetIndex(column.offsetIndex, base))),
      ),
    );
    const groups = this.#groups.map((group, g) => {
      const chunks = group.columns.map(({ column, base, filter }, c) => {
        const offsets = offsetIndexes[g]?.[c];
        const bounds = columnIndexes[g]?.[c];
        return struct({
          2: i64(0),
          3: withFields(shiftMetadata(column.metadata, base), {
            14: filter ? i64(filter.offset) : undefined,
            15: filter ? i32(filter.length) : undefined,
          }),
          4: offsets ? i64(offsets.offset) : undefined,
          5: offsets ? i32(offsets.length) : undefined,
          6: bounds ? i64(bounds.offset) : undefined,
          7: bounds ? i32(bounds.length) : undefined,
        });
      });
      const uncompressed = group.columns.reduce((n, { column }) => n + numberAt(column.metadata, 6), 0);
      return struct({
        1: list("struct", chunks),
        2: i64(uncompressed),
        3: i64(group.rows),
        4: group.sorting ? list("struct", group.sorting.map(sortingColumn)) : undefined,
        5: i64(group.start),
        6: i64(group.size),
        7: g < 32768 ? i16(g) : undefined,
      });
    });
    const footer = encodeStruct(this.#fileMetadata(description, groups));
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(footer.length);
    MAGIC.copy(tail, 4);
    return Buffer.concat([...parts, footer, tail]);
  }

  #fileMetadata({ fields, keyValues, createdBy }: FileDescription, groups: ThriftValue[]): ThriftStruct {
    const pairs = Object.entries(keyValues).map(([key, value]) => struct({ 1: text(key), 2: text(value) }));
    return struct({
      1: i32(2),
      2: list("struct", schemaElements(fields)),
      3: i64(this.#rows),
      4: list("struct", groups),
      5: pairs.length > 0 ? list("struct", pairs) : undefined,
      6: text(createdBy),
      // TypeDefinedOrder for every column.
      7: list(
        "struct",
        fields.map(() => struct({ 1: struct({}) })),
      ),
    });
  }
}

/** SortingColumn. */
function sortingColumn({ column, descending, nullsFirst }: SortedColumn): ThriftStruct {
  return struct({ 1: i32(column), 2: bool(descending), 3: bool(nullsFirst) });
}

/** What a RowGroup says of its order; undefined where it says nothing. */
export function sortingOf(group: ThriftStruct): readonly SortedColumn[] | undefined {
  if (!group.value.has(4)) return undefined;
  const isTrue = (of: ThriftStruct, id: number): boolean => {
    const field = of.value.get(id);
    return field?.type === "bool" && field.value;
  };
  return structsAt(group, 4).map((one) => ({ column: numberAt(one, 1), descending: isTrue(one, 2), nullsFirst: isTrue(one, 3) }));
}

/** Offsets in a ColumnMetaData: data page, index page, dictionary page. Those of Bloom filters are given where these are placed. */
const METADATA_OFFSETS = [9, 10, 11] as const;

/** A ColumnMetaData moved by `by` bytes. */
export function shiftMetadata(metadata: ThriftStruct, by: number): ThriftStruct {
  const moved = METADATA_OFFSETS.filter((id) => metadata.value.has(id)).map(
    (id) => [id, i64(numberAt(metadata, id) + by)] as const,
  );
  return withFields(metadata, Object.fromEntries(moved));
}

/** An OffsetIndex, whose page offsets are absolute, moved by `by` bytes. */
export function shiftOffsetIndex(index: ThriftStruct, by: number): ThriftStruct {
  const pages = structsAt(index, 1).map((page) => withFields(page, { 1: i64(numberAt(page, 1) + by) }));
  return withFields(index, { 1: list("struct", pages) });
}

/** The first byte of a column chunk: its dictionary page, where it has one. */
export function columnStart(metadata: ThriftStruct): number {
  const data = numberAt(metadata, 9);
  const dictionary = metadata.value.has(11) ? numberAt(metadata, 11) : data;
  return dictionary > 0 ? Math.min(dictionary, data) : data;
}
