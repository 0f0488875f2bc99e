import type { ColumnType, Field } from "../schema/field.js";
import type { TypedArray } from "../schema/typed-array.js";
import { ColumnChunkWriter, type EncodedColumn, type PageContent } from "./column-chunk.js";
import type { EncodeOptions } from "./dense-column.js";
import type { Dictionary } from "./dictionary.js";
import { ENCODING } from "./format.js";
import { ByteWriter, bitWidth, writeHybrid } from "./hybrid.js";
import { type PageWorkspace, type PlacedValues, pageWorkspace } from "./page-workspace.js";
import { type Page, totals, validOf } from "./pages.js";
import { plainBytes } from "./plain.js";
import { type Bounds, boundsOf } from "./statistics.js";

export interface DictionaryColumn {
  readonly field: Field;
  /** Of an item. */
  readonly type: ColumnType;
  readonly pages: readonly Page[];
}

/** A dictionary page, and per data page the positions of its values among the entries. */
export function encodeDictionary(column: DictionaryColumn, dictionary: Dictionary, options: EncodeOptions): EncodedColumn {
  const { values, indices } = dictionary;
  const writer = new ColumnChunkWriter(column.field, options, ENCODING.RLE_DICTIONARY);
  const areHalves = column.type.kind === "float16";
  writer.dictionary(plainBytes(values, areHalves), values.length);
  const filter = writer.filter(values.length);
  if (areHalves) filter?.halves(values as Uint16Array);
  else filter?.numbers(values);
  const width = bitWidth(values.length);
  const kernels = width > 0 && indices instanceof Uint16Array ? pageWorkspace() : null;
  for (const page of column.pages) {
    const placed = kernels?.place(indices.subarray(page.start, page.start + page.count), page.validity);
    const body =
      kernels && placed
        ? placedBody(kernels, placed, dictionary, column.type, page, width)
        : looseBody(validOf(indices, page) as Dictionary["indices"], dictionary, column.type, page, width);
    writer.page({ ...totals(page), ...body });
  }
  return writer.finish();
}

type EncodedBody = Pick<PageContent, "body" | "levels" | "bounds">;

function placedBody(
  kernels: PageWorkspace,
  placed: PlacedValues,
  { values, isMonotonic }: Dictionary,
  type: ColumnType,
  page: Page,
  width: number,
): EncodedBody {
  const range = isMonotonic ? kernels.range(placed, CODES) : null;
  const entries = range ? endsOf(values, range) : pick(values, kernels.view(placed, CODES));
  const head = new ByteWriter();
  const levels = page.writeLevels(head);
  head.byte(width);
  return { body: kernels.hybrid(placed, width, head.finish()), levels, bounds: boundsOf(type, entries) };
}

const CODES = new Uint16Array(0);

function looseBody(
  indices: Dictionary["indices"],
  { values }: Dictionary,
  type: ColumnType,
  page: Page,
  width: number,
): { body: Uint8Array; levels: EncodedBody["levels"]; bounds: Bounds | null } {
  const out = new ByteWriter(page.values * 2 + 64);
  const levels = page.writeLevels(out);
  out.byte(width);
  if (indices.length > 0) writeHybrid(out, indices, 0, indices.length, width);
  return { body: out.finish(), levels, bounds: boundsOf(type, pick(values, indices)) };
}

function endsOf(values: TypedArray, [first, last]: readonly [number, number]): TypedArray {
  const ends = new (values.constructor as new (length: number) => TypedArray)(2);
  ends[0] = values[first] as never;
  ends[1] = values[last] as never;
  return ends;
}

/** The distinct values of a page, enough for its bounds. */
function pick(values: TypedArray, indices: Dictionary["indices"]): TypedArray {
  const seen = new Uint8Array(values.length);
  for (let i = 0; i < indices.length; i++) seen[indices[i] as number] = 1;
  const picked = new (values.constructor as new (length: number) => TypedArray)(values.length);
  let count = 0;
  for (let i = 0; i < seen.length; i++) if (seen[i] === 1) picked[count++] = values[i] as never;
  return picked.subarray(0, count) as TypedArray;
}
