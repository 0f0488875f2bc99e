import type { Field } from "../schema/field.js";
import type { ColumnData } from "../schema/grid-batch.js";
import type { TypedArray } from "../schema/typed-array.js";
import { requestedEncoding } from "./choose-encoding.js";
import { ColumnChunkWriter, type EncodedColumn, type PageContent } from "./column-chunk.js";
import type { EncodeOptions } from "./dense-column.js";
import { ENCODING } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid, writeRun } from "./hybrid.js";
import { writeLevels } from "./levels.js";
import { lengthPrefixed, plainBytes } from "./plain.js";
import type { Repetition } from "./repetition.js";
import { type Bounds, boundsOf, textBounds } from "./statistics.js";

/** A repetition of more distinct values than this is encoded row by row. */
const MAX_VALUES = 65536;
/** Shorter runs than this are packed as a template. */
const MIN_RUN = 16;

/**
 * A coordinate column at the cost of its runs, not of its rows: a dictionary of the axis, and pages of run lengths, or, for the
 * innermost axis, one bit-packed template page that is compressed once and repeated. Null where the values are too many or not
 * all present, or another encoding is asked for.
 */
export function encodeFactored(
  field: Field,
  data: ColumnData,
  repetition: Repetition,
  options: EncodeOptions,
): EncodedColumn | null {
  if (repetition.length > MAX_VALUES || repetition.length === 0) return null;
  const asked = requestedEncoding(field, options);
  if (asked !== undefined && asked !== ENCODING.RLE_DICTIONARY) return null;
  const { arena, repeated, ...lasting } = options;
  if (!repeated) return encodeAxis(field, data, repetition, options);
  return repeated.encode(field, data, repetition, () => encodeAxis(field, data, repetition, lasting));
}

function encodeAxis(field: Field, data: ColumnData, repetition: Repetition, options: EncodeOptions): EncodedColumn | null {
  const distinct = distinctOf(field, data);
  if (!distinct) return null;
  const writer = new ColumnChunkWriter(field, options, ENCODING.RLE_DICTIONARY);
  const { values, count } = distinct;
  const filter = writer.filter(count);
  if (isTexts(values)) {
    writer.dictionary(lengthPrefixed(values), count);
    filter?.texts(values);
  } else {
    writer.dictionary(plainBytes(values), count);
    filter?.numbers(values);
  }
  const column = { field, width: bitWidth(distinct.count), ...distinct };
  if (repetition.inner >= MIN_RUN || repetition.length === 1) writeRunPages(writer, column, repetition, options.pageRows);
  else writeTemplatePages(writer, column, repetition, options.pageRows);
  return writer.finish();
}

function isTexts(values: TypedArray | readonly Uint8Array[]): values is readonly Uint8Array[] {
  return !ArrayBuffer.isView(values);
}

interface Distinct {
  /** The dictionary. */
  readonly values: TypedArray | readonly Uint8Array[];
  readonly count: number;
  /** Per value of the axis: its position in the dictionary. */
  readonly codes: Uint16Array;
  /** Of the values at positions `[start, stop)` of the axis. */
  readonly bounds: (start: number, stop: number) => Bounds | null;
  /** Bytes of a text by its code; absent for numbers. */
  readonly textLengths?: readonly number[];
}

interface FactoredColumn extends Distinct {
  readonly field: Field;
  readonly width: number;
}

function distinctOf(field: Field, data: ColumnData): Distinct | null {
  return ArrayBuffer.isView(data) ? distinctNumbers(field, data as TypedArray) : distinctTexts(field, data as readonly unknown[]);
}

function distinctNumbers(field: Field, data: TypedArray): Distinct | null {
  if (field.type.kind === "bool" || field.type.kind === "float16") return null;
  const positions = new Map<number | bigint, number>();
  const codes = new Uint16Array(data.length);
  const first: number[] = [];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number | bigint;
    // Zero and minus zero are one key of a Map but two values.
    if (Number.isNaN(value) || Object.is(value, -0)) return null;
    let code = positions.get(value);
    if (code === undefined) {
      code = first.push(i) - 1;
      positions.set(value, code);
    }
    codes[i] = code;
  }
  const type = data.constructor as new (length: number) => TypedArray;
  const values = new type(first.length);
  for (const [code, i] of first.entries()) values[code] = data[i] as never;
  return {
    values,
    count: values.length,
    codes,
    bounds: (start, stop) => boundsOf(field.type, data.subarray(start, stop) as TypedArray),
  };
}

function distinctTexts(field: Field, data: readonly unknown[]): Distinct | null {
  const { kind } = field.type;
  const areTexts = kind === "string" && data.every((item) => typeof item === "string");
  if (!areTexts && !(kind === "binary" && data.every((item) => ArrayBuffer.isView(item)))) return null;
  const positions = new Map<string, number>();
  const codes = Uint16Array.from(data as readonly (string | Uint8Array)[], (item) => {
    const key = typeof item === "string" ? item : Buffer.from(item.buffer, item.byteOffset, item.length).toString("latin1");
    const code = positions.get(key) ?? positions.size;
    positions.set(key, code);
    return code;
  });
  const bytes = [...positions.keys()].map((key) => Buffer.from(key, areTexts ? "utf8" : "latin1"));
  return {
    values: bytes,
    textLengths: bytes.map((text) => text.length),
    count: bytes.length,
    codes,
    bounds: (start, stop) =>
      textBounds(
        [...new Set(codes.subarray(start, stop))].map((code) => bytes[code] as Uint8Array),
        areTexts,
      ),
  };
}

function writeRunPages(
  writer: ColumnChunkWriter,
  column: FactoredColumn,
  { outer, length, inner }: Repetition,
  pageRows: number,
): void {
  const rows = outer * length * inner;
  for (let start = 0; start < rows; start += pageRows) {
    const stop = Math.min(rows, start + pageRows);
    const out = new ByteWriter();
    const levels = writeLevels(out, column.field.nullable, stop - start, undefined);
    out.byte(column.width);
    const { textLengths } = column;
    let textBytes = 0;
    for (let at = start; at < stop; ) {
      const run = Math.floor(at / inner);
      const end = length === 1 ? stop : Math.min(stop, (run + 1) * inner);
      const code = column.codes[run % length] as number;
      writeRun(out, code, end - at, column.width);
      if (textLengths) textBytes += (textLengths[code] as number) * (end - at);
      at = end;
    }
    const first = Math.floor(start / inner);
    const last = Math.floor((stop - 1) / inner) + 1;
    const own = stop - start;
    writer.page({
      body: out.finish(),
      levels,
      rows: own,
      values: own,
      nulls: 0,
      bounds: cyclicBounds(column, first, last, length),
      ...(textLengths && { textBytes }),
    });
  }
}

/** Bounds of the axis positions `[first, last)` counted through the repetitions. */
function cyclicBounds(column: FactoredColumn, first: number, last: number, length: number): Bounds | null {
  const from = first % length;
  if (last - first >= length || from + (last - first) > length) return column.bounds(0, length);
  return column.bounds(from, from + (last - first));
}

function writeTemplatePages(
  writer: ColumnChunkWriter,
  column: FactoredColumn,
  { outer, length, inner }: Repetition,
  pageRows: number,
): void {
  const period = length * inner;
  if (period <= pageRows) {
    const perPage = Math.min(outer, Math.floor(pageRows / period));
    const page = templatePage(column, inner, 0, period, perPage);
    for (let k = 0; k < Math.floor(outer / perPage); k++) writer.page(page);
    if (outer % perPage) writer.page(templatePage(column, inner, 0, period, outer % perPage));
    return;
  }
  const cuts = Array.from({ length: Math.ceil(period / pageRows) }, (_, i) => i * pageRows);
  const pages = cuts.map((start) => templatePage(column, inner, start, Math.min(period, start + pageRows), 1));
  for (let k = 0; k < outer; k++) for (const page of pages) writer.page(page);
}

/** Rows `[start, stop)` of the period, `times` over. */
function templatePage(column: FactoredColumn, inner: number, start: number, stop: number, times: number): PageContent {
  const span = stop - start;
  const rows = span * times;
  const codes = new Uint16Array(rows);
  const { textLengths } = column;
  for (let i = 0; i < span; i++) codes[i] = column.codes[Math.floor((start + i) / inner)] as number;
  for (let k = 1; k < times; k++) codes.copyWithin(k * span, 0, span);
  const out = new ByteWriter(rows * 2 + 64);
  const levels = writeLevels(out, column.field.nullable, rows, undefined);
  out.byte(column.width);
  writeHybrid(out, codes, 0, rows, column.width);
  return {
    body: out.finish(),
    levels,
    rows,
    values: rows,
    nulls: 0,
    bounds: column.bounds(Math.floor(start / inner), Math.floor((stop - 1) / inner) + 1),
    ...(textLengths && { textBytes: codes.reduce((n, code) => n + (textLengths[code] as number), 0) }),
  };
}
