import { ParquetFile } from "../../parquet/read/parquet-file.js";
import type { SchemaNode } from "../../parquet/read/schema-tree.js";
import type { Vector } from "../../schema/row-batch.js";
import type { ByteSource, Store } from "../../store/contract.js";

/** Columns of some rows of a part: the vectors of a row group, and where the rows begin in them. */
export interface PartSlice {
  readonly path: string;
  /** Of the first, in the part. */
  readonly row: number;
  readonly columns: ReadonlyMap<string, { readonly node: SchemaNode; readonly vector: Vector }>;
  readonly from: number;
  readonly rows: number;
}

interface OpenPart {
  readonly path: string;
  readonly source: ByteSource;
  readonly file: ParquetFile;
}

/** The rows of parts, one after the other, from the first to the last: one file is open, and one row group in memory. */
export class PartRows {
  #next = 0;
  #open: OpenPart | null = null;
  #group = 0;
  #row = 0;
  #columns: PartSlice["columns"] = new Map();
  #from = 0;
  #end = 0;

  constructor(
    readonly paths: readonly string[],
    readonly store: Store,
  ) {}

  /** The part that is being read. */
  get path(): string {
    return this.#open?.path ?? this.paths[Math.max(0, this.#next - 1)] ?? "";
  }

  /** The next rows, at most so many; null behind the last. */
  async next(most: number): Promise<PartSlice | null> {
    while (this.#from >= this.#end) if (!(await this.#load())) return null;
    const rows = Math.min(most, this.#end - this.#from);
    const slice = { path: this.path, row: this.#row, columns: this.#columns, from: this.#from, rows };
    this.#from += rows;
    this.#row += rows;
    return slice;
  }

  async close(): Promise<void> {
    await this.#open?.source.close();
    this.#open = null;
    this.#columns = new Map();
  }

  /** @returns false behind the last row group of the last part */
  async #load(): Promise<boolean> {
    const open = this.#open ?? (await this.#openNext());
    if (!open) return false;
    const { metadata, tree } = open.file;
    const group = metadata.rowGroups[this.#group];
    if (!group) {
      await this.close();
      return this.#next < this.paths.length;
    }
    const ranges = [{ start: 0, stop: group.rows }];
    const reader = await open.file.fetch(this.#group++, tree.nodes, ranges);
    this.#columns = new Map(tree.nodes.map((node) => [node.field.name, { node, vector: reader.read(node, ranges) }]));
    this.#from = 0;
    this.#end = group.rows;
    return true;
  }

  async #openNext(): Promise<OpenPart | null> {
    const path = this.paths[this.#next];
    if (path === undefined) return null;
    this.#next++;
    const source = await this.store.open(path);
    this.#open = { path, source, file: await ParquetFile.open(source) };
    this.#group = 0;
    this.#row = 0;
    return this.#open;
  }
}
