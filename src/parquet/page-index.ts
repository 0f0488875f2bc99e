import type { ColumnType } from "../schema/field.js";
import { binary, bool, i32, i64, list, struct } from "./format.js";
import { type Bounds, compareBounds } from "./statistics.js";
import type { ThriftStruct, ThriftValue } from "./thrift.js";

/** How many entries have each repetition and definition level. */
export interface Histograms {
  readonly repetition: readonly number[];
  readonly definition: readonly number[];
}

/** What the metadata say of a page. */
export interface PageSummary {
  readonly offset: number;
  readonly size: number;
  readonly firstRow: number;
  readonly nulls: number;
  readonly values: number;
  readonly bounds: Bounds | null;
  readonly histograms: Histograms | undefined;
  readonly textBytes: number | undefined;
}

/** OffsetIndex: where each page is. */
export function offsetIndexOf(pages: readonly PageSummary[]): ThriftStruct {
  const textBytes = pages.flatMap((page) => page.textBytes ?? []);
  return struct({
    1: list(
      "struct",
      pages.map((page) => struct({ 1: i64(page.offset), 2: i32(page.size), 3: i64(page.firstRow) })),
    ),
    2: textBytes.length > 0 ? list("i64", textBytes.map(i64)) : undefined,
  });
}

/** ColumnIndex: null where a page that is not all null has no bounds, because an index must bound every page. */
export function columnIndexOf(type: ColumnType, pages: readonly PageSummary[]): ThriftStruct | null {
  if (pages.some((page) => !page.bounds && page.nulls < page.values)) return null;
  const empty = new Uint8Array(0);
  const each = (value: (page: PageSummary) => ThriftValue): ThriftValue[] => pages.map(value);
  return struct({
    1: list(
      "bool",
      each((page) => bool(!page.bounds)),
    ),
    2: list(
      "binary",
      each((page) => binary(page.bounds?.min ?? empty)),
    ),
    3: list(
      "binary",
      each((page) => binary(page.bounds?.max ?? empty)),
    ),
    4: i32(boundaryOrder(type, pages)),
    5: list(
      "i64",
      each((page) => i64(page.nulls)),
    ),
    6: levelCounts(pages.flatMap((page) => page.histograms?.repetition ?? [])),
    7: levelCounts(pages.flatMap((page) => page.histograms?.definition ?? [])),
  });
}

/** SizeStatistics of a column chunk; levels that the number of nulls tells are left out, as the format allows. */
export function sizeStatistics(pages: readonly PageSummary[]): ThriftStruct | undefined {
  const isOfTexts = pages.some((page) => page.textBytes !== undefined);
  const isOfLists = pages.some((page) => page.histograms !== undefined);
  if (!isOfTexts && !isOfLists) return undefined;
  const sum = (of: (page: PageSummary) => readonly number[]): number[] =>
    pages.reduce<number[]>((all, page) => of(page).map((count, level) => count + (all[level] ?? 0)), []);
  return struct({
    1: isOfTexts ? i64(pages.reduce((n, page) => n + (page.textBytes ?? 0), 0)) : undefined,
    2: levelCounts(sum((page) => page.histograms?.repetition ?? [])),
    3: levelCounts(sum((page) => page.histograms?.definition ?? [])),
  });
}

function levelCounts(counts: readonly number[]): ThriftValue | undefined {
  return counts.length > 0 ? list("i64", counts.map(i64)) : undefined;
}

/** 1: ascending, 2: descending, 0: neither (parquet.thrift, BoundaryOrder). */
function boundaryOrder(type: ColumnType, pages: readonly PageSummary[]): number {
  const bounds = pages.flatMap((page) => (page.bounds ? [page.bounds] : []));
  const ordered = (sign: number): boolean =>
    bounds.every((b, i) => {
      const before = bounds[i - 1];
      if (!before) return true;
      return sign * compareBounds(type, before.min, b.min) <= 0 && sign * compareBounds(type, before.max, b.max) <= 0;
    });
  return ordered(1) ? 1 : ordered(-1) ? 2 : 0;
}
