import type { ColumnType, Field } from "../schema/field.js";
import { BloomFilter } from "./bloom-filter.js";
import { pathOf, storedTypeOf } from "./column-type.js";
import type { EncodeOptions } from "./dense-column.js";
import { binary, bool, CODEC, ENCODING, type Encoding, i32, i64, list, PAGE_TYPE, struct, text } from "./format.js";
import type { LevelSizes } from "./levels.js";
import { columnIndexOf, type Histograms, offsetIndexOf, type PageSummary, sizeStatistics } from "./page-index.js";
import { type Bounds, unite } from "./statistics.js";
import { encodeStruct, type ThriftStruct } from "./thrift.js";

/** A column of one row group, encoded; offsets count from its own first byte. */
export interface EncodedColumn {
  readonly bytes: readonly Uint8Array[];
  readonly size: number;
  /** ColumnMetaData. */
  readonly metadata: ThriftStruct;
  readonly columnIndex: ThriftStruct | null;
  /** PageLocations. */
  readonly offsetIndex: ThriftStruct;
  /** With its header; it stands behind the row group's last column. */
  readonly bloomFilter: Uint8Array | null;
}

export interface PageContent {
  /** Levels and values, before compression, as data pages v1 have them. */
  readonly body: Uint8Array;
  readonly levels: LevelSizes;
  readonly rows: number;
  /** Values and nulls: of lists, items, and lists without any. */
  readonly values: number;
  readonly nulls: number;
  readonly bounds: Bounds | null;
  readonly histograms?: Histograms;
  /** Of texts and byte strings: their bytes, were there no encoding. */
  readonly textBytes?: number;
}

interface WholePage {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  readonly uncompressed: number;
}

/** Bytes of the length before levels in data pages v1. */
const LEVEL_LENGTH = 4;

/** Collects the pages of one column chunk. */
export class ColumnChunkWriter {
  readonly #bytes: Uint8Array[] = [];
  readonly #pages: PageSummary[] = [];
  #size = 0;
  #uncompressed = 0;
  #rows = 0;
  #values = 0;
  #dictionarySize: number | null = null;
  #filter: BloomFilter | null = null;
  #last: { content: PageContent; header: Uint8Array; body: Uint8Array; uncompressed: number } | null = null;

  constructor(
    readonly field: Field,
    readonly options: Pick<EncodeOptions, "codec" | "compress" | "arena" | "pageVersion" | "bloomFilterOf">,
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

  /** The Bloom filter of the column, to be filled; null where none is asked for. @param distinct its values, at most */
  filter(distinct: number): BloomFilter | null {
    const asked = this.#type.kind === "bool" ? undefined : this.options.bloomFilterOf?.(this.field);
    this.#filter = asked ? new BloomFilter(distinct, asked) : null;
    return this.#filter;
  }

  /** The same content object again costs nothing: its compressed bytes are written as they are. */
  page(content: PageContent): void {
    if (this.#last?.content !== content) {
      const page = this.options.pageVersion === 2 ? this.#pageTwo(content) : this.#pageOne(content);
      this.#last = { content, ...page };
    }
    const { header, body, uncompressed } = this.#last;
    const { rows, values, nulls, bounds, histograms, textBytes } = content;
    const size = header.length + body.length;
    this.#pages.push({ offset: this.#size, size, firstRow: this.#rows, values, nulls, bounds, histograms, textBytes });
    this.#rows += rows;
    this.#values += values;
    this.#append(header, body, uncompressed);
  }

  #pageOne(content: PageContent): WholePage {
    const body = this.#compressed(content.body);
    const header = encodeStruct(
      struct({
        1: i32(PAGE_TYPE.DATA),
        2: i32(content.body.length),
        3: i32(body.length),
        5: struct({ 1: i32(content.values), 2: i32(this.encoding), 3: i32(ENCODING.RLE), 4: i32(ENCODING.RLE) }),
      }),
    );
    return { header, body, uncompressed: content.body.length };
  }

  /** Levels stand before the compressed values, and without their lengths: the header has those. */
  #pageTwo({ body: whole, levels, values, nulls, rows }: PageContent): WholePage {
    const valuesFrom = levels.repetition + levels.definition;
    const repetition = whole.subarray(levels.repetition && LEVEL_LENGTH, levels.repetition);
    const definition = whole.subarray(levels.repetition + (levels.definition && LEVEL_LENGTH), valuesFrom);
    const own = whole.subarray(valuesFrom);
    const isCompressed = this.options.codec !== "none" && own.length > 0;
    const packed = isCompressed ? this.options.compress(own) : own;
    const body = new Uint8Array(repetition.length + definition.length + packed.length);
    body.set(repetition);
    body.set(definition, repetition.length);
    body.set(packed, repetition.length + definition.length);
    const uncompressed = repetition.length + definition.length + own.length;
    const header = encodeStruct(
      struct({
        1: i32(PAGE_TYPE.DATA_V2),
        2: i32(uncompressed),
        3: i32(body.length),
        8: struct({
          1: i32(values),
          2: i32(nulls),
          3: i32(rows),
          4: i32(this.encoding),
          5: i32(definition.length),
          6: i32(repetition.length),
          7: bool(isCompressed),
        }),
      }),
    );
    return { header, body, uncompressed };
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
      16: sizeStatistics(pages),
    });
    return {
      bytes: this.#bytes,
      size: this.#size,
      metadata,
      columnIndex: columnIndexOf(type, pages),
      offsetIndex: offsetIndexOf(pages),
      bloomFilter: this.#filter?.finish() ?? null,
    };
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
}
