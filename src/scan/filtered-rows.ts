import { compilePredicate } from "../expr/compile.js";
import type { Expr } from "../expr/nodes.js";
import { columnsOf, conjoin, conjunctsOf } from "../expr/walk.js";
import { bytesOf } from "../parquet/read/fetch-chunks.js";
import type { RowRange } from "../parquet/read/level-store.js";
import type { ColumnReader, ParquetFile } from "../parquet/read/parquet-file.js";
import { leavesOf, type SchemaNode } from "../parquet/read/schema-tree.js";
import type { RowBatch, RowField, Vector } from "../schema/row-batch.js";
import { takeRows } from "../schema/take-rows.js";
import type { ReadOptions } from "../store/contract.js";
import { exprColumns, exprData } from "./parquet-columns.js";
import { rangesOfRows, rowsIn, translateRows, windowsOf } from "./row-ranges.js";

/** Bytes of other columns from which on waiting for the predicate's is worth a trip of its own. */
const WORTH_WAITING = 2 << 20;

/** Rows of a row group, and columns of the result. */
export interface RowsOfGroup {
  readonly group: number;
  readonly ranges: readonly RowRange[];
  readonly batchRows: number;
  readonly fields: readonly RowField[];
}

/** Terms of a predicate over the same columns. */
interface Stage {
  readonly nodes: readonly SchemaNode[];
  readonly predicate: Expr;
}

/** Rows that are left of a window. */
interface Left {
  /** Rows that are read, */
  readonly within: readonly RowRange[];
  /** and positions among them that are wanted; null: all. */
  readonly positions: Uint32Array | null;
  /** Of columns that have been read: the rows that are wanted. */
  readonly columns: ReadonlyMap<SchemaNode, Vector>;
}

/**
 * Rows for which a predicate is true. Its terms are decided column by column, the smallest first, and of every further column only
 * the pages of the rows that are left are read; where a trip costs more than bytes, all of its columns at once.
 *
 * @param columnOf a column of the result, which reads one of the file by the function that it is given
 */
export async function* filteredRows(
  file: ParquetFile,
  { group, ranges, batchRows, fields }: RowsOfGroup,
  residual: Expr,
  wanted: readonly SchemaNode[],
  options: ReadOptions,
  columnOf: (field: RowField, rows: number, read: (node: SchemaNode) => Vector) => Vector,
): AsyncGenerator<RowBatch> {
  const bytes = (nodes: readonly SchemaNode[]): number =>
    file.requestsOf(group, nodes, ranges).reduce((n, request) => n + bytesOf(request), 0);
  const isRemote = file.source.isRemote === true;
  const stages = stagesOf(file, residual, isRemote, bytes);
  const asked = new Set(stages.flatMap(({ nodes }) => nodes));
  const rest = wanted.filter((node) => !asked.has(node));
  const isLate = !isRemote || bytes(rest) > WORTH_WAITING;
  let left: readonly Left[] = [...windowsOf(ranges, batchRows)].map((within) => ({ within, positions: null, columns: new Map() }));
  let reader: ColumnReader | undefined;
  for (const [i, { nodes, predicate }] of stages.entries()) {
    left = left.map(narrowed);
    const fetched = isLate ? nodes : [...nodes, ...rest];
    reader = await fetch(fetched);
    const own = reader;
    const columns = exprColumns(nodes.map((node) => node.field));
    const compiled = compilePredicate(predicate, columns);
    const later = new Set([...stages.slice(i + 1).flatMap((stage) => stage.nodes), ...wanted]);
    left = left.flatMap((one) => {
      const known = new Map(one.columns);
      for (const node of nodes) if (!known.has(node)) known.set(node, taken(own.read(node, one.within), one.positions));
      const rows = one.positions?.length ?? rowsIn(one.within);
      const { flags, count } = compiled.select([rows], [null], (name) => {
        const node = nodes.find((each) => each.field.name === name) as SchemaNode;
        return exprData(node.field, known.get(node) as Vector);
      });
      if (count === 0) return [];
      const kept = new Map([...known].filter(([node]) => later.has(node)));
      if (count === rows) return [{ ...one, columns: kept }];
      const passed = positionsOf(flags, count);
      const positions = one.positions ? passed.map((at) => one.positions?.[at] as number) : passed;
      return [
        { within: one.within, positions, columns: new Map([...kept].map(([node, vector]) => [node, takeRows(vector, passed)])) },
      ];
    });
    if (left.length === 0) return;
  }
  if (isLate && rest.length > 0) {
    left = left.map(narrowed);
    reader = await fetch(rest);
  }
  for (const { within, positions, columns } of left) {
    const rows = positions?.length ?? rowsIn(within);
    const vectors = fields.map((field) =>
      columnOf(field, rows, (node) => columns.get(node) ?? taken((reader as ColumnReader).read(node, within), positions)),
    );
    yield { rows, fields, columns: vectors };
  }

  async function fetch(nodes: readonly SchemaNode[]): Promise<ColumnReader> {
    await file.loadPlaces([{ group, leaves: nodes.flatMap(leavesOf).map((leaf) => leaf.index) }], options);
    return file.fetch(
      group,
      nodes,
      left.flatMap(({ within }) => within),
      options,
    );
  }
}

/** Terms by their columns, those of the fewest bytes first; without columns first of all. */
function stagesOf(file: ParquetFile, residual: Expr, isRemote: boolean, bytes: (nodes: readonly SchemaNode[]) => number): Stage[] {
  const nodesOf = (expr: Expr): SchemaNode[] => {
    const names = columnsOf(expr);
    return file.tree.nodes.filter((node) => names.includes(node.field.name));
  };
  if (isRemote) return [{ nodes: nodesOf(residual), predicate: residual }];
  const byColumns = new Map<string, Expr[]>();
  for (const term of conjunctsOf(residual)) {
    const key = JSON.stringify(columnsOf(term).sort());
    byColumns.set(key, [...(byColumns.get(key) ?? []), term]);
  }
  return [...byColumns.values()]
    .map((terms) => ({ nodes: nodesOf(terms[0] as Expr), predicate: conjoin(terms) as Expr }))
    .map((stage) => ({ stage, size: bytes(stage.nodes) }))
    .sort((a, b) => a.size - b.size)
    .map(({ stage }) => stage);
}

/** The same rows, of which no more are read than are wanted. */
function narrowed(left: Left): Left {
  const { within, positions } = left;
  if (!positions) return left;
  const ranges = rangesOfRows(within, positions);
  const own = translateRows(within, positions, ranges);
  return { ...left, within: ranges, positions: own.length === rowsIn(ranges) ? null : own };
}

/** @param flags at the start of their memory */
function positionsOf(flags: Uint8Array, count: number): Uint32Array {
  const positions = new Uint32Array(count);
  // Four at a time where nothing passed: what passes lies together more often than not.
  const fours = new Uint32Array(flags.buffer, flags.byteOffset, flags.length >> 2);
  for (let i = 0, to = 0; to < count; i++) {
    if ((i & 3) === 0) while (fours[i >> 2] === 0) i += 4;
    if (flags[i]) positions[to++] = i;
  }
  return positions;
}

function taken(vector: Vector, positions: Uint32Array | null): Vector {
  return positions ? takeRows(vector, positions) : vector;
}
