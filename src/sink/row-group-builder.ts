import type { EncodeOptions } from "../parquet/dense-column.js";
import { PageArena } from "../parquet/page-arena.js";
import type { EncodedRowGroup } from "../parquet/row-group.js";
import { isSet, packBits } from "../schema/bitmap.js";
import { type ColumnData, cellCount, type GridBatch, type GridColumn } from "../schema/grid-batch.js";
import type { TypedArray } from "../schema/typed-array.js";
import { encodeBatch } from "./encode-batch.js";
import { plainBatch, rowBatch } from "./plain-batch.js";
import { splitBatch } from "./split-batch.js";

/** Batches of at least this share of a row group are encoded as they are; smaller ones are gathered first. */
const DIRECT_SHARE = 1 / 16;

/** Turns batches into row groups of at most `maxRows` rows, in order, and as few as that allows. Each holds until the next one. */
export class RowGroupBuilder {
  #waiting: GridBatch[] = [];
  #waitingRows = 0;

  readonly #arena = new PageArena();
  readonly #options: EncodeOptions;

  constructor(
    readonly maxRows: number,
    options: Omit<EncodeOptions, "arena">,
  ) {
    this.#options = { ...options, arena: this.#arena };
  }

  *add(batch: GridBatch): Iterable<EncodedRowGroup> {
    const plain = plainBatch(batch);
    const rows = cellCount(plain);
    if (rows === 0) return;
    if (rows >= this.maxRows * DIRECT_SHARE) {
      yield* this.finish();
      for (const piece of splitBatch(plain, this.maxRows)) yield this.#encode(piece);
      return;
    }
    this.#waiting.push(rowBatch(plain));
    this.#waitingRows += rows;
    if (this.#waitingRows >= this.maxRows / 2) yield* this.finish();
  }

  #encode(batch: GridBatch): EncodedRowGroup {
    this.#arena.reset();
    return encodeBatch(batch, this.#options);
  }

  /** What is still gathered. */
  *finish(): Iterable<EncodedRowGroup> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#waitingRows = 0;
    yield this.#encode(joinRows(waiting));
  }
}

/** Row batches of one schema, one after the other. */
function joinRows(batches: readonly GridBatch[]): GridBatch {
  const first = batches[0] as GridBatch;
  if (batches.length === 1) return first;
  const rows = batches.reduce((n, batch) => n + cellCount(batch), 0);
  const columns = first.columns.map((column, c): GridColumn => {
    const parts = batches.map((batch) => batch.columns[c] as GridColumn);
    const validity = parts.some((part) => (part.validity?.zeros ?? 0) > 0) ? joinValidity(batches, parts, rows) : undefined;
    const { field, packing } = column;
    return { field, axes: [0], data: joinData(parts, rows), ...(validity && { validity }), ...(packing && { packing }) };
  });
  return { axes: [{ dim: "row", start: 0, length: rows }], columns };
}

function joinData(parts: readonly GridColumn[], rows: number): ColumnData {
  const data = (parts[0] as GridColumn).data;
  if (!ArrayBuffer.isView(data)) return parts.flatMap((part) => [...(part.data as readonly (string | null)[])]);
  const out = new (data.constructor as new (length: number) => TypedArray)(rows);
  let at = 0;
  for (const part of parts) {
    out.set(part.data as never, at);
    at += (part.data as TypedArray).length;
  }
  return out;
}

function joinValidity(batches: readonly GridBatch[], parts: readonly GridColumn[], rows: number) {
  const flags = new Uint8Array(rows);
  let at = 0;
  for (const [b, part] of parts.entries()) {
    const count = cellCount(batches[b] as GridBatch);
    for (let i = 0; i < count; i++) flags[at + i] = !part.validity || isSet(part.validity, i) ? 1 : 0;
    at += count;
  }
  return packBits(flags);
}
