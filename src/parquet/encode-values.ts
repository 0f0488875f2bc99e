import { type Bitmap, packBits } from "../schema/bitmap.js";
import type { ColumnType, Field } from "../schema/field.js";
import type { Packing } from "../schema/grid-batch.js";
import { extent, type Items, isLists, itemsOf, type Lists } from "../schema/lists.js";
import { ReusableMemory } from "../schema/reusable-memory.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";
import type { BloomFilter } from "./bloom-filter.js";
import { splitBytePlanes } from "./byte-planes.js";
import { chooseForFlags, chooseForIntegers, requestedEncoding } from "./choose-encoding.js";
import { ColumnChunkWriter, type EncodedColumn, type PageContent } from "./column-chunk.js";
import { writeDelta } from "./delta.js";
import type { DenseColumn, EncodeOptions } from "./dense-column.js";
import { hashDictionary, tableDictionary } from "./dictionary.js";
import { encodeDictionary } from "./encode-dictionary.js";
import { encodeTexts } from "./encode-texts.js";
import { ENCODING, type Encoding } from "./format.js";
import { ByteWriter } from "./hybrid.js";
import { type PageWorkspace, type PlacedValues, pageWorkspace } from "./page-workspace.js";
import { flatPages, listPages, type Page, totals, validOf } from "./pages.js";
import { bitsOf, plainBytes, stored, writeFlags } from "./plain.js";
import { boundsFrom, boundsOf, isFloating } from "./statistics.js";

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
  const { data, packing, type } = column;
  const asked = requestedEncoding(column.field, options);
  if (!ArrayBuffer.isView(data))
    return encodeTexts({ ...column, data: data as readonly (string | Uint8Array | null)[] }, asked, options);
  const numbers = data as TypedArray;
  // Lists without an item between them: readers differ on how an empty dictionary is unpacked.
  if (column.count === 0)
    return encodeDirectly(column, type.kind === "float16" ? numbers : stored(numbers), ENCODING.PLAIN, options);
  if (type.kind === "bool") return encodeDirectly(column, numbers, asked ?? chooseForFlags(numbers), options);
  const dictionaryMayDo = asked === undefined || asked === ENCODING.RLE_DICTIONARY;
  if (type.kind === "float16") return encodeHalves(column, numbers as Uint16Array, asked, options);
  if (isSmall(numbers) && dictionaryMayDo)
    return encodeDictionary(column, tableDictionary(numbers, packing, column.validity), options);
  const values = packing ? unpack(numbers, packing) : stored(numbers);
  if (asked === ENCODING.RLE_DICTIONARY) return encodeDictionary(column, hashDictionary(values, true), options);
  if (asked !== undefined) return encodeDirectly(column, values, asked, options);
  const dictionary = hashDictionary(values);
  const chosen = isFloating(type)
    ? dictionary
      ? ENCODING.RLE_DICTIONARY
      : ENCODING.BYTE_STREAM_SPLIT
    : chooseForIntegers(sampleOf(values, column.pages), values.length, dictionary, options.compress);
  return dictionary && chosen === ENCODING.RLE_DICTIONARY
    ? encodeDictionary(column, dictionary, options)
    : encodeDirectly(column, values, chosen, options);
}

/** DuckDB knows no byte planes of float16. */
function encodeHalves(column: ItemColumn, halves: Uint16Array, asked: Encoding | undefined, options: EncodeOptions): EncodedColumn {
  if (asked !== undefined && asked !== ENCODING.RLE_DICTIONARY) return encodeDirectly(column, halves, asked, options);
  const dictionary = tableDictionary(halves, undefined, column.validity, false);
  const pays = asked !== undefined || dictionary.values.length <= Math.max(16, halves.length >> 1);
  return pays ? encodeDictionary(column, dictionary, options) : encodeDirectly(column, halves, ENCODING.PLAIN, options);
}

function isSmall(numbers: TypedArray): numbers is Int8Array | Uint8Array | Int16Array | Uint16Array {
  return numbers.BYTES_PER_ELEMENT < 4;
}

/** Values of the page in the middle. */
function sampleOf(values: TypedArray, pages: readonly Page[]): TypedArray {
  const page = pages[pages.length >> 1];
  return page ? validOf(values, page) : values;
}

/** Values one after the other, without a dictionary. */
function encodeDirectly(column: ItemColumn, values: TypedArray, encoding: Encoding, options: EncodeOptions): EncodedColumn {
  const { type } = column;
  const writer = new ColumnChunkWriter(column.field, options, encoding);
  const filter = writer.filter(values.length);
  const kernels = encoding === ENCODING.BYTE_STREAM_SPLIT ? pageWorkspace() : null;
  for (const page of column.pages) {
    const placed = kernels?.place(values.subarray(page.start, page.start + page.count) as TypedArray, page.validity);
    if (kernels && placed) {
      addTo(filter, kernels.view(placed, values), type);
      writer.page({ ...totals(page), ...placedPlanes(kernels, placed, values, type, page) });
      continue;
    }
    const own = validOf(values, page);
    const encoded = encoding === ENCODING.BYTE_STREAM_SPLIT ? planesBody(own, page) : directBody(own, type, encoding, page);
    writer.page({ ...totals(page), ...encoded, bounds: boundsOf(type, own) });
    addTo(filter, own, type);
  }
  return writer.finish();
}

function addTo(filter: BloomFilter | null, values: TypedArray, { kind }: ColumnType): void {
  if (kind === "float16") filter?.halves(values as Uint16Array);
  else filter?.numbers(values);
}

type EncodedBody = Pick<PageContent, "body" | "levels">;

/** Bounds and planes where the values lie already. */
function placedPlanes(
  kernels: PageWorkspace,
  placed: PlacedValues,
  values: TypedArray,
  type: ColumnType,
  page: Page,
): EncodedBody & Pick<PageContent, "bounds"> {
  const isReal = values instanceof Float32Array || values instanceof Float64Array;
  const bounds = isReal ? boundsFrom(type, kernels.range(placed, values)) : boundsOf(type, kernels.view(placed, values));
  const levels = new ByteWriter(64);
  const sizes = page.writeLevels(levels);
  return { body: kernels.planes(placed, levels.finish()), levels: sizes, bounds };
}

function directBody(values: TypedArray, type: ColumnType, encoding: Encoding, page: Page): EncodedBody {
  const out = new ByteWriter(values.byteLength + 64);
  const levels = page.writeLevels(out);
  if (encoding === ENCODING.DELTA_BINARY_PACKED) writeDelta(out, values);
  else if (encoding === ENCODING.RLE) writeFlags(out, values);
  else out.bytes(type.kind === "bool" ? bitsOf(values) : plainBytes(values, type.kind === "float16"));
  return { body: out.finish(), levels };
}

/** A page is compressed before the next one is made. */
const pageMemory = new ReusableMemory();

/** The levels stand so that the planes after them begin on a word's boundary. */
function planesBody(values: TypedArray, page: Page): EncodedBody {
  const levels = new ByteWriter(64);
  const sizes = page.writeLevels(levels);
  const pad = (4 - (levels.length & 3)) & 3;
  const whole = pageMemory.take(pad + levels.length + values.byteLength);
  whole.set(levels.finish(), pad);
  splitBytePlanes(bytesOf(values), values.BYTES_PER_ELEMENT as 2 | 4 | 8, whole, pad + levels.length);
  return { body: whole.subarray(pad), levels: sizes };
}
