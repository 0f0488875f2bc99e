import type { AttributeElement, DType } from "graticule/plugin";
import type { ListCodec } from "../element.js";
import { ZarrError } from "../error.js";
import { isArray, type Json, jsonText, parseJson } from "../json.js";
import { numberReader } from "./number-reader.js";
import { readRecords, wideText } from "./records.js";

export type ListElement = AttributeElement | Uint8Array;

/**
 * The elements of a chunk, in the order in which they are stored.
 *
 * @param count elements that the chunk's shape needs
 * @throws `malformed`
 */
export function decodeList(bytes: Uint8Array, codec: ListCodec, count: number): ListElement[] {
  const list = decode(bytes, codec, count);
  if (list.length !== count) throw wrongCount(list.length, count);
  return list;
}

function decode(bytes: Uint8Array, codec: ListCodec, count: number): ListElement[] {
  switch (codec.kind) {
    case "utf32":
      return wideTexts(bytes, codec.length, codec.byteOrder === "little", count);
    case "vlen-utf8":
      return pieces(bytes, count).map(textOf);
    case "vlen-bytes":
      return pieces(bytes, count).map((piece) => new Uint8Array(piece));
    case "vlen-array":
      return pieces(bytes, count).map((piece) => numbersOf(piece, codec.base));
    case "json":
      return jsonTexts(bytes, count);
    case "records":
      return readRecords(bytes, codec.dtype);
    case "categories":
      return numbersOf(bytes, codec.code).map((code) => labelOf(Number(code), codec.labels));
  }
}

/**
 * numcodecs' Categorize writes the number of the label, from 1 on, and 0 for what is none of them, which it reads as no text. It
 * writes no other number; it would read one as no text too, which nobody stored.
 */
function labelOf(code: number, labels: readonly string[]): string {
  const label = code === 0 ? "" : labels[code - 1];
  if (label !== undefined) return label;
  throw new ZarrError("malformed", `a chunk holds the category ${code} where there are ${labels.length} labels`);
}

/** UTF-32; NULs at the end are padding. */
function wideTexts(bytes: Uint8Array, length: number, little: boolean, count: number): string[] {
  if (length === 0) return new Array<string>(count).fill("");
  const size = 4 * length;
  if (bytes.length !== count * size) throw wrongCount(Math.floor(bytes.length / size), count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = new Array<string>(count);
  for (let i = 0; i < count; i++) texts[i] = wideText(view, i * size, length, little);
  return texts;
}

/** numcodecs' variable-length layout: a count, then a length before each element, all uint32 and little-endian. */
function pieces(bytes: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stored = bytes.length >= 4 ? view.getUint32(0, true) : 0;
  if (stored !== count) throw wrongCount(stored, count);
  const out: Uint8Array[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const end = at + 4 <= bytes.length ? at + 4 + view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new ZarrError("malformed", `element ${i} of a chunk of varying lengths passes its end`);
    out.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return out;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function numbersOf(bytes: Uint8Array, dtype: DType): (number | bigint)[] {
  const read = numberReader(dtype);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / dtype.size) }, (_, i) => read(view, i * dtype.size));
}

/** numcodecs' json2: the elements, then the type and the shape, in one list. */
function jsonTexts(bytes: Uint8Array, count: number): string[] {
  const json = parseJson(textOf(bytes), "a chunk of JSON");
  if (!isArray(json)) throw new ZarrError("malformed", "a chunk of JSON holds no list");
  const items = json.length === count + 2 ? json.slice(0, count) : json;
  return (items.flat(16) as Json[]).map((item) => (typeof item === "string" ? item : item === null ? "" : jsonText(item)));
}

function wrongCount(found: number, needed: number): ZarrError {
  return new ZarrError("malformed", `a chunk holds ${found} elements where its shape needs ${needed}`);
}
