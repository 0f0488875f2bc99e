import { type Bitmap, isSet, sliceBitmap } from "../schema/bitmap.js";
import { countLists, type Lists } from "../schema/lists.js";
import type { TypedArray } from "../schema/typed-array.js";
import type { PageContent } from "./column-chunk.js";
import type { DenseColumn } from "./dense-column.js";
import { type ByteWriter, writeHybrid } from "./hybrid.js";
import { type LevelSizes, sizedLevels, writeLevels } from "./levels.js";
import type { Histograms } from "./page-index.js";

/** A run of rows that becomes one data page. */
export interface Page {
  /** Of the items that are encoded: the first one, how many, and which of them are there. */
  readonly start: number;
  readonly count: number;
  readonly validity?: Bitmap;
  readonly rows: number;
  /** Items, and lists without any: what the levels count. */
  readonly values: number;
  readonly nulls: number;
  /** Of lists: how many entries have each level. A value per row has no level that its nulls do not tell. */
  readonly histograms?: Histograms;
  writeLevels(out: ByteWriter): LevelSizes;
}

export function totals({ rows, values, nulls, histograms }: Page): Pick<PageContent, "rows" | "values" | "nulls" | "histograms"> {
  return { rows, values, nulls, ...(histograms && { histograms }) };
}

/** The page's values without its nulls. */
export function validOf(values: TypedArray, { start, count, validity }: Page): TypedArray {
  const own = values.subarray(start, start + count) as TypedArray;
  if (!validity || validity.zeros === 0) return own;
  const out = new (values.constructor as new (length: number) => TypedArray)(count - validity.zeros);
  let to = 0;
  for (let i = 0; i < count; i++) if (isSet(validity, i)) out[to++] = own[i] as never;
  return out;
}

/** A value per row. */
export function* flatPages({ field, validity }: DenseColumn, rows: number, pageRows: number): Iterable<Page> {
  for (let start = 0; start === 0 || start < rows; start += pageRows) {
    const count = Math.min(pageRows, rows - start);
    const own = validity && validity.zeros > 0 ? sliceBitmap(validity, start, count) : undefined;
    yield {
      start,
      count,
      ...(own && { validity: own }),
      rows: count,
      values: count,
      nulls: own?.zeros ?? 0,
      writeLevels: (out) => writeLevels(out, field.nullable, count, own),
    };
  }
}

/**
 * A list per row, as many rows as have `pageRows` items. Levels as parquet-format has them (Nested Encoding): repetition 0 begins
 * a row; definition counts how far down something is there: the list, an item, the item's value.
 *
 * @param items which of the lists' items are there, counted from the first list's first
 */
export function* listPages(
  { field, validity }: DenseColumn,
  lists: Lists,
  items: Bitmap | undefined,
  pageRows: number,
): Iterable<Page> {
  const { offsets } = lists;
  const rows = countLists(lists);
  const first = offsets[0] ?? 0;
  const listed = field.nullable ? 1 : 0;
  for (let start = 0; start === 0 || start < rows; ) {
    let stop = Math.min(rows, start + 1);
    const from = offsets[start] ?? 0;
    while (stop < rows && stop - start < pageRows && (offsets[stop + 1] as number) - from <= pageRows) stop++;
    const count = (offsets[stop] ?? from) - from;
    const own = items && items.zeros > 0 ? sliceBitmap(items, from - first, count) : undefined;
    const levels = levelsOf({ offsets, start, stop, listed, validity, items: own });
    const absent = levels.definition.length - count;
    yield {
      start: from - first,
      count,
      ...(own && { validity: own }),
      rows: stop - start,
      values: levels.definition.length,
      nulls: absent + (own?.zeros ?? 0),
      histograms: { repetition: countsOf(levels.repetition, 2), definition: countsOf(levels.definition, listed + 3) },
      writeLevels: (out) => ({
        repetition: sizedLevels(out, (body) => writeHybrid(body, levels.repetition, 0, levels.repetition.length, 1)),
        definition: sizedLevels(out, (body) => writeHybrid(body, levels.definition, 0, levels.definition.length, 2)),
      }),
    };
    if (rows === 0) return;
    start = stop;
  }
}

function countsOf(levels: Uint16Array, kinds: number): readonly number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i] as number;
    counts[level] = (counts[level] as number) + 1;
  }
  return counts;
}

interface ListRun {
  readonly offsets: Uint32Array;
  readonly start: number;
  readonly stop: number;
  /** Definition level of a list that is there. */
  readonly listed: number;
  readonly validity: Bitmap | undefined;
  /** Of the items of these rows. */
  readonly items: Bitmap | undefined;
}

function levelsOf({ offsets, start, stop, listed, validity, items }: ListRun): {
  repetition: Uint16Array;
  definition: Uint16Array;
} {
  const from = offsets[start] ?? 0;
  let entries = 0;
  for (let row = start; row < stop; row++) entries += Math.max(1, (offsets[row + 1] as number) - (offsets[row] as number));
  const repetition = new Uint16Array(entries);
  const definition = new Uint16Array(entries);
  let at = 0;
  for (let row = start; row < stop; row++) {
    const begin = offsets[row] as number;
    const end = offsets[row + 1] as number;
    if (begin === end) {
      definition[at++] = validity && !isSet(validity, row) ? 0 : listed;
      continue;
    }
    for (let i = begin; i < end; i++) {
      repetition[at] = i === begin ? 0 : 1;
      definition[at++] = items && !isSet(items, i - from) ? listed + 1 : listed + 2;
    }
  }
  return { repetition, definition };
}
