import { type Bitmap, packBits } from "../schema/bitmap.js";
import { ColumnChunkWriter, type EncodedColumn } from "./column-chunk.js";
import type { DenseColumn, EncodeOptions } from "./dense-column.js";
import { ENCODING } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid } from "./hybrid.js";
import { sliceBitmap, writeLevels } from "./levels.js";
import { textBounds } from "./statistics.js";

/** Text and byte strings: a dictionary while the distinct ones are few, else each behind its length. */
export function encodeTexts(column: DenseColumn, rows: number, options: EncodeOptions): EncodedColumn {
  const items = column.data as readonly (string | Uint8Array | null)[];
  const validity = validityOf(items, column.validity);
  const positions = new Map<string, number>();
  const indices = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
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
  const textual = column.field.type.kind === "string";
  const distinct = [...positions.keys()].map((key) => Buffer.from(key, textual ? "utf8" : "latin1"));
  const few = distinct.length <= Math.max(16, rows / 2) && distinct.length <= 65536;
  const writer = new ColumnChunkWriter(column.field, options, few ? ENCODING.RLE_DICTIONARY : ENCODING.PLAIN);
  if (few) writer.dictionary(lengthPrefixed(distinct), distinct.length);
  const width = bitWidth(distinct.length);
  for (let start = 0; start === 0 || start < rows; start += options.pageRows) {
    const n = Math.min(options.pageRows, rows - start);
    const valid = validity && sliceBitmap(validity, start, n);
    const own: number[] = [];
    for (let i = 0; i < n; i++)
      if (!valid || (valid.bits[i >> 3] as number) & (1 << (i & 7))) own.push(indices[start + i] as number);
    const out = new ByteWriter(n + 64);
    writeLevels(out, column.field.nullable, n, valid);
    const texts = [...new Set(own)].map((index) => distinct[index] as Uint8Array);
    if (few) {
      out.byte(width);
      if (own.length > 0) writeHybrid(out, own, 0, own.length, width);
    } else out.bytes(lengthPrefixed(own.map((index) => distinct[index] as Uint8Array)));
    writer.page({ body: out.finish(), rows: n, nulls: valid?.zeros ?? 0, bounds: textBounds(texts) });
  }
  return writer.finish();
}

function validityOf(items: readonly (string | Uint8Array | null)[], declared: Bitmap | undefined): Bitmap | undefined {
  if (declared) return declared.zeros > 0 ? declared : undefined;
  if (!items.some((item) => item === null)) return undefined;
  return packBits(Uint8Array.from(items, (item) => (item === null ? 0 : 1)));
}

function lengthPrefixed(texts: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter(texts.reduce((n, text) => n + text.length + 4, 0));
  for (const text of texts) {
    out.uint(text.length, 4);
    out.bytes(text);
  }
  return out.finish();
}
