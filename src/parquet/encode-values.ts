import { type Bitmap, isSet, packBits } from "../schema/bitmap.js";
import type { ColumnType, Field } from "../schema/field.js";
import type { Packing } from "../schema/grid-batch.js";
import { extent, type Items, isLists, itemsOf, type Lists } from "../schema/lists.js";
import { ReusableMemory } from "../schema/reusable-memory.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";
import { splitBytePlanes } from "./byte-planes.js";
import { ColumnChunkWriter, type EncodedColumn } from "./column-chunk.js";
import type { DenseColumn, EncodeOptions } from "./dense-column.js";
import { type Dictionary, hashDictionary, tableDictionary } from "./dictionary.js";
import { encodeTexts } from "./encode-texts.js";
import { ENCODING } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid } from "./hybrid.js";
import { flatPages, listPages, type Page, totals } from "./pages.js";
import { boundsOf } from "./statistics.js";

/** One column of a row group. The encoding follows the source: codes become dictionary indices, full-precision floats byte planes. */
export function encodeValues(column: DenseColumn, rows: number, options: EncodeOptions): EncodedColumn {
  const { data } = column;
  if (!ArrayBuffer.isView(data) && isLists(data)) return encodeLists(column, data, options);
  const validity = column.validity ?? missingTexts(data);
  const flat = { ...column, ...(validity && { validity }) };
  const pages = [...flatPages(flat, rows, options.pageRows)];
  return encodeItems({ ...flat, data, pages, type: column.field.type, count: rows }, options);
}

/** Lists as their items, behind levels that say where each list begins. */
function encodeLists(column: DenseColumn, lists: Lists, options: EncodeOptions): EncodedColumn {
  const { field, packing } = column;
  const [first, count] = extent(lists);
  const { items, validity: declared } = itemsOf(lists, first, count);
  const validity = declared ?? missingTexts(items);
  const pages = [...listPages(column, lists, validity, options.pageRows)];
  const { type } = field;
  if (type.kind !== "list") throw new TypeError(`${field.name} holds lists, and is said to be ${type.kind}`);
  return encodeItems(
    { field, data: items, ...(validity && { validity }), ...(packing && { packing }), pages, type: type.item, count },
    options,
  );
}

/** A text that is null is missing, whether or not a bitmap says so. */
function missingTexts(items: ArrayLike<unknown>): Bitmap | undefined {
  if (ArrayBuffer.isView(items) || !Array.prototype.includes.call(items, null)) return undefined;
  return packBits(Uint8Array.from(items, (item) => (item === null ? 0 : 1)));
}

/** What is encoded one after the other, and the pages that it is cut into. */
interface ItemColumn {
  readonly field: Field;
  readonly data: Items | readonly (Uint8Array | null)[];
  readonly validity?: Bitmap;
  readonly packing?: Packing;
  readonly pages: readonly Page[];
  /** Of an item. */
  readonly type: ColumnType;
  readonly count: number;
}

function encodeItems(column: ItemColumn, options: EncodeOptions): EncodedColumn {
  const { data, packing } = column;
  if (!ArrayBuffer.isView(data)) return encodeTexts({ ...column, data: data as readonly (string | Uint8Array | null)[] }, options);
  const numbers = data as TypedArray;
  if (column.type.kind === "bool") return encodePlain(column, numbers, options);
  const small =
    numbers instanceof Int8Array ||
    numbers instanceof Uint8Array ||
    numbers instanceof Int16Array ||
    numbers instanceof Uint16Array;
  if (small) return encodeDictionary(column, tableDictionary(numbers, packing), options);
  const values = packing ? unpack(numbers, packing) : numbers;
  const dictionary = hashDictionary(values);
  return dictionary ? encodeDictionary(column, dictionary, options) : encodePlain(column, values, options);
}

function encodeDictionary(column: ItemColumn, { values, indices }: Dictionary, options: EncodeOptions): EncodedColumn {
  const writer = new ColumnChunkWriter(column.field, options, ENCODING.RLE_DICTIONARY);
  writer.dictionary(plainBytes(values), values.length);
  const width = bitWidth(values.length);
  for (const page of column.pages) {
    const own = validOf(indices, page) as Uint16Array | Uint32Array;
    const out = new ByteWriter(page.values * 2 + 64);
    page.writeLevels(out);
    out.byte(width);
    if (own.length > 0) writeHybrid(out, own, 0, own.length, width);
    writer.page({ ...totals(page), body: out.finish(), bounds: boundsOf(column.type, pick(values, own)) });
  }
  return writer.finish();
}

/** The distinct values of a page, enough for its bounds. */
function pick(values: TypedArray, indices: Uint16Array | Uint32Array): TypedArray {
  const seen = new Uint8Array(values.length);
  for (let i = 0; i < indices.length; i++) seen[indices[i] as number] = 1;
  return values.filter((_: number | bigint, i: number) => seen[i] === 1) as TypedArray;
}

function encodePlain(column: ItemColumn, values: TypedArray, options: EncodeOptions): EncodedColumn {
  const { type } = column;
  const floating = type.kind === "number" && type.name.startsWith("float");
  const writer = new ColumnChunkWriter(column.field, options, floating ? ENCODING.BYTE_STREAM_SPLIT : ENCODING.PLAIN);
  for (const page of column.pages) {
    const own = validOf(values, page);
    const body = floating ? planesBody(own, page) : plainBody(own, type, page);
    writer.page({ ...totals(page), body, bounds: boundsOf(type, own) });
  }
  return writer.finish();
}

function plainBody(values: TypedArray, type: ColumnType, page: Page): Uint8Array {
  const out = new ByteWriter(values.byteLength + 64);
  page.writeLevels(out);
  out.bytes(type.kind === "bool" ? bitsOf(values) : plainBytes(values));
  return out.finish();
}

/** A page is compressed before the next one is made. */
const pageMemory = new ReusableMemory();

/** The levels stand so that the planes after them begin on a word's boundary. */
function planesBody(values: TypedArray, page: Page): Uint8Array {
  const levels = new ByteWriter(64);
  page.writeLevels(levels);
  const pad = (4 - (levels.length & 3)) & 3;
  const whole = pageMemory.take(pad + levels.length + values.byteLength);
  whole.set(levels.finish(), pad);
  splitBytePlanes(bytesOf(values), values.BYTES_PER_ELEMENT as 4 | 8, whole, pad + levels.length);
  return whole.subarray(pad);
}

/** The page's values without its nulls. */
function validOf(values: TypedArray, { start, count, validity }: Page): TypedArray {
  const own = values.subarray(start, start + count) as TypedArray;
  if (!validity || validity.zeros === 0) return own;
  const out = new (values.constructor as new (length: number) => TypedArray)(count - validity.zeros);
  let to = 0;
  for (let i = 0; i < count; i++) if (isSet(validity, i)) out[to++] = own[i] as never;
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
