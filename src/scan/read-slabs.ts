import { findSegment } from "../archive/find-segment.js";
import type { Piece, Segment, TableColumn } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { type CompiledPredicate, compilePredicate } from "../expr/compile.js";
import { type ExprColumn, requireColumn } from "../expr/types.js";
import { validateExpr } from "../expr/validate.js";
import { columnsOf } from "../expr/walk.js";
import { exprColumnsOf } from "../plan/table-source.js";
import { packBits } from "../schema/bitmap.js";
import { type Box, boxShape } from "../schema/box.js";
import type { ColumnType, Field } from "../schema/field.js";
import type { GridBatch, GridColumn, Selection } from "../schema/grid-batch.js";
import type { Items } from "../schema/lists.js";
import { ReusableMemory } from "../schema/reusable-memory.js";
import { arrayTypeOf } from "../schema/typed-array.js";
import { rowsOf } from "./areas.js";
import { areasWithinMemory } from "./cut-areas.js";
import type { BatchArea } from "./file-boxes.js";
import { knownColumnsOf } from "./known-columns.js";
import type { ScanResources } from "./member-cache.js";
import { readPiece } from "./read-piece.js";
import { indicesOf } from "./runs.js";
import type { ScanTable } from "./scan-table.js";
import { wantedColumns } from "./wanted-columns.js";

/** Slabs, each inside one segment. */
export interface ScanTask {
  readonly slabs: readonly Box[];
}

/**
 * Reads the slabs of a task as batches, in order: only the chunks that the selection meets, decoded and masked; integers of up
 * to 16 bits stay packed. Rows are the cells that pass the residual predicate. Batches without rows do not come. A batch holds
 * until the next one is asked for, which is read into the same memory.
 *
 * @param memory `own`: each batch holds for good, in memory of its own
 * @throws what reading throws, with file and variable; `changed` where a file is not the one that was planned
 */
export async function* readSlabs(
  table: ScanTable,
  task: ScanTask,
  resources: ScanResources,
  memory: BatchMemory = "reused",
): AsyncGenerator<GridBatch, void, undefined> {
  let reader: TaskReader | null = null;
  for (const slab of task.slabs) {
    const segment = findSegment(table.group, slab);
    if (reader?.segmentAt !== segment) reader = new TaskReader(table, segment, resources, memory);
    for await (const area of reader.areasOf(slab)) {
      resources.signal?.throwIfAborted();
      const batch = await reader.read(area);
      if (batch) yield batch;
    }
  }
}

export type BatchMemory = "reused" | "own";

class TaskReader {
  readonly #known: ReturnType<typeof knownColumnsOf>;
  readonly #columns: readonly ExprColumn[];
  readonly #residual: CompiledPredicate | null;
  readonly #segment: Segment;
  readonly #wanted: readonly number[];
  /** What was read last for a column, where it does not vary along the axis that the slabs follow. */
  readonly #last = new Map<number, { readonly key: string; readonly column: GridColumn }>();

  /** Per column: mapping fresh memory for every slab takes longer than filling it. */
  readonly #memory = new Map<number, ReusableMemory>();

  constructor(
    readonly table: ScanTable,
    readonly segmentAt: number,
    readonly resources: ScanResources,
    readonly memory: BatchMemory,
  ) {
    const segment = table.group.segments[segmentAt];
    if (!segment)
      throw new GraticuleError(
        "malformed",
        `the plan has a task for the segment ${segmentAt} of ${table.group.name}, which is not there`,
      );
    this.#segment = segment;
    this.#known = knownColumnsOf(table.group);
    this.#columns = exprColumnsOf(table.group);
    if (table.residual) for (const name of columnsOf(table.residual)) requireColumn(name, this.#columns);
    this.#wanted = wantedColumns(table);
    // Plans come from disk too, and predicates become code.
    this.#residual = table.residual && compilePredicate(validateExpr(table.residual, "residual"), this.#columns);
  }

  areasOf(slab: Box): AsyncIterable<BatchArea> {
    return areasWithinMemory(this.table, this.#segment, slab, this.#wanted, this.resources);
  }

  async read(area: BatchArea): Promise<GridBatch | null> {
    const { group, output, also = [] } = this.table;
    const values = new Map<number, GridColumn>();
    for (const at of this.#wanted) values.set(at, await this.#column(at, area));
    const selection = this.#select(area, values);
    if (selection === "none") return null;
    return {
      axes: group.axes.map(({ dim }, d) => {
        const { start, stop } = area.box[d] as { start: number; stop: number };
        return { dim, start, length: stop - start };
      }),
      columns: [...output, ...also].map(({ column, name }) => {
        const own = values.get(column) as GridColumn;
        return own.field.name === name ? own : { ...own, field: { ...own.field, name } };
      }),
      ...(selection && { selection }),
    };
  }

  #positionOf(name: string): number {
    return this.table.group.columns.findIndex((column) => column.field.name === name);
  }

  async #column(at: number, area: BatchArea): Promise<GridColumn> {
    const { group } = this.table;
    const column = group.columns[at];
    if (!column) throw new GraticuleError("malformed", `the plan names the column ${at} of ${group.name}, which is not there`);
    if (this.#known.has(column)) return this.#known.slice(column, area.box, this.segmentAt);
    const piece = this.#segment.pieces[at];
    if (!piece) return nullColumn(column.field);
    const key = readKey(piece, area);
    const last = this.#last.get(at);
    if (last?.key === key) return last.column;
    const read = await this.#readPiece(at, column, piece, area);
    if (isRepeated(piece, group.axes.length)) this.#last.set(at, { key, column: read });
    return read;
  }

  #readPiece(at: number, column: TableColumn, piece: Piece, area: BatchArea): Promise<GridColumn> {
    const { joined } = this.table.group;
    if (this.memory === "own") return readPiece(column, piece, this.#segment, joined, area, this.resources);
    const memory = this.#memory.get(at) ?? new ReusableMemory();
    this.#memory.set(at, memory);
    return readPiece(column, piece, this.#segment, joined, area, this.resources, memory);
  }

  /** "none": no row is left; undefined: all cells are rows. */
  #select(area: BatchArea, values: ReadonlyMap<number, GridColumn>): Selection | undefined | "none" {
    const perAxis = area.runs.map((runs, axis) => indicesOf(runs, area.box[axis] as { start: number; stop: number }));
    const slices: Selection | undefined = perAxis.some((indices) => indices) ? { kind: "axes", perAxis } : undefined;
    if (!this.#residual) return slices;
    const { flags, count } = this.#residual.select(
      boxShape(area.box),
      perAxis,
      (name) => values.get(this.#positionOf(name)) as GridColumn,
    );
    if (count === 0) return "none";
    if (count === rowsOf(area)) return slices;
    return { kind: "cells", bitmap: packBits(flags) };
  }
}

/** Whether the slabs of a table read the same part of a piece again and again: it lacks an axis. */
export function isRepeated(piece: Piece, rank: number): boolean {
  return piece.axes.length < rank;
}

/** What is read for a piece: the same key, the same values. */
export function readKey(piece: Piece, area: BatchArea): string {
  return piece.axes.map((axis) => (area.runs[axis] ?? []).map((run) => `${run.start}:${run.stop}`).join()).join(" ");
}

function nullColumn(field: Field): GridColumn {
  const validity = { bits: new Uint8Array(1), length: 1, zeros: 1 };
  switch (field.type.kind) {
    case "number":
      return { field, axes: [], data: new (arrayTypeOf(field.type.name))(1), validity };
    case "timestamp":
      return { field, axes: [], data: new BigInt64Array(1), validity };
    case "bool":
      return { field, axes: [], data: new Uint8Array(1), validity };
    case "list":
      return { field, axes: [], data: { offsets: new Uint32Array(2), items: noItems(field.type.item) }, validity };
    default:
      return { field, axes: [], data: [null], validity };
  }
}

function noItems(type: ColumnType): Items {
  if (type.kind === "number") return new (arrayTypeOf(type.name))(0);
  return type.kind === "bool" ? new Uint8Array(0) : [];
}
