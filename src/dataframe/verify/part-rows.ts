import type { ParquetFile } from "../../parquet/read/parquet-file.js";
import type { SchemaNode } from "../../parquet/read/schema-tree.js";
import type { Vector } from "../../schema/row-batch.js";

/** Columns of some rows of a part: the vectors of a row group, and where the rows begin in them. */
export interface PartSlice {
  readonly columns: ReadonlyMap<string, { readonly node: SchemaNode; readonly vector: Vector }>;
  readonly from: number;
  readonly rows: number;
}

/** The rows of a part from the first to the last, a row group in memory at a time. */
export class PartRows {
  #group = -1;
  #slice: Omit<PartSlice, "rows"> & { readonly end: number } = { columns: new Map(), from: 0, end: 0 };

  constructor(readonly file: ParquetFile) {}

  /** The next rows, at most so many; null behind the last. */
  async next(most: number): Promise<PartSlice | null> {
    while (this.#slice.from >= this.#slice.end) if (!(await this.#load())) return null;
    const { columns, from, end } = this.#slice;
    const rows = Math.min(most, end - from);
    this.#slice = { columns, from: from + rows, end };
    return { columns, from, rows };
  }

  async #load(): Promise<boolean> {
    this.#group++;
    const { metadata, tree } = this.file;
    const group = metadata.rowGroups[this.#group];
    if (!group) return false;
    const ranges = [{ start: 0, stop: group.rows }];
    const reader = await this.file.fetch(this.#group, tree.nodes, ranges);
    const columns = new Map(tree.nodes.map((node) => [node.field.name, { node, vector: reader.read(node, ranges) }]));
    this.#slice = { columns, from: 0, end: group.rows };
    return true;
  }
}
