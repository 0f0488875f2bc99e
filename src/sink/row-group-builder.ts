import type { EncodeOptions } from "../parquet/dense-column.js";
import type { SortedColumn } from "../parquet/file-layout.js";
import { PageArena } from "../parquet/page-arena.js";
import { RepeatedColumns } from "../parquet/repeated-columns.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import { type BatchAxis, type ColumnData, cellCount, type GridBatch } from "../schema/grid-batch.js";
import { extent, isLists } from "../schema/lists.js";
import { encodeBatch } from "./encode-batch.js";
import { joinRows } from "./join-rows.js";
import { plainBatch, rowBatch } from "./plain-batch.js";
import { splitBatch, splitSelected } from "./split-batch.js";

/** Batches of at least this share of a row group are encoded as they are; smaller ones are gathered first. */
const DIRECT_SHARE = 1 / 16;
/** Cells that are gathered in one go where a predicate chose them: gathered, coordinates take the room of data. */
const GATHERED_CELLS = 1 << 16;
/** Gathered rows are encoded before they take more than this, so that wide tables do not take more memory than narrow ones. */
const MOST_WAITING_BYTES = 16 << 20;

/** Turns batches into row groups of at most `maxRows` rows, in order, and as few as that allows. Each holds until the next one. */
export class RowGroupBuilder {
  #waiting: GridBatch[] = [];
  #waitingRows = 0;
  #waitingBytes = 0;
  /** Where the waiting rows end in the grid; null where they are not in its row-major order. */
  #waitingEnd: readonly number[] | null = null;

  readonly #arena: PageArena;
  readonly #options: EncodeOptions;
  readonly #sorted: readonly SortedColumn[] | undefined;

  constructor(
    readonly maxRows: number,
    {
      sorted,
      arena = new PageArena(),
      ...options
    }: Omit<EncodeOptions, "repeated"> & {
      /** What rows in the row-major order of the grid are sorted by. */
      readonly sorted?: readonly SortedColumn[];
    },
  ) {
    this.#arena = arena;
    this.#options = { ...options, arena, repeated: new RepeatedColumns() };
    this.#sorted = sorted;
  }

  /** Of gathered rows. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  *add(batch: GridBatch): Iterable<EncodedRowGroup> {
    if (batch.selection?.kind === "cells") {
      for (const piece of splitSelected(batch, GATHERED_CELLS)) yield* this.#gather(plainBatch(piece), piece.axes);
      return;
    }
    const plain = plainBatch(batch);
    const rows = cellCount(plain);
    if (rows === 0) return;
    if (rows >= this.maxRows * DIRECT_SHARE) {
      yield* this.finish();
      for (const piece of splitBatch(plain, this.maxRows)) yield this.#encode(piece, true);
      return;
    }
    yield* this.#gather(rowBatch(plain), batch.axes);
  }

  /** @param rows in memory of their own, over the one axis `row` @param axes the box of the grid that they are of */
  *#gather(rows: GridBatch, axes: readonly BatchAxis[]): Iterable<EncodedRowGroup> {
    const count = cellCount(rows);
    if (count === 0) return;
    if (this.#waitingRows + count > this.maxRows) yield* this.finish();
    const follows = this.#waiting.length === 0 || (this.#waitingEnd !== null && isAfter(axes, this.#waitingEnd));
    this.#waitingEnd = follows ? axes.map(({ start, length }) => start + length - 1) : null;
    this.#waiting.push(rows);
    this.#waitingRows += count;
    this.#waitingBytes += rows.columns.reduce((n, { data }) => n + dataBytes(data), 0);
    if (this.#waitingRows >= this.maxRows / 2 || this.#waitingBytes >= MOST_WAITING_BYTES) yield* this.finish();
  }

  #encode(batch: GridBatch, isOrdered: boolean): EncodedRowGroup {
    this.#arena.reset();
    const group = encodeBatch(batch, this.#options);
    return isOrdered && this.#sorted ? { ...group, sorting: this.#sorted } : group;
  }

  /** What is still gathered. */
  *finish(): Iterable<EncodedRowGroup> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#waitingRows = 0;
    this.#waitingBytes = 0;
    yield this.#encode(joinRows(waiting), this.#waitingEnd !== null);
  }
}

/** Whether a box begins behind the index where another ends, in row-major order. */
function isAfter(axes: readonly BatchAxis[], end: readonly number[]): boolean {
  for (const [d, { start }] of axes.entries()) if (start !== end[d]) return start > (end[d] as number);
  return false;
}

/** About what it takes in memory. */
function dataBytes(data: ColumnData): number {
  if (ArrayBuffer.isView(data)) return data.byteLength;
  if (!isLists(data)) return 40 * data.length;
  const [, items] = extent(data);
  return data.offsets.byteLength + items * (ArrayBuffer.isView(data.items) ? data.items.BYTES_PER_ELEMENT : 40);
}
