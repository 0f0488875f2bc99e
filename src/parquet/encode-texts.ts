import { GraticuleError } from "../errors.js";
import { isSet } from "../schema/bitmap.js";
import { type ColumnType, carrierOf, type Field } from "../schema/field.js";
import { chooseForTexts } from "./choose-encoding.js";
import { ColumnChunkWriter, type EncodedColumn } from "./column-chunk.js";
import { writeDeltaLengths, writeDeltaTexts } from "./delta.js";
import type { EncodeOptions } from "./dense-column.js";
import { ENCODING, type Encoding } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid } from "./hybrid.js";
import { type Page, totals } from "./pages.js";
import { lengthPrefixed } from "./plain.js";
import { fixedBounds, textBounds } from "./statistics.js";

/** One text or byte string per item, null where it is missing, and the pages that they are cut into. */
interface TextColumn {
  readonly field: Field;
  readonly data: readonly (string | Uint8Array | null)[];
  /** Of an item. */
  readonly type: ColumnType;
  readonly pages: readonly Page[];
  readonly count: number;
}

/** Text and byte strings: a dictionary while the distinct ones are few, else what makes a sample smallest. */
export function encodeTexts(
  { field, data: items, type, pages, count: total }: TextColumn,
  asked: Encoding | undefined,
  options: EncodeOptions,
): EncodedColumn {
  const positions = new Map<string, number>();
  const indices = new Uint32Array(total);
  for (let i = 0; i < total; i++) {
    const item = items[i];
    if (item === null || item === undefined) continue;
    const key = typeof item === "string" ? item : Buffer.from(item).toString("latin1");
    let position = positions.get(key);
    if (position === undefined) {
      position = positions.size;
      positions.set(key, position);
    }
    indices[i] = position;
  }
  const textual = type.kind === "string";
  const distinct = [...positions.keys()].map((key) => Buffer.from(key, textual ? "utf8" : "latin1"));
  const size = sizeOf(type);
  if (size !== undefined) requireSize(field, distinct, size);
  const plain = (texts: readonly Uint8Array[]): Uint8Array => (size === undefined ? lengthPrefixed(texts) : Buffer.concat(texts));
  const otherThanDictionary = (): Encoding => {
    // DuckDB and Polars know no byte planes of byte strings.
    return size === undefined ? chooseForTexts(sampleOf(pages, indices, distinct), options.compress) : ENCODING.PLAIN;
  };
  const few = distinct.length <= Math.max(16, total / 2) && distinct.length <= 65536;
  const chosen = asked ?? (few ? ENCODING.RLE_DICTIONARY : otherThanDictionary());
  // Readers differ on how an empty dictionary is unpacked.
  const encoding = distinct.length === 0 ? ENCODING.PLAIN : chosen;
  const writer = new ColumnChunkWriter(field, options, encoding);
  if (encoding === ENCODING.RLE_DICTIONARY) writer.dictionary(plain(distinct), distinct.length);
  writer.filter(distinct.length)?.texts(distinct);
  const width = bitWidth(distinct.length);
  for (const page of pages) {
    const own = presentOf(indices, page);
    const out = new ByteWriter(page.values + 64);
    const levels = page.writeLevels(out);
    const textBytes = own.reduce((n, index) => n + (distinct[index] as Uint8Array).length, 0);
    const texts = [...new Set(own)].map((index) => distinct[index] as Uint8Array);
    if (encoding === ENCODING.RLE_DICTIONARY) {
      out.byte(width);
      if (own.length > 0) writeHybrid(out, own, 0, own.length, width);
    } else
      writeTexts(
        out,
        own.map((index) => distinct[index] as Uint8Array),
        encoding,
        size,
      );
    writer.page({
      ...totals(page),
      body: out.finish(),
      levels,
      bounds: size === undefined ? textBounds(texts, textual) : fixedBounds(texts, type.kind === "decimal"),
      ...(size === undefined && { textBytes }),
    });
  }
  return writer.finish();
}

function presentOf(indices: Uint32Array, { start, count, validity }: Page): number[] {
  const own: number[] = [];
  for (let i = 0; i < count; i++) if (!validity || isSet(validity, i)) own.push(indices[start + i] as number);
  return own;
}

/** Texts of the page in the middle. */
function sampleOf(pages: readonly Page[], indices: Uint32Array, distinct: readonly Uint8Array[]): readonly Uint8Array[] {
  const page = pages[pages.length >> 1];
  return page ? presentOf(indices, page).map((index) => distinct[index] as Uint8Array) : [];
}

function writeTexts(out: ByteWriter, texts: readonly Uint8Array[], encoding: Encoding, size: number | undefined): void {
  if (encoding === ENCODING.DELTA_LENGTH_BYTE_ARRAY) writeDeltaLengths(out, texts);
  else if (encoding === ENCODING.DELTA_BYTE_ARRAY) writeDeltaTexts(out, texts);
  else if (encoding === ENCODING.BYTE_STREAM_SPLIT) writePlanes(out, texts, size ?? 0);
  else out.bytes(size === undefined ? lengthPrefixed(texts) : Buffer.concat(texts));
}

/** All first bytes, then all second ones, and so on. */
function writePlanes(out: ByteWriter, texts: readonly Uint8Array[], size: number): void {
  const planes = new Uint8Array(texts.length * size);
  for (const [i, text] of texts.entries()) for (let k = 0; k < size; k++) planes[k * texts.length + i] = text[k] as number;
  out.bytes(planes);
}

/** Bytes of each, where all have the same. */
function sizeOf(type: ColumnType): number | undefined {
  const carrier = carrierOf(type);
  return typeof carrier === "object" ? carrier.size : undefined;
}

function requireSize({ name }: Field, texts: readonly Uint8Array[], size: number): void {
  const other = texts.find((text) => text.length !== size);
  if (other)
    throw new GraticuleError("usage", `column "${name}" has values of ${size} bytes, and one of ${other.length}`, {
      variable: name,
    });
}
