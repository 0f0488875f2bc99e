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
  const levels = (encoding: number, most: number, out: Uint8Array): number => {
    const width = bitsFor(most);
    if (encoding === ENCODINGS.BIT_PACKED) {
      at += decodePackedLevels(bytes, at, bytes.length, width, count, out);
      return -1;
    }
    if (encoding !== ENCODINGS.RLE) throw unsupported(`levels in the encoding ${encodingName(encoding)}`);
    if (at + 4 > bytes.length) throw damaged("a page ends before its levels");
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
    if (length > bytes.length - at - 4) throw damaged(`levels of ${length} bytes in a page that has ${bytes.length - at - 4} left`);
    const only = decodeLevels(bytes, at + 4, at + 4 + length, width, count, out);
    at += 4 + length;
    return only;
  };
  const [repetition, definition] = bothLevels(leaf, count, (isRepetition, out) =>
    isRepetition
      ? levels(header.repetitionEncoding, leaf.repetition, out)
      : levels(header.definitionEncoding, leaf.definition, out),
  );
  return finished(leaf, count, repetition, definition, bytes.subarray(at));
}

/** @param decode gives the level that all of them are, or -1 */
function bothLevels(
  leaf: Leaf,
  count: number,
  decode: (isRepetition: boolean, out: Uint8Array) => number,
): readonly [Uint8Array | null, Uint8Array | null] {
  let [repetition, definition]: [Uint8Array | null, Uint8Array | null] = [null, null];
  if (leaf.repetition > 0) {
    repetition = repetitionMemory = room(repetitionMemory, count);
    const only = decode(true, repetition);
    if (only >= 0) repetition.fill(only, 0, count);
  }
  if (leaf.definition > 0) {
    definition = definitionMemory = room(definitionMemory, count);
    const only = decode(false, definition);
    // Without lists nobody needs levels that say only that all values are there.
    if (only === leaf.definition && isFlat(leaf)) definition = null;
    else if (only >= 0) definition.fill(only, 0, count);
  }
  return [repetition, definition];
}

/** Whether values stand one for each row, outside of all groups. */
function isFlat({ repetition, definition, path }: Leaf): boolean {
  return repetition === 0 && definition <= 1 && path.length === 1;
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
  const [repetition, definition] = bothLevels(leaf, count, (isRepetition, out) =>
    isRepetition
      ? decodeLevels(body, 0, middle, bitsFor(leaf.repetition), count, out)
      : decodeLevels(body, middle, from, bitsFor(leaf.definition), count, out),
  );
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
