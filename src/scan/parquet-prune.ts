import { type ColumnBounds, mightMatch } from "../expr/bounds.js";
import type { Expr } from "../expr/nodes.js";
import { columnsOf, conjunctsOf } from "../expr/walk.js";
import { damaged } from "../parquet/read/damaged.js";
import type { RowRange } from "../parquet/read/level-store.js";
import type { ColumnChunk, Place } from "../parquet/read/metadata.js";
import { type ColumnIndex, parseColumnIndex } from "../parquet/read/page-index.js";
import type { ParquetFile } from "../parquet/read/parquet-file.js";
import type { Leaf } from "../parquet/read/schema-tree.js";
import type { ReadOptions } from "../store/contract.js";
import { bloomMightMatch } from "./parquet-bloom.js";
import { chunkBounds, pageBounds } from "./parquet-bounds.js";
import { intersectRanges } from "./row-ranges.js";

/** Rows of a row group that may satisfy the predicate. */
export interface GroupRows {
  readonly group: number;
  readonly ranges: readonly RowRange[];
}

/** What was left out, and why. */
export interface PruneCounters {
  rowGroups: number;
  prunedByStatistics: number;
  prunedByBloomFilters: number;
  /** Pages of the predicate's columns that column indexes have been asked about. */
  pages: number;
  prunedPages: number;
}

/**
 * The row groups of a file that may hold rows of the predicate, by their statistics and Bloom filters, and in them the rows whose
 * pages may, by the column indexes. Nothing is left out that could match.
 *
 * @param leaves whose pages will be fetched, if not all of them are
 */
export async function pruneFile(
  file: ParquetFile,
  where: Expr | null,
  leaves: readonly number[],
  counters: PruneCounters,
  options: ReadOptions = {},
): Promise<GroupRows[]> {
  const groups = file.metadata.rowGroups.flatMap(({ rows }, group) => (rows > 0 ? [group] : []));
  counters.rowGroups += groups.length;
  const whole = (group: number): GroupRows => ({ group, ranges: [{ start: 0, stop: file.rowGroup(group).rows }] });
  if (!where) return groups.map(whole);
  const leafOf = leafFinder(file);
  const names = columnsOf(where);
  const kept: number[] = [];
  for (const group of groups) {
    const bounds = new Map(names.map((name) => [name, groupBounds(file, group, leafOf(name))]));
    if (!mightMatch(where, bounds)) counters.prunedByStatistics++;
    else if (!(await bloomMightMatch(file, group, where, leafOf, options))) counters.prunedByBloomFilters++;
    else kept.push(group);
  }
  const own = names.flatMap((name) => leafOf(name) ?? []);
  await file.loadPlaces(
    kept.map((group) => ({ group, leaves: [...leaves, ...own.map((leaf) => leaf.index)] })),
    options,
  );
  const indexes = await loadIndexes(file, kept, own, options);
  return kept.flatMap((group) => {
    const ranges = matchingRanges(file, group, where, leafOf, indexes, counters);
    return ranges.length > 0 ? [{ group, ranges }] : [];
  });
}

/** Columns whose values stand one for each row. */
function leafFinder(file: ParquetFile): (name: string) => Leaf | undefined {
  const found = new Map<string, Leaf>();
  for (const node of file.tree.nodes) if (node.kind === "leaf" && node.leaf.repetition === 0) found.set(node.field.name, node.leaf);
  return (name) => found.get(name);
}

function groupBounds(file: ParquetFile, group: number, leaf: Leaf | undefined): ColumnBounds {
  const chunk = leaf && file.rowGroup(group).columns[leaf.index];
  return chunk ? chunkBounds(leaf, chunk.statistics, chunk.values, isOrdered(file, leaf)) : {};
}

function isOrdered({ metadata }: ParquetFile, leaf: Leaf): boolean {
  return metadata.typeOrders[leaf.index] === true;
}

async function loadIndexes(
  file: ParquetFile,
  groups: readonly number[],
  leaves: readonly Leaf[],
  options: ReadOptions,
): Promise<ReadonlyMap<ColumnChunk, ColumnIndex>> {
  const wanted = groups.flatMap((group) =>
    leaves.flatMap((leaf) => {
      const chunk = file.rowGroup(group).columns[leaf.index];
      const places = file.placesOf(group, leaf.index);
      return chunk?.columnIndex && places ? [{ chunk, place: chunk.columnIndex as Place, pages: places.length }] : [];
    }),
  );
  const pieces = await file.pieces(
    wanted.map(({ place }) => place),
    options,
  );
  return new Map(
    wanted.map(({ chunk, place, pages }, i) => {
      const bytes = pieces[i];
      if (!bytes) throw damaged("a column index lies behind the end of the file", { file: file.source.url, offset: place.offset });
      return [chunk, parseColumnIndex(bytes, pages)];
    }),
  );
}

function matchingRanges(
  file: ParquetFile,
  group: number,
  where: Expr,
  leafOf: (name: string) => Leaf | undefined,
  indexes: ReadonlyMap<ColumnChunk, ColumnIndex>,
  counters: PruneCounters,
): readonly RowRange[] {
  const { rows, columns } = file.rowGroup(group);
  let ranges: readonly RowRange[] = [{ start: 0, stop: rows }];
  const byColumn = new Map<string, Expr[]>();
  for (const term of conjunctsOf(where)) {
    const [name, ...more] = columnsOf(term);
    if (name !== undefined && more.length === 0) byColumn.set(name, [...(byColumn.get(name) ?? []), term]);
  }
  for (const [name, terms] of byColumn) {
    const leaf = leafOf(name);
    const index = leaf && indexes.get(columns[leaf.index] as ColumnChunk);
    const places = leaf && file.placesOf(group, leaf.index);
    if (!index || !places) continue;
    const matching: { start: number; stop: number }[] = [];
    for (const [page, { firstRow }] of places.entries()) {
      const stop = places[page + 1]?.firstRow ?? rows;
      const bounds = new Map([[name, pageBounds(leaf, index, page, stop - firstRow, isOrdered(file, leaf))]]);
      counters.pages++;
      if (!terms.every((term) => mightMatch(term, bounds))) {
        counters.prunedPages++;
        continue;
      }
      const last = matching.at(-1);
      if (last && last.stop === firstRow) last.stop = stop;
      else matching.push({ start: firstRow, stop });
    }
    ranges = intersectRanges(ranges, matching);
  }
  return ranges;
}
