import type { Field as ArrowField, Schema as ArrowSchema, Data, RecordBatch } from "apache-arrow";
import type { Arrow } from "../../arrow/arrow-types.js";
import { type Bitmap, packBits } from "../../schema/bitmap.js";
import { type ColumnData, cellCount, type GridBatch, type GridColumn } from "../../schema/grid-batch.js";
import { extent, isLists, itemsOf, type Lists } from "../../schema/lists.js";
import type { TypedArray } from "../../schema/typed-array.js";
import { unpack } from "../../schema/unpack.js";
import { expandColumn, repetitionOf } from "../expand-column.js";
import { plainBatch } from "../plain-batch.js";

/**
 * The batch's rows as an Arrow record batch. Columns that have a value per row are views of the batch's own memory, validity
 * too; coordinates are repeated, packed values unpacked, texts encoded.
 *
 * @param schema of the batch's fields, in their order
 */
export function recordBatchOf(arrow: Arrow, schema: ArrowSchema, batch: GridBatch): RecordBatch {
  const plain = plainBatch(batch);
  const length = cellCount(plain);
  const children = plain.columns.map((column, c) =>
    dataOf(arrow, (schema.fields[c] as ArrowField).type, cellsOf(plain, column, length), length),
  );
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(schema, arrow.makeData({ type, length, nullCount: 0, children }));
}

/** A value per row. */
interface Cells {
  readonly data: ColumnData;
  readonly validity?: Bitmap;
}

function cellsOf(batch: GridBatch, column: GridColumn, rows: number): Cells {
  const { data, packing, validity } = column;
  const values = packing ? unpack(data as TypedArray, packing) : data;
  const repetition = repetitionOf(batch.axes, column);
  if (repetition?.length === rows) return { data: values, ...(validity && { validity }) };
  const isPlain = ArrayBuffer.isView(values) && (validity?.zeros ?? 0) === 0;
  if (repetition && isPlain) return { data: repeated(values as TypedArray, repetition.inner, rows) };
  const { field, axes } = column;
  return expandColumn(batch, { field, axes, data: values, ...(validity && { validity }) });
}

/** Each value `inner` times, and all of that until there are `rows`. */
function repeated(values: TypedArray, inner: number, rows: number): TypedArray {
  const out = new (values.constructor as new (length: number) => TypedArray)(rows);
  const once = values.length * inner;
  if (inner === 1) out.set(values as never);
  else for (let i = 0; i < values.length; i++) out.fill(values[i] as never, i * inner, (i + 1) * inner);
  for (let done = once; done < rows; done *= 2) out.copyWithin(done, 0, Math.min(done, rows - done));
  return out;
}

function dataOf(arrow: Arrow, type: ArrowField["type"], { data, validity }: Cells, length: number): Data {
  const nulls = validity && validity.zeros > 0 ? { nullBitmap: validity.bits, nullCount: validity.zeros } : { nullCount: 0 };
  if (!ArrayBuffer.isView(data)) return isLists(data) ? listData(arrow, type, data, nulls, length) : textData(arrow, type, data);
  const values = arrow.DataType.isBool(type) ? packBits(data as Uint8Array).bits : data;
  return arrow.makeData({ type: type as never, length, data: values as never, ...nulls });
}

interface Nulls {
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
}

function listData(arrow: Arrow, type: ArrowField["type"], lists: Lists, nulls: Nulls, length: number): Data {
  const [first, count] = extent(lists);
  const { items, validity } = itemsOf(lists, first, count);
  const child = dataOf(arrow, (type.children as ArrowField[])[0]?.type as ArrowField["type"], cells(items, validity), count);
  const valueOffsets = Int32Array.from(lists.offsets, (offset) => offset - first);
  return arrow.makeData({ type: type as never, length, valueOffsets, child: child as never, ...nulls });
}

function cells(data: ColumnData, validity: Bitmap | undefined): Cells {
  return { data, ...(validity && { validity }) };
}

/** Offsets and bytes; null is both null and empty. */
function textData(arrow: Arrow, type: ArrowField["type"], values: readonly (string | Uint8Array | null)[]): Data {
  const bytes = values.map((value) => (value === null ? EMPTY : typeof value === "string" ? Buffer.from(value) : value));
  const valueOffsets = new Int32Array(values.length + 1);
  for (let i = 0; i < bytes.length; i++) valueOffsets[i + 1] = (valueOffsets[i] as number) + (bytes[i] as Uint8Array).length;
  const validity = packBits(Uint8Array.from(values, (value) => (value === null ? 0 : 1)));
  const nulls = validity.zeros > 0 ? { nullBitmap: validity.bits, nullCount: validity.zeros } : { nullCount: 0 };
  return arrow.makeData({ type: type as never, length: values.length, valueOffsets, data: Buffer.concat(bytes), ...nulls });
}

const EMPTY = new Uint8Array(0);
