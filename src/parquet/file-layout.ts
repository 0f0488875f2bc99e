import type { Field } from "../schema/field.js";
import { schemaElements } from "./column-type.js";
import { i16, i32, i64, list, numberAt, struct, structsAt, text, withFields } from "./format.js";
import { encodeStruct, type ThriftStruct, type ThriftValue } from "./thrift.js";

export const MAGIC = Buffer.from("PAR1");

/** What a footer says beside its row groups. */
export interface FileDescription {
  readonly fields: readonly Field[];
  readonly keyValues: Readonly<Record<string, string>>;
  readonly createdBy: string;
}

/** A column chunk as a file's footer will name it; offsets count from `base`. */
export interface PlacedColumn {
  readonly metadata: ThriftStruct;
  readonly columnIndex: ThriftStruct | null;
  readonly offsetIndex: ThriftStruct | null;
}

/**
 * The layout of a file that is written from front to back: row groups are placed as they come, page indexes and footer follow.
 * It holds metadata only; whoever uses it writes the bytes.
 */
export class FileLayout {
  #position = MAGIC.length;
  #rows = 0;
  readonly #groups: { columns: { column: PlacedColumn; base: number }[]; rows: number; size: number; start: number }[] = [];

  /** Bytes placed so far, the magic number included. */
  get position(): number {
    return this.#position;
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param sizes bytes of each column, in order, as they will be written from here on */
  place(columns: readonly PlacedColumn[], sizes: readonly number[], rows: number): void {
    const start = this.#position;
    const placed = columns.map((column, i) => {
      const base = this.#position;
      this.#position += sizes[i] as number;
      return { column, base };
    });
    this.#groups.push({ columns: placed, rows, size: this.#position - start, start });
    this.#rows += rows;
  }

  /** All that follows the row groups. */
  finish(description: FileDescription): Uint8Array {
    const parts: Uint8Array[] = [];
    const append = (bytes: Uint8Array): { offset: number; length: number } => {
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
      const chunks = group.columns.map(({ column, base }, c) => {
        const offsets = offsetIndexes[g]?.[c];
        const bounds = columnIndexes[g]?.[c];
        return struct({
          2: i64(0),
          3: shiftMetadata(column.metadata, base),
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

/** Offsets in a ColumnMetaData: data page, index page, dictionary page, bloom filter. */
const METADATA_OFFSETS = [9, 10, 11, 14] as const;

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
