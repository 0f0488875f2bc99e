import { GraticuleError } from "../../errors.js";
import type { RowField, Vector } from "../../schema/row-batch.js";
import type { ByteSource, ReadOptions } from "../../store/contract.js";
import { assemble } from "./assemble.js";
import type { ChunkReader, PageCounters } from "./chunk-reader.js";
import { damaged } from "./damaged.js";
import { type ChunkRequest, fetchChunks } from "./fetch-chunks.js";
import type { Footer } from "./footer.js";
import { cachedFooter } from "./footer-cache.js";
import type { RowRange } from "./level-store.js";
import type { ColumnChunk, FileMetadata, Place, RowGroupMetadata } from "./metadata.js";
import { type PagePlace, parseOffsetIndex } from "./page-index.js";
import { leavesOf, type SchemaNode, type SchemaTree, schemaTree } from "./schema-tree.js";

/** An opened Parquet file: its footer is read, its values are read on demand. */
export class ParquetFile {
  readonly metadata: FileMetadata;
  readonly tree: SchemaTree;
  readonly #places = new Map<ColumnChunk, readonly PagePlace[]>();

  constructor(
    readonly source: ByteSource,
    readonly footer: Footer,
    /** Pages that were decoded. */
    readonly counters: PageCounters = { pages: 0 },
  ) {
    this.metadata = footer.metadata;
    try {
      this.tree = schemaTree(footer.metadata.schema);
      for (const group of footer.metadata.rowGroups)
        if (group.columns.length !== this.tree.leaves.length)
          throw damaged(`a row group of ${group.columns.length} columns for a schema of ${this.tree.leaves.length}`);
    } catch (error) {
      throw this.#placed(error);
    }
  }

  /** @throws `malformed`, `truncated`, `unsupported`, `unknown-format` */
  static async open(source: ByteSource, options: ReadOptions = {}, counters?: PageCounters): Promise<ParquetFile> {
    return new ParquetFile(source, await cachedFooter(source, options), counters);
  }

  get fields(): readonly RowField[] {
    return this.tree.nodes.map((node) => node.field);
  }

  rowGroup(index: number): RowGroupMetadata {
    const group = this.metadata.rowGroups[index];
    if (!group) throw new RangeError(`there is no row group ${index}`);
    return group;
  }

  /** Pieces of the file, of which what came with the footer is not fetched again; null for those that pass its end. */
  async pieces(places: readonly Place[], options: ReadOptions = {}): Promise<(Uint8Array | null)[]> {
    const { tail, tailAt } = this.footer;
    const found = places.map(({ offset, length }) =>
      offset >= tailAt && offset + length <= this.source.size ? tail.subarray(offset - tailAt, offset - tailAt + length) : null,
    );
    const missing = places.flatMap(({ offset, length }, i) => (found[i] || offset + length > this.source.size ? [] : [i]));
    if (missing.length === 0) return found;
    const ranges = missing.map((i) => places[i] as Place);
    for await (const { index, bytes } of this.source.read(ranges, options)) found[missing[index] as number] = bytes;
    return found;
  }

  /** Where the pages of chunks are, as far as the file has offset indexes; asked for together. */
  async loadPlaces(
    wanted: readonly { readonly group: number; readonly leaves: readonly number[] }[],
    options: ReadOptions = {},
  ): Promise<void> {
    const missing = wanted.flatMap(({ group, leaves }) => {
      const { columns, rows } = this.rowGroup(group);
      return [...new Set(leaves)].flatMap((leaf) => {
        const chunk = columns[leaf] as ColumnChunk;
        return chunk.offsetIndex && !this.#places.has(chunk) ? [{ chunk, place: chunk.offsetIndex, rows }] : [];
      });
    });
    const pieces = await this.pieces(
      missing.map(({ place }) => place),
      options,
    );
    for (const [i, { chunk, place, rows }] of missing.entries()) {
      const bytes = pieces[i];
      if (!bytes) throw this.#placed(damaged("an offset index lies behind the end of the file"), place.offset);
      try {
        this.#places.set(chunk, parseOffsetIndex(bytes, rows));
      } catch (error) {
        throw this.#placed(error, place.offset);
      }
    }
  }

  /** The pages of a chunk, of which {@link loadPlaces} has been told; null where the file does not say. */
  placesOf(group: number, leaf: number): readonly PagePlace[] | null {
    return this.#places.get(this.rowGroup(group).columns[leaf] as ColumnChunk) ?? null;
  }

  /** What reading rows of columns fetches. */
  requestsOf(group: number, nodes: readonly SchemaNode[], ranges: readonly RowRange[]): ChunkRequest[] {
    const { columns, rows } = this.rowGroup(group);
    return nodes.flatMap(leavesOf).map((leaf) => {
      const chunk = columns[leaf.index] as ColumnChunk;
      return { leaf, chunk, rows, ranges, places: this.#places.get(chunk) ?? null };
    });
  }

  /** Fetches the pages that hold rows of columns. */
  async fetch(
    group: number,
    nodes: readonly SchemaNode[],
    ranges: readonly RowRange[],
    options: ReadOptions = {},
  ): Promise<ColumnReader> {
    try {
      const readers = await fetchChunks(this.source, this.requestsOf(group, nodes, ranges), this.counters, options);
      return new ColumnReader(this.source.url, new Map(readers.map((reader) => [reader.leaf.index, reader])));
    } catch (error) {
      throw this.#placed(error);
    }
  }

  #placed(error: unknown, offset?: number): unknown {
    return error instanceof GraticuleError ? error.at({ file: this.source.url, ...(offset !== undefined && { offset }) }) : error;
  }
}

/** Fetched pages of some columns of a row group. */
export class ColumnReader {
  constructor(
    readonly url: string,
    readonly readers: ReadonlyMap<number, ChunkReader>,
  ) {}

  /** Rows of a column. @param ranges ascending, among those that were fetched */
  read(node: SchemaNode, ranges: readonly RowRange[]): Vector {
    try {
      if (node.kind === "leaf") return this.#reader(node.leaf.index).readFlat(ranges);
      const stores = leavesOf(node).map((leaf) => [leaf.index, this.#reader(leaf.index).readLevels(ranges)] as const);
      const [first] = stores;
      const rows = first?.[1].rows;
      for (const [, store] of stores)
        if (store.rows !== rows) throw damaged(`the columns of ${node.field.name} have ${rows} and ${store.rows} rows`);
      return assemble(node, new Map(stores));
    } catch (error) {
      throw error instanceof GraticuleError ? error.at({ file: this.url, variable: node.field.name }) : error;
    }
  }

  #reader(leaf: number): ChunkReader {
    const reader = this.readers.get(leaf);
    if (!reader) throw new TypeError(`leaf ${leaf} was not fetched`);
    return reader;
  }
}
