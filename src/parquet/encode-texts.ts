import { isSet } from "../schema/bitmap.js";
import type { ColumnType, Field } from "../schema/field.js";
import { ColumnChunkWriter, type EncodedColumn } from "./column-chunk.js";
import type { EncodeOptions } from "./dense-column.js";
import { ENCODING } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid } from "./hybrid.js";
import { type Page, totals } from "./pages.js";
import { textBounds } from "./statistics.js";

/** One text or byte string per item, null where it is missing, and the pages that they are cut into. */
interface TextColumn {
  readonly field: Field;
  readonly data: readonly (string | Uint8Array | null)[];
  /** Of an item. */
  readonly type: ColumnType;
  readonly pages: readonly Page[];
  readonly count: number;
}

/** Text and byte strings: a dictionary while the distinct ones are few, else each behind its length. */
export function encodeTexts({ field, data: items, type, pages, count: total }: TextColumn, options: EncodeOptions): EncodedColumn {
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
  const few = distinct.length <= Math.max(16, total / 2) && distinct.length <= 65536;
  const writer = new ColumnChunkWriter(field, options, few ? ENCODING.RLE_DICTIONARY : ENCODING.PLAIN);
  if (few) writer.dictionary(lengthPrefixed(distinct), distinct.length);
  const width = bitWidth(distinct.length);
  for (const page of pages) {
    const { start, count, validity } = page;
    const own: number[] = [];
    for (let i = 0; i < count; i++) if (!validity || isSet(validity, i)) own.push(indices[start + i] as number);
    const out = new ByteWriter(page.values + 64);
    page.writeLevels(out);
    const texts = [...new Set(own)].map((index) => distinct[index] as Uint8Array);
    if (few) {
      out.byte(width);
      if (own.length > 0) writeHybrid(out, own, 0, own.length, width);
    } else out.bytes(lengthPrefixed(own.map((index) => distinct[index] as Uint8Array)));
    writer.page({ ...totals(page), body: out.finish(), bounds: textBounds(texts) });
  }
  return writer.finish();
}

function lengthPrefixed(texts: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter(texts.reduce((n, text) => n + text.length + 4, 0));
  for (const text of texts) {
    out.uint(text.length, 4);
    out.bytes(text);
  }
  return out.finish();
}
