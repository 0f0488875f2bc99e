import { GraticuleError } from "../../errors.js";
import type { ByteRange, ByteSource, ReadOptions } from "../../store/contract.js";
import { ChunkReader, type PageCounters, type StoredPage, walkPages } from "./chunk-reader.js";
import { damaged, unsupported } from "./damaged.js";
import type { RowRange } from "./level-store.js";
import type { ColumnChunk } from "./metadata.js";
import type { PagePlace } from "./page-index.js";
import type { Leaf } from "./schema-tree.js";

/** A chunk of which some rows are wanted. */
export interface ChunkRequest {
  readonly leaf: Leaf;
  readonly chunk: ColumnChunk;
  /** Of the row group. */
  readonly rows: number;
  /** Ascending. */
  readonly ranges: readonly RowRange[];
  /** Where its pages are; null: the chunk is fetched as a whole. */
  readonly places: readonly PagePlace[] | null;
}

interface Planned {
  readonly request: ChunkRequest;
  /** Places of the pages that are wanted; null: the whole chunk. */
  readonly pages: readonly number[] | null;
  readonly hasDictionary: boolean;
  readonly ranges: readonly ByteRange[];
}

/** Bytes that a chunk's wanted pages take. */
export function bytesOf(request: ChunkRequest): number {
  return planChunk(request).ranges.reduce((n, range) => n + range.length, 0);
}

/**
 * The pages of several chunks that hold the wanted rows, asked for together.
 * @throws `truncated` where they lie behind the end of the file
 */
export async function fetchChunks(
  source: ByteSource,
  requests: readonly ChunkRequest[],
  counters: PageCounters,
  options: ReadOptions = {},
): Promise<ChunkReader[]> {
  const plans = requests.map((request) => planChunk(request));
  const ranges = plans.flatMap((plan) => plan.ranges);
  for (const range of ranges)
    if (range.offset + range.length > source.size)
      throw new GraticuleError(
        "truncated",
        `Parquet: pages at ${range.offset} of ${range.length} bytes in a file of ${source.size}`,
        {
          file: source.url,
          offset: range.offset,
        },
      );
  const pieces = new Array<Uint8Array>(ranges.length);
  for await (const { index, bytes } of source.read(ranges, options)) pieces[index] = bytes;
  const readers: ChunkReader[] = [];
  let next = 0;
  for (const plan of plans) {
    readers.push(readerOf(plan, pieces.slice(next, next + plan.ranges.length), counters));
    next += plan.ranges.length;
  }
  await Promise.all(readers.map((reader) => reader.open()));
  return readers;
}

/** Where a chunk begins: at its dictionary, if it says where that is. */
function startOf({ dataPageOffset, dictionaryPageOffset }: ColumnChunk): number {
  return dictionaryPageOffset !== undefined && dictionaryPageOffset > 0
    ? Math.min(dictionaryPageOffset, dataPageOffset)
    : dataPageOffset;
}

function planChunk(request: ChunkRequest): Planned {
  const { chunk, leaf, ranges, places, rows } = request;
  const name = leaf.path.join(".");
  if (chunk.isEncrypted)
    throw unsupported(`column ${name} is encrypted`, { variable: name, hint: "choose other columns, or decrypt the file" });
  if (chunk.file !== undefined)
    throw unsupported(`column ${name} lies in another file, ${chunk.file}`, {
      variable: name,
      hint: "read the data files themselves",
    });
  if (chunk.physical !== leaf.physical)
    throw damaged(`the chunk of ${name} is not of the type that the schema says`, { variable: name });
  if (ranges.length === 0 || rows === 0) return { request, pages: [], hasDictionary: false, ranges: [] };
  const start = startOf(chunk);
  if (start < 4 || chunk.compressedBytes < 0 || chunk.values < 0)
    throw damaged(`the chunk of ${name} lies at ${start}`, { variable: name });
  const [first] = places ?? [];
  const wanted = places?.flatMap((place, i) => (meets(place, places[i + 1]?.firstRow ?? rows, ranges) ? [i] : []));
  if (!places || !first || !wanted || wanted.length === places.length)
    return { request, pages: null, hasDictionary: false, ranges: [{ offset: start, length: chunk.compressedBytes }] };
  const hasDictionary = start < first.offset && wanted.length > 0;
  const dictionary = hasDictionary ? [{ offset: start, length: first.offset - start }] : [];
  const pages = wanted.map((i): ByteRange => {
    const { offset, length } = places[i] as PagePlace;
    return { offset, length };
  });
  return { request, pages: wanted, hasDictionary, ranges: [...dictionary, ...pages] };
}

function meets({ firstRow }: PagePlace, end: number, ranges: readonly RowRange[]): boolean {
  const last = Math.max(end, firstRow + 1);
  return ranges.some(({ start, stop }) => start < last && stop > firstRow);
}

function readerOf(
  { request, pages, hasDictionary, ranges }: Planned,
  pieces: readonly Uint8Array[],
  counters: PageCounters,
): ChunkReader {
  const { leaf, chunk, rows, places } = request;
  if (pages === null) {
    const [whole] = pieces as [Uint8Array];
    const found = walkPages(leaf, chunk, whole, startOf(chunk), rows);
    return new ChunkReader(leaf, chunk, rows, placed(found.pages, places, rows), found.dictionary, counters);
  }
  const stored = pieces.map((bytes, i): StoredPage => ({ offset: (ranges[i] as ByteRange).offset, bytes, firstRow: -1, rows: -1 }));
  const dictionary = hasDictionary ? (stored.shift() ?? null) : null;
  const own = stored.map((page, i) => {
    const at = pages[i] as number;
    const firstRow = places?.[at]?.firstRow ?? 0;
    return { ...page, firstRow, rows: (places?.[at + 1]?.firstRow ?? rows) - firstRow };
  });
  return new ChunkReader(leaf, chunk, rows, own, dictionary, counters);
}

/** Pages of lists whose headers do not tell their rows, with what the index says of them. */
function placed(pages: readonly StoredPage[], places: readonly PagePlace[] | null, rows: number): readonly StoredPage[] {
  if (!places || pages.every((page) => page.firstRow >= 0)) return pages;
  const isSame = places.length === pages.length && pages.every((page, i) => page.offset === places[i]?.offset);
  if (!isSame) return pages.map((page) => ({ ...page, firstRow: -1, rows: -1 }));
  return pages.map((page, i) => {
    const firstRow = places[i]?.firstRow ?? 0;
    return { ...page, firstRow, rows: (places[i + 1]?.firstRow ?? rows) - firstRow };
  });
}
