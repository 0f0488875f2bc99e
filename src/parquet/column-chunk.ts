import type { ColumnType, Field } from "../schema/field.js";
import { pathOf, storedTypeOf } from "./column-type.js";
import type { EncodeOptions } from "./dense-column.js";
import { binary, bool, CODEC, ENCODING, type Encoding, i32, i64, list, PAGE_TYPE, struct, text } from "./format.js";
import { type Bounds, compareBounds, unite } from "./statistics.js";
import { encodeStruct, type ThriftStruct, type ThriftValue } from "./thrift.js";

/** A column of one row group, encoded; offsets count from its own first byte. */
export interface EncodedColumn {
  readonly bytes: readonly Uint8Array[];
  readonly size: number;
  /** ColumnMetaData. */
  readonly metadata: ThriftStruct;
  readonly columnIndex: ThriftStruct | null;
  /** PageLocations. */
  readonly offsetIndex: ThriftStruct;
}

export interface PageContent {
  /** Definition levels and values, before compression. */
  readonly body: Uint8Array;
  readonly rows: number;
  /** Values and nulls: of lists, items, and lists without any. */
  readonly values: number;
  readonly nulls: number;
  readonly bounds: Bounds | null;
}

interface PageSummary {
  readonly offset: number;
  readonly size: number;
  readonly firstRow: number;
  readonly nulls: number;
  readonly values: number;
  readonly bounds: Bounds | null;
}

/** Collects the pages of one column chunk. */
export class ColumnChunkWriter {
  readonly #bytes: Uint8Array[] = [];
  readonly #pages: PageSummary[] = [];
  #size = 0;
  #uncompressed = 0;
  #rows = 0;
  #values = 0;
  #dictionarySize: number | null = null;
  #last: { content: PageContent; header: Uint8Array; body: Uint8Array } | null = null;

  constructor(
    readonly field: Field,
    readonly options: Pick<EncodeOptions, "codec" | "compress" | "arena">,
    readonly encoding: Encoding,
  ) {}

  /** Of the values. */
  get #type(): ColumnType {
    const { type } = this.field;
    return type.kind === "list" ? type.item : type;
  }

  dictionary(body: Uint8Array, count: number): void {
    const compressed = this.#compressed(body);
    const header = encodeStruct(
      struct({
        1: i32(PAGE_TYPE.DICTIONARY),
        2: i32(body.length),
        3: i32(compressed.length),
        7: struct({ 1: i32(count), 2: i32(ENCODING.PLAIN) }),
      }),
    );
    this.#append(header, compressed, body.length);
    this.#dictionarySize = header.length + compressed.length;
  }

  /** The same content object again costs nothing: its compressed bytes are written as they are. */
  page(content: PageContent): void {
    if (this.#last?.content !== content) {
      const body = this.#compressed(content.body);
      const header = encodeStruct(
        struct({
          1: i32(PAGE_TYPE.DATA),
          2: i32(content.body.length),
          3: i32(body.length),
          5: struct({ 1: i32(content.values), 2: i32(this.encoding), 3: i32(ENCODING.RLE), 4: i32(ENCODING.RLE) }),
        }),
      );
      this.#last = { content, header, body };
    }
    const { header, body } = this.#last;
    const { rows, values, nulls, bounds } = content;
    this.#pages.push({ offset: this.#size, size: header.length + body.length, firstRow: this.#rows, values, nulls, bounds });
    this.#rows += rows;
    this.#values += values;
    this.#append(header, body, content.body.length);
  }

  finish(): EncodedColumn {
    const type = this.#type;
    const pages = this.#pages;
    const bounds = pages.reduce<Bounds | null>((all, page) => unite(type, all, page.bounds), null);
    const nulls = pages.reduce((n, page) => n + page.nulls, 0);
    const exact = type.kind !== "string" && type.kind !== "binary";
    const statistics = struct({
      3: i64(nulls),
      5: bounds ? binary(bounds.max) : undefined,
      6: bounds ? binary(bounds.min) : undefined,
      7: bounds ? bool(exact) : undefined,
      8: bounds ? bool(exact) : undefined,
    });
    const hasDictionary = this.#dictionarySize !== null;
    const encodings = [this.encoding, ENCODING.RLE, ...(hasDictionary ? [ENCODING.PLAIN] : [])];
    const metadata = struct({
      1: i32(storedTypeOf(type).physical),
      2: list("i32", [...new Set(encodings)].map(i32)),
      3: list("binary", pathOf(this.field).map(text)),
      4: i32(CODEC[this.options.codec]),
      5: i64(this.#values),
      6: i64(this.#uncompressed),
      7: i64(this.#size),
      9: i64(this.#dictionarySize ?? 0),
      11: hasDictionary ? i64(0) : undefined,
      12: statistics,
    });
    return { bytes: this.#bytes, size: this.#size, metadata, columnIndex: this.#columnIndex(), offsetIndex: this.#offsetIndex() };
  }

  #compressed(body: Uint8Array): Uint8Array {
    const bytes = this.options.compress(body);
    return this.options.arena ? this.options.arena.copy(bytes) : new Uint8Array(bytes);
  }

  #append(header: Uint8Array, body: Uint8Array, uncompressed: number): void {
    this.#bytes.push(header, body);
    this.#size += header.length + body.length;
    this.#uncompressed += header.length + uncompressed;
  }

  #offsetIndex(): ThriftStruct {
    return struct({
      1: list(
        "struct",
        this.#pages.map((page) => struct({ 1: i64(page.offset), 2: i32(page.size), 3: i64(page.firstRow) })),
      ),
    });
  }

  /** Null where a page that is not all null has no bounds: an index must bound every page. */
  #columnIndex(): ThriftStruct | null {
    const pages = this.#pages;
    if (pages.some((page) => !page.bounds && page.nulls < page.values)) return null;
    const empty = new Uint8Array(0);
    const each = (value: (page: PageSummary) => ThriftValue): ThriftValue[] => pages.map(value);
    return struct({
      1: list(
        "bool",
        each((page) => bool(!page.bounds)),
      ),
      2: list(
        "binary",
        each((page) => binary(page.bounds?.min ?? empty)),
      ),
      3: list(
        "binary",
        each((page) => binary(page.bounds?.max ?? empty)),
      ),
      4: i32(this.#boundaryOrder()),
      5: list(
        "i64",
        each((page) => i64(page.nulls)),
      ),
    });
  }

  /** 1: ascending, 2: descending, 0: neither (parquet.thrift, BoundaryOrder). */
  #boundaryOrder(): number {
    const bounds = this.#pages.flatMap((page) => (page.bounds ? [page.bounds] : []));
    const ordered = (sign: number): boolean =>
      bounds.every((b, i) => {
        const before = bounds[i - 1];
        if (!before) return true;
        return sign * compareBounds(this.#type, before.min, b.min) <= 0 && sign * compareBounds(this.#type, before.max, b.max) <= 0;
      });
    return ordered(1) ? 1 : ordered(-1) ? 2 : 0;
  }
}
