import { ReusableMemory } from "../format/reusable-memory.js";
import type { Bitmap } from "../schema/bitmap.js";
import { isSet } from "../schema/bitmap.js";
import type { Field } from "../schema/field.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";
import { splitBytePlanes } from "./byte-planes.js";
import { ColumnChunkWriter, type EncodedColumn, type PageContent } from "./column-chunk.js";
import type { DenseColumn, EncodeOptions } from "./dense-column.js";
import { type Dictionary, hashDictionary, tableDictionary } from "./dictionary.js";
import { encodeTexts } from "./encode-texts.js";
import { ENCODING } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid } from "./hybrid.js";
import { sliceBitmap, writeLevels } from "./levels.js";
import { boundsOf } from "./statistics.js";

/** One column of a row group. The encoding follows the source: codes become dictionary indices, full-precision floats byte planes. */
export function encodeValues(column: DenseColumn, rows: number, options: EncodeOptions): EncodedColumn {
  const { field, data, packing } = column;
  if (!ArrayBuffer.isView(data)) return encodeTexts(column, rows, options);
  const numbers = data as TypedArray;
  if (field.type.kind === "bool") return encodePlain(column, numbers, rows, options);
  const small =
    numbers instanceof Int8Array ||
    numbers instanceof Uint8Array ||
    numbers instanceof Int16Array ||
    numbers instanceof Uint16Array;
  if (small) return encodeDictionary(column, tableDictionary(numbers, packing), rows, options);
  const values = packing ? unpack(numbers, packing) : numbers;
  const dictionary = hashDictionary(values);
  return dictionary ? encodeDictionary(column, dictionary, rows, options) : encodePlain(column, values, rows, options);
}

function encodeDictionary(
  column: DenseColumn,
  { values, indices }: Dictionary,
  rows: number,
  options: EncodeOptions,
): EncodedColumn {
  const writer = new ColumnChunkWriter(column.field, options, ENCODING.RLE_DICTIONARY);
  writer.dictionary(plainBytes(values), values.length);
  const width = bitWidth(values.length);
  for (const page of pagesOf(column, rows, options.pageRows)) {
    const own = validOf(indices, page) as Uint16Array | Uint32Array;
    const out = new ByteWriter(page.rows * 2 + 64);
    writeLevels(out, column.field.nullable, page.rows, page.validity);
    out.byte(width);
    if (own.length > 0) writeHybrid(out, own, 0, own.length, width);
    writer.page({ ...summary(page), body: out.finish(), bounds: boundsOf(column.field.type, pick(values, own)) });
  }
  return writer.finish();
}

/** The distinct values of a page, enough for its bounds. */
function pick(values: TypedArray, indices: Uint16Array | Uint32Array): TypedArray {
  const seen = new Uint8Array(values.length);
  for (let i = 0; i < indices.length; i++) seen[indices[i] as number] = 1;
  return values.filter((_: number | bigint, i: number) => seen[i] === 1) as TypedArray;
}

function encodePlain(column: DenseColumn, values: TypedArray, rows: number, options: EncodeOptions): EncodedColumn {
  const { type, nullable } = column.field;
  const floating = type.kind === "number" && type.name.startsWith("float");
  const writer = new ColumnChunkWriter(column.field, options, floating ? ENCODING.BYTE_STREAM_SPLIT : ENCODING.PLAIN);
  for (const page of pagesOf(column, rows, options.pageRows)) {
    const own = validOf(values, page);
    const body = floating ? planesBody(own, nullable, page) : plainBody(own, column.field, page);
    writer.page({ ...summary(page), body, bounds: boundsOf(type, own) });
  }
  return writer.finish();
}

function plainBody(values: TypedArray, { type, nullable }: Field, page: Page): Uint8Array {
  const out = new ByteWriter(values.byteLength + 64);
  writeLevels(out, nullable, page.rows, page.validity);
  out.bytes(type.kind === "bool" ? bitsOf(values) : plainBytes(values));
  return out.finish();
}

/** A page is compressed before the next one is made. */
const pageMemory = new ReusableMemory();

/** The levels stand so that the planes after them begin on a word's boundary. */
function planesBody(values: TypedArray, nullable: boolean, page: Page): Uint8Array {
  const levels = new ByteWriter(64);
  writeLevels(levels, nullable, page.rows, page.validity);
  const pad = (4 - (levels.length & 3)) & 3;
  const whole = pageMemory.take(pad + levels.length + values.byteLength);
  whole.set(levels.finish(), pad);
  splitBytePlanes(bytesOf(values), values.BYTES_PER_ELEMENT as 4 | 8, whole, pad + levels.length);
  return whole.subarray(pad);
}

interface Page {
  readonly start: number;
  readonly rows: number;
  readonly validity?: Bitmap;
}

function* pagesOf(column: DenseColumn, rows: number, pageRows: number): Iterable<Page> {
  for (let start = 0; start < rows; start += pageRows) {
    const n = Math.min(pageRows, rows - start);
    const validity = column.validity && column.validity.zeros > 0 ? sliceBitmap(column.validity, start, n) : undefined;
    yield { start, rows: n, ...(validity && { validity }) };
  }
  if (rows === 0) yield { start: 0, rows: 0 };
}

function summary(page: Page): Pick<PageContent, "rows" | "nulls"> {
  return { rows: page.rows, nulls: page.validity?.zeros ?? 0 };
}

/** The page's values without its nulls. */
function validOf(values: TypedArray, { start, rows, validity }: Page): TypedArray {
  const own = values.subarray(start, start + rows) as TypedArray;
  if (!validity || validity.zeros === 0) return own;
  const out = new (values.constructor as new (length: number) => TypedArray)(rows - validity.zeros);
  let to = 0;
  for (let i = 0; i < rows; i++) if (isSet(validity, i)) out[to++] = own[i] as never;
  return out;
}

/** Integers below 32 bits are stored in 32. */
export function plainBytes(values: TypedArray): Uint8Array {
  return bytesOf(values.BYTES_PER_ELEMENT < 4 ? Int32Array.from(values as ArrayLike<number>) : values);
}

function bitsOf(flags: TypedArray): Uint8Array {
  const out = new Uint8Array((flags.length + 7) >> 3);
  for (let i = 0; i < flags.length; i++) if (flags[i]) out[i >> 3] = (out[i >> 3] as number) | (1 << (i & 7));
  return out;
}
