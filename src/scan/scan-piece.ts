import { type CompiledPredicate, compilePredicate } from "../expr/compile.js";
import type { Expr } from "../expr/nodes.js";
import { columnsOf } from "../expr/walk.js";
import { bytesOf } from "../parquet/read/fetch-chunks.js";
import type { RowRange } from "../parquet/read/level-store.js";
import type { ColumnReader, ParquetFile } from "../parquet/read/parquet-file.js";
import { leavesOf, type SchemaNode } from "../parquet/read/schema-tree.js";
import type { RowBatch, RowField, Vector } from "../schema/row-batch.js";
import { constantRows, takeRows } from "../schema/take-rows.js";
import type { ReadOptions } from "../store/contract.js";
import { nullRows } from "./null-rows.js";
import { exprColumns, exprData } from "./parquet-columns.js";
import { partitionVector } from "./partition-columns.js";
import { rangesOfRows, rowsIn, translateRows, windowsOf } from "./row-ranges.js";

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

/** Bytes of other columns from which on waiting for the predicate's is worth a trip of its own. */
const WORTH_WAITING = 2 << 20;

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
  yield* filtered(file, piece, residual, nodes, wanted, options);
}

/** Rows that a window of the predicate's columns leaves. */
interface Chosen {
  readonly window: readonly RowRange[];
  /** Positions among the window's rows. */
  readonly rows: Uint32Array;
  /** Of the predicate's columns that are wanted too. */
  readonly columns: ReadonlyMap<SchemaNode, Vector>;
}

async function* filtered(
  file: ParquetFile,
  piece: ScanPiece,
  residual: Expr,
  nodes: ReadonlyMap<string, SchemaNode>,
  wanted: readonly SchemaNode[],
  options: ReadOptions,
): AsyncGenerator<RowBatch> {
  const { group, ranges, batchRows, fields } = piece;
  const asked = columnsOf(residual).flatMap((name) => nodes.get(name) ?? []);
  const rest = wanted.filter((node) => !asked.includes(node));
  const restBytes = file.requestsOf(group, rest, ranges).reduce((n, request) => n + bytesOf(request), 0);
  const isLate = rest.length > 0 && (!file.source.isRemote || restBytes > WORTH_WAITING);
  const first = await file.fetch(group, isLate ? asked : [...asked, ...rest], ranges, options);
  const predicate = compilePredicate(residual, exprColumns(asked.map((node) => node.field)));
  const chosen: Chosen[] = [];
  for (const window of windowsOf(ranges, batchRows)) {
    const found = choose(first, predicate, window, asked, wanted);
    if (found.rows.length === 0) continue;
    if (isLate) chosen.push(found);
    else yield batchOf(first, found, found.window);
  }
  if (chosen.length === 0) return;
  const refined = chosen.map(({ window, rows }) => rangesOfRows(window, rows));
  await file.loadPlaces([{ group, leaves: rest.flatMap(leavesOf).map((leaf) => leaf.index) }], options);
  const second = await file.fetch(group, rest, refined.flat(), options);
  for (const [i, found] of chosen.entries()) yield batchOf(second, found, refined[i] as readonly RowRange[]);

  function batchOf(reader: ColumnReader, { window, rows, columns }: Chosen, within: readonly RowRange[]): RowBatch {
    const positions = within === window ? rows : translateRows(window, rows, within);
    const isAll = positions.length === rowsIn(within);
    const vectors = fields.map((field) =>
      columnOf(field, piece, rows.length, nodes, (node) => {
        const known = columns.get(node);
        if (known) return known;
        const read = reader.read(node, within);
        return isAll ? read : takeRows(read, positions);
      }),
    );
    return { rows: rows.length, fields, columns: vectors };
  }
}

function choose(
  reader: ColumnReader,
  predicate: CompiledPredicate,
  window: readonly RowRange[],
  asked: readonly SchemaNode[],
  wanted: readonly SchemaNode[],
): Chosen {
  const total = rowsIn(window);
  const vectors = new Map(asked.map((node) => [node, reader.read(node, window)] as const));
  const byName = new Map(asked.map((node) => [node.field.name, node]));
  const { flags, count } = predicate.select([total], [null], (name) => {
    const node = byName.get(name) as SchemaNode;
    return exprData(node.field, vectors.get(node) as Vector);
  });
  const rows = new Uint32Array(count);
  for (let i = 0, to = 0; to < count; i++) if (flags[i]) rows[to++] = i;
  const kept = asked.filter((node) => wanted.includes(node) && count > 0);
  const columns = new Map(kept.map((node) => [node, takenOf(vectors.get(node) as Vector, rows)] as const));
  return { window, rows, columns };
}

function takenOf(vector: Vector, rows: Uint32Array): Vector {
  return rows.length === vector.length ? vector : takeRows(vector, rows);
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
