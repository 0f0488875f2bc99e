import type { Field as ArrowField, Schema as ArrowSchema, Data, DataType, RecordBatch } from "apache-arrow";
import { GraticuleError } from "../errors.js";
import { type Bitmap, packBits, sliceBitmap } from "../schema/bitmap.js";
import { type ColumnType, decimalBytes, type Field, type Schema } from "../schema/field.js";
import type { ColumnData, GridBatch } from "../schema/grid-batch.js";
import type { Items, Lists } from "../schema/lists.js";
import type { TimeUnit } from "../schema/row-batch.js";
import type { TypedArray } from "../schema/typed-array.js";

/** Arrow's own numbers for its types (Schema.fbs): whichever copy of the package made them. */
const TYPE = {
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  list: 12,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  dictionary: -1,
} as const;

/** Columns by their Arrow types; metadata of fields and schema is kept. @throws `unsupported` for a type that has no column, by name */
export function schemaOf(schema: ArrowSchema): Schema {
  return {
    fields: schema.fields.map(fieldOf),
    metadata: Object.fromEntries(schema.metadata),
  };
}

function fieldOf(field: ArrowField): Field {
  const type = columnTypeOf(field.type, field.name);
  return { name: field.name, type, nullable: field.nullable, metadata: Object.fromEntries(field.metadata) };
}

interface NumberLike {
  readonly isSigned: boolean;
  readonly bitWidth: number;
  readonly precision: number;
  readonly scale: number;
  readonly unit: number;
  readonly byteWidth: number;
  readonly timezone?: string | null;
}

/** Parquet has no seconds: they are kept as milliseconds. */
function unitOf(unit: number): TimeUnit {
  return (["ms", "ms", "us", "ns"] as const)[unit] as TimeUnit;
}

function columnTypeOf(type: DataType, name: string): ColumnType {
  const { isSigned, bitWidth, byteWidth, precision, scale, timezone, unit } = type as unknown as NumberLike;
  switch (type.typeId as number) {
    case TYPE.int:
      return { kind: "number", name: `${isSigned ? "" : "u"}int${bitWidth}` as "int8" };
    case TYPE.float:
      return precision === 0 ? { kind: "float16" } : { kind: "number", name: precision === 1 ? "float32" : "float64" };
    case TYPE.bool:
      return { kind: "bool" };
    case TYPE.utf8:
    case TYPE.largeUtf8:
      return { kind: "string" };
    case TYPE.binary:
    case TYPE.largeBinary:
      return { kind: "binary" };
    case TYPE.fixedSizeBinary:
      return { kind: "fixed-binary", size: byteWidth };
    case TYPE.date:
      return { kind: "date" };
    case TYPE.time:
      return { kind: "time", unit: unitOf(unit) };
    case TYPE.timestamp:
      return { kind: "timestamp", unit: unitOf(unit), ...(timezone && { isUtc: true }) };
    case TYPE.decimal:
      return { kind: "decimal", precision, scale };
    case TYPE.list:
    case TYPE.largeList:
      return { kind: "list", item: columnTypeOf(itemOf(type), name) };
    case TYPE.fixedSizeList:
      return { kind: "list", item: columnTypeOf(itemOf(type), name), size: (type as { listSize?: number }).listSize ?? 0 };
    case TYPE.dictionary:
      return columnTypeOf((type as { dictionary?: DataType }).dictionary as DataType, name);
  }
  throw new GraticuleError("unsupported", `column "${name}" is ${type.toString()}, which has no column type here`, {
    variable: name,
    hint: "cast it before: numbers, booleans, text, binary, decimals, dates, times, timestamps, and lists of these are taken",
  });
}

function itemOf(type: DataType): DataType {
  return (type.children as ArrowField[])[0]?.type as DataType;
}

/**
 * A record batch as rows over the one axis `row`. Numbers, timestamps and their validity are views of the batch's memory where
 * Arrow keeps them as we do; booleans, texts and dictionaries are unpacked.
 */
export function gridBatchOf(batch: RecordBatch, { fields }: Schema): GridBatch {
  const columns = fields.map((field, c) => ({ field, axes: [0], ...cellsOf(batch.data.children[c] as Data, field.name) }));
  return { axes: [{ dim: "row", start: 0, length: batch.numRows }], columns };
}

interface Cells {
  readonly data: ColumnData;
  readonly validity?: Bitmap;
}

function cellsOf(data: Data, name: string): Cells {
  const validity = validityOf(data);
  const own = validity && { validity };
  const { length, type } = data;
  switch (type.typeId as number) {
    case TYPE.int:
    case TYPE.float:
      return { data: (data.values as TypedArray).subarray(0, length) as TypedArray, ...own };
    case TYPE.timestamp:
    case TYPE.time:
    case TYPE.date:
      return { data: momentsOf(data), ...own };
    case TYPE.decimal:
      return { data: decimalsOf(data, validity), ...own };
    case TYPE.bool:
      return { data: flagsOf(data.values as Uint8Array, data.offset, length), ...own };
    case TYPE.utf8:
    case TYPE.largeUtf8:
      return { data: spans(data, validity, (bytes) => bytes.toString("utf8")) };
    case TYPE.binary:
    case TYPE.largeBinary:
      return { data: spans(data, validity, (bytes) => new Uint8Array(bytes)) };
    case TYPE.fixedSizeBinary:
      return { data: fixedSpans(data, validity) };
    case TYPE.list:
    case TYPE.largeList:
    case TYPE.fixedSizeList:
      return { data: listsOf(data, name), ...own };
    case TYPE.dictionary:
      return dictionaryCells(data, validity, name);
    default:
      throw new GraticuleError("internal", `no cells of ${type.toString()} can be taken`, { variable: name });
  }
}

function validityOf(data: Data): Bitmap | undefined {
  if (data.nullCount === 0 || !data.nullBitmap || data.nullBitmap.length === 0) return undefined;
  const { length, nullBitmap: bits, nullCount, offset } = data;
  if (offset === 0) return { bits, length, zeros: nullCount };
  return sliceBitmap({ bits, length: offset + length, zeros: nullCount }, offset, length);
}

/** Moments, times of day and days, in the unit of their column. */
function momentsOf({ type, values, length }: Data): Int32Array | BigInt64Array {
  const { unit } = type as unknown as NumberLike;
  const isDate = (type.typeId as number) === TYPE.date;
  const isWide = isDate ? unit === 1 : (type.typeId as number) === TYPE.timestamp || unit >= 2;
  const whole = isWide ? wholeNumbers(values as Int32Array | BigInt64Array) : (values as Int32Array);
  const own = whole.subarray(0, length);
  if (isDate) return isWide ? Int32Array.from(own as BigInt64Array, (ms) => Math.floor(Number(ms) / 86_400_000)) : own;
  if (unit !== 0) return own;
  return isWide ? (own as BigInt64Array).map((s) => s * 1000n) : (own as Int32Array).map((s) => s * 1000);
}

/** Versions of the package before 17 kept 64-bit numbers as pairs of halves. */
function wholeNumbers(values: Int32Array | BigInt64Array): BigInt64Array {
  return values instanceof BigInt64Array ? values : new BigInt64Array(values.buffer, values.byteOffset, values.length >> 1);
}

/** Little-endian two's complements of the type's width, as narrow as their digits allow. */
function decimalsOf({ type, values, length }: Data, validity: Bitmap | undefined): ColumnData {
  const { precision, bitWidth } = type as unknown as NumberLike;
  const width = bitWidth / 8;
  const own = values as Uint32Array;
  const bytes = new DataView(own.buffer, own.byteOffset, length * width);
  if (precision <= 9) return Int32Array.from({ length }, (_, i) => bytes.getInt32(i * width, true));
  if (precision <= 18) return BigInt64Array.from({ length }, (_, i) => bytes.getBigInt64(i * width, true));
  const size = decimalBytes(precision);
  return Array.from({ length }, (_, i) =>
    isValid(validity, i) ? Uint8Array.from({ length: size }, (_b, k) => bytes.getUint8(i * width + size - 1 - k)) : null,
  );
}

function flagsOf(bits: Uint8Array, offset: number, length: number): Uint8Array {
  const flags = new Uint8Array(length);
  for (let i = 0; i < length; i++) flags[i] = ((bits[(offset + i) >> 3] as number) >> ((offset + i) & 7)) & 1;
  return flags;
}

function isValid(validity: Bitmap | undefined, i: number): boolean {
  return !validity || (((validity.bits[i >> 3] as number) >> (i & 7)) & 1) === 1;
}

function spans<T>(data: Data, validity: Bitmap | undefined, read: (bytes: Buffer) => T): (T | null)[] {
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  const values = data.values as Uint8Array;
  const whole = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: data.length }, (_, i) =>
    isValid(validity, i) ? read(whole.subarray(Number(offsets[i]), Number(offsets[i + 1]))) : null,
  );
}

function fixedSpans(data: Data, validity: Bitmap | undefined): (Uint8Array | null)[] {
  const width = (data.type as unknown as { readonly byteWidth: number }).byteWidth;
  const values = data.values as Uint8Array;
  return Array.from({ length: data.length }, (_, i) => (isValid(validity, i) ? values.slice(i * width, (i + 1) * width) : null));
}

function listsOf(data: Data, name: string): Lists {
  const child = data.children[0] as Data;
  const cells = cellsOf(child, name);
  const size = (data.type as { listSize?: number }).listSize;
  const offsets =
    size === undefined
      ? Uint32Array.from(data.valueOffsets as Int32Array | BigInt64Array, Number)
      : Uint32Array.from({ length: data.length + 1 }, (_, i) => i * size);
  return {
    offsets: offsets.subarray(0, data.length + 1),
    items: cells.data as Items,
    ...(cells.validity && { validity: cells.validity }),
  };
}

/** The values that the codes stand for. A code of a null is anything. */
function dictionaryCells(data: Data, validity: Bitmap | undefined, name: string): Cells {
  const codes = (data.values as TypedArray).subarray(0, data.length) as Int32Array;
  const parts = (data.dictionary?.data ?? []).map((part) => cellsOf(part as Data, name));
  const [first] = parts;
  if (!first || codes.length === 0) return { data: [], ...(validity && { validity }) };
  if (parts.length > 1 || !isPlain(first.data))
    throw new GraticuleError("unsupported", `column "${name}" has a dictionary in ${parts.length} parts, or of lists`, {
      variable: name,
      hint: "give its values as they are, without a dictionary",
    });
  const { data: values, validity: known } = first;
  const flags = Uint8Array.from(codes, (code, i) => Number(isValid(validity, i) && isValid(known, Number(code))));
  const packed = packBits(flags);
  const own = packed.zeros > 0 && { validity: packed };
  if (!ArrayBuffer.isView(values))
    return { data: Array.from(codes, (code, i) => (flags[i] ? (values[Number(code)] ?? null) : null)) as (string | null)[] };
  const out = new (values.constructor as new (length: number) => TypedArray)(codes.length);
  for (let i = 0; i < out.length; i++) if (flags[i]) out[i] = (values as TypedArray)[Number(codes[i])] as never;
  return { data: out, ...own };
}

function isPlain(data: ColumnData): data is TypedArray | readonly (string | null)[] {
  return ArrayBuffer.isView(data) || Array.isArray(data);
}
