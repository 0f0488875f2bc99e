import { damaged, unsupported } from "./damaged.js";
import type { Decompress } from "./decompress-page.js";
import { ENCODINGS, encodingName } from "./fixed-values.js";
import { decodeLevels, decodePackedLevels } from "./hybrid-runs.js";
import type { PageHeader } from "./page-header.js";
import type { Leaf } from "./schema-tree.js";

/** A data page taken apart. */
export interface PageContent {
  /** A byte for each value; null where the leaf has but one level. They hold until the next page is taken apart. */
  readonly repetition: Uint8Array | null;
  readonly definition: Uint8Array | null;
  /** Values that are there. */
  readonly present: number;
  readonly values: Uint8Array;
}

/** Larger pages are taken for damage: their values would not fit into memory. */
const MOST_VALUES = 1 << 26;

let repetitionMemory = new Uint8Array(0);
let definitionMemory = new Uint8Array(0);

/** @param body what follows the header @throws `malformed`, `unsupported` */
export function pageContent(header: PageHeader, body: Uint8Array, leaf: Leaf, decompress: Decompress): PageContent {
  if (header.values > MOST_VALUES) throw unsupported(`a page of ${header.values} values; the limit is ${MOST_VALUES}`);
  return header.v2 ? contentV2(header, header.v2, body, leaf, decompress) : contentV1(header, body, leaf, decompress);
}

function contentV1(header: PageHeader, body: Uint8Array, leaf: Leaf, decompress: Decompress): PageContent {
  const bytes = decompress(body, header.length);
  const { values: count } = header;
  let at = 0;
  const levels = (encoding: number, most: number, out: Uint8Array): void => {
    const width = bitsFor(most);
    if (encoding === ENCODINGS.BIT_PACKED) {
      at += decodePackedLevels(bytes, at, bytes.length, width, count, out);
      return;
    }
    if (encoding !== ENCODINGS.RLE) throw unsupported(`levels in the encoding ${encodingName(encoding)}`);
    if (at + 4 > bytes.length) throw damaged("a page ends before its levels");
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
    if (length > bytes.length - at - 4) throw damaged(`levels of ${length} bytes in a page that has ${bytes.length - at - 4} left`);
    decodeLevels(bytes, at + 4, at + 4 + length, width, count, out);
    at += 4 + length;
  };
  let [repetition, definition]: [Uint8Array | null, Uint8Array | null] = [null, null];
  if (leaf.repetition > 0) {
    repetition = repetitionMemory = room(repetitionMemory, count);
    levels(header.repetitionEncoding, leaf.repetition, repetition);
  }
  if (leaf.definition > 0) {
    definition = definitionMemory = room(definitionMemory, count);
    levels(header.definitionEncoding, leaf.definition, definition);
  }
  return finished(leaf, count, repetition, definition, bytes.subarray(at));
}

function contentV2(
  { values: count, length }: PageHeader,
  { repetitionLength, definitionLength, isCompressed }: NonNullable<PageHeader["v2"]>,
  body: Uint8Array,
  leaf: Leaf,
  decompress: Decompress,
): PageContent {
  const middle = repetitionLength;
  const from = repetitionLength + definitionLength;
  if (from > body.length || from > length) throw damaged(`levels of ${from} bytes in a page of ${Math.min(length, body.length)}`);
  let [repetition, definition]: [Uint8Array | null, Uint8Array | null] = [null, null];
  if (leaf.repetition > 0) {
    repetition = repetitionMemory = room(repetitionMemory, count);
    decodeLevels(body, 0, middle, bitsFor(leaf.repetition), count, repetition);
  }
  if (leaf.definition > 0) {
    definition = definitionMemory = room(definitionMemory, count);
    decodeLevels(body, middle, from, bitsFor(leaf.definition), count, definition);
  }
  const stored = body.subarray(from);
  return finished(leaf, count, repetition, definition, isCompressed ? decompress(stored, length - from) : stored);
}

function finished(
  leaf: Leaf,
  count: number,
  repetition: Uint8Array | null,
  definition: Uint8Array | null,
  values: Uint8Array,
): PageContent {
  if (repetition) checkLevels(repetition, count, leaf.repetition);
  const present = definition ? countPresent(definition, count, leaf.definition) : count;
  return { repetition, definition, present, values };
}

function bitsFor(most: number): number {
  return 32 - Math.clz32(most);
}

function room(memory: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  return memory.length < count ? new Uint8Array(count) : memory;
}

function countPresent(levels: Uint8Array, count: number, most: number): number {
  let present = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const level = levels[i] as number;
    if (level === most) present++;
    if (level > largest) largest = level;
  }
  if (largest > most) throw damaged(`a level of ${largest} where ${most} is the most`);
  return present;
}

function checkLevels(levels: Uint8Array, count: number, most: number): void {
  for (let i = 0; i < count; i++)
    if ((levels[i] as number) > most) throw damaged(`a level of ${levels[i]} where ${most} is the most`);
}
