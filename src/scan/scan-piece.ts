import type { Expr } from "../expr/nodes.js";
import type { RowRange } from "../parquet/read/level-store.js";
import type { ParquetFile } from "../parquet/read/parquet-file.js";
import type { SchemaNode } from "../parquet/read/schema-tree.js";
import type { RowBatch, RowField, Vector } from "../schema/row-batch.js";
import { constantRows } from "../schema/take-rows.js";
import type { ReadOptions } from "../store/contract.js";
import { filteredRows } from "./filtered-rows.js";
import { nullRows } from "./null-rows.js";
import { partitionVector } from "./partition-columns.js";
import { rowsIn, windowsOf } from "./row-ranges.js";

/** Some rows of a row group, and what is wanted of them: plain data, so that a thread can be told. */
export interface ScanPiece {
  readonly url: string;
  readonly version: string;
  readonly group: number;
  readonly ranges: readonly RowRange[];
  /** Columns of the result, in order. */
  readonly fields: readonly RowField[];
  /** What the folders say of the columns that the file lacks. */
  readonly partition: readonly (readonly [name: string, value: string | null])[];
  /** The part of the predicate that is not known to hold; bound to the file's own columns. */
  readonly residual: Expr | null;
  readonly batchRows: number;
}

/** The rows of a piece, in batches of at most `batchRows`; those without rows are left out. */
export async function* scanPiece(file: ParquetFile, piece: ScanPiece, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { fields, residual, ranges, batchRows } = piece;
  const nodes = new Map(file.tree.nodes.map((node) => [node.field.name, node]));
  const wanted = fields.flatMap((field) => nodes.get(field.name) ?? []);
  if (!residual) {
    const reader = await file.fetch(piece.group, wanted, ranges, options);
    for (const window of windowsOf(ranges, batchRows)) {
      const rows = rowsIn(window);
      const columns = fields.map((field) => columnOf(field, piece, rows, nodes, (node) => reader.read(node, window)));
      yield { rows, fields, columns };
    }
    return;
  }
  yield* filteredRows(file, piece, residual, wanted, options, (field, rows, read) => columnOf(field, piece, rows, nodes, read));
}

/** A column of the result: of the file, of its folders, or of nothing. */
function columnOf(
  field: RowField,
  piece: ScanPiece,
  rows: number,
  nodes: ReadonlyMap<string, SchemaNode>,
  read: (node: SchemaNode) => Vector,
): Vector {
  const node = nodes.get(field.name);
  if (node) return read(node);
  const known = piece.partition.find(([name]) => name === field.name);
  return known ? constantRows(partitionVector(field, known[1]), rows) : nullRows(field.type, rows);
}
