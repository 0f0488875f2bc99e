import { crc32 } from "node:zlib";
import { GraticuleError } from "../../errors.js";
import type { Vector } from "../../schema/row-batch.js";
import { damaged, unsupported } from "./damaged.js";
import { type Decompress, decompressorFor } from "./decompress-page.js";
import { widthOf } from "./fixed-values.js";
import { type LeafDictionary, LeafStore } from "./leaf-store.js";
import { LevelStore, type RowRange } from "./level-store.js";
import type { ColumnChunk } from "./metadata.js";
import { pageContent } from "./page-content.js";
import { PAGE, type PageHeader, parsePageHeader } from "./page-header.js";
import type { Leaf } from "./schema-tree.js";

/** A page with its header, as it was fetched. */
export interface StoredPage {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Of the row group; -1 where only the levels of all pages tell. */
  readonly firstRow: number;
  readonly rows: number;
}

/** Longer headers are taken for damage: they hold bounds of a page at most. */
const LONGEST_HEADER = 1 << 20;

/** What was read and decoded of pages. */
export interface PageCounters {
  pages: number;
}

/** One column chunk, or some of its pages, to values. */
export class ChunkReader {
  #decompress: Decompress | undefined;
  #dictionary: LeafDictionary | null = null;
  #dictionaryPage: StoredPage | null;
  /** The page of which only a part has been given, decoded. */
  #kept: { readonly page: StoredPage; readonly store: LeafStore } | null = null;
  #levels: LevelStore | null = null;

  /** @param pages ascending; all that the ranges asked for meet */
  constructor(
    readonly leaf: Leaf,
    readonly chunk: ColumnChunk,
    readonly rows: number,
    readonly pages: readonly StoredPage[],
    dictionaryPage: StoredPage | null,
    readonly counters: PageCounters = { pages: 0 },
  ) {
    this.#dictionaryPage = dictionaryPage;
  }

  /** Loads the decoder; before anything is read. */
  async open(): Promise<void> {
    try {
      this.#decompress ??= await decompressorFor(this.chunk.codec);
    } catch (error) {
      throw this.#placed(error, this.chunk.dataPageOffset);
    }
  }

  /** Rows of a leaf that is neither repeated nor in a group that may be null. @param ranges ascending, within the row group */
  readFlat(ranges: readonly RowRange[]): Vector {
    const total = ranges.reduce((n, { start, stop }) => n + stop - start, 0);
    const store = new LeafStore(this.leaf, total);
    for (const page of this.pages) {
      const end = page.firstRow + page.rows;
      const wanted = ranges.filter(({ start, stop }) => start < end && stop > page.firstRow);
      if (wanted.length === 0) continue;
      const [only] = wanted;
      if (wanted.length === 1 && only && only.start <= page.firstRow && only.stop >= end && this.#kept?.page !== page) {
        this.#decodeFlat(page, store);
        continue;
      }
      if (this.#kept?.page !== page) {
        const whole = new LeafStore(this.leaf, page.rows);
        this.#decodeFlat(page, whole);
        this.#kept = { page, store: whole };
      }
      for (const { start, stop } of wanted)
        store.append(this.#kept.store, Math.max(start, page.firstRow) - page.firstRow, Math.min(stop, end) - page.firstRow);
    }
    if (store.count !== total) throw this.#placed(damaged(`pages hold ${store.count} of ${total} rows`), this.chunk.dataPageOffset);
    return store.finish();
  }

  /** Levels and values of rows, for assembly. */
  readLevels(ranges: readonly RowRange[]): LevelStore {
    const total = ranges.reduce((n, { start, stop }) => n + stop - start, 0);
    const isKnown = this.pages.every((page) => page.firstRow >= 0);
    if (!isKnown) {
      this.#levels ??= this.#decodeLevels(this.pages);
      this.#checkRows(this.#levels.rows, this.rows);
      if (total < this.rows) return this.#levels.select(ranges);
      const all = this.#levels;
      // Assembly uses it up.
      this.#levels = null;
      return all;
    }
    const pages = this.pages.filter((page) =>
      // One without rows of its own holds the beginning of the next page's.
      ranges.some(({ start, stop }) => start < page.firstRow + Math.max(1, page.rows) && stop > page.firstRow),
    );
    const own = this.#decodeLevels(pages);
    const held = pages.reduce((n, page) => n + page.rows, 0);
    this.#checkRows(own.rows, held);
    if (held === total) return own;
    return own.select(ranges.flatMap((range) => withinPages(range, pages)));
  }

  #checkRows(found: number, wanted: number): void {
    if (found !== wanted) throw this.#placed(damaged(`pages hold ${found} of ${wanted} rows`), this.chunk.dataPageOffset);
  }

  #decodeLevels(pages: readonly StoredPage[]): LevelStore {
    let store: LevelStore | undefined;
    for (const page of pages)
      this.#within(page, (header, body) => {
        const dictionary = this.#dictionaryOf();
        const content = pageContent(header, body, this.leaf, this.#ready());
        store ??= new LevelStore(this.leaf, header.values * pages.length > 1 << 22 ? header.values : header.values * pages.length);
        store.addLevels(content.repetition, content.definition, header.values);
        store.values.add(header.encoding, content.values, dictionary, content.present, null, content.present);
      });
    return store ?? new LevelStore(this.leaf, 0);
  }

  #decodeFlat(page: StoredPage, store: LeafStore): void {
    this.#within(page, (header, body) => {
      if (header.values !== page.rows) throw damaged(`a page of ${header.values} values where ${page.rows} belong`);
      const dictionary = this.#dictionaryOf();
      const { definition, present, values } = pageContent(header, body, this.leaf, this.#ready());
      store.add(header.encoding, values, dictionary, present, definition, header.values);
    });
  }

  #within(page: StoredPage, decode: (header: PageHeader, body: Uint8Array) => void): void {
    try {
      const header = headerOf(page.bytes);
      if (header.type !== PAGE.DATA && header.type !== PAGE.DATA_V2)
        throw damaged(`a page of type ${header.type} where data belong`);
      decode(header, bodyOf(page.bytes, header));
      this.counters.pages++;
    } catch (error) {
      throw this.#placed(error, page.offset);
    }
  }

  #ready(): Decompress {
    if (!this.#decompress) throw new TypeError("the chunk was not opened");
    return this.#decompress;
  }

  /** Before a page is decompressed: both may use the same memory. */
  #dictionaryOf(): LeafDictionary | null {
    const page = this.#dictionaryPage;
    if (page && !this.#dictionary) {
      const header = headerOf(page.bytes);
      if (header.type !== PAGE.DICTIONARY) throw damaged(`a page of type ${header.type} where a dictionary belongs`);
      const bytes = this.#ready()(bodyOf(page.bytes, header), header.length);
      const width = widthOf(this.leaf);
      if (header.values * Math.max(4, width) > bytes.length && header.values * (width || 4) > bytes.length)
        throw damaged(`a dictionary of ${header.values} values in ${bytes.length} bytes`);
      const store = new LeafStore(this.leaf, header.values);
      store.add(0, bytes, null, header.values, null, header.values);
      this.#dictionary = store.asDictionary();
    }
    return this.#dictionary;
  }

  #placed(error: unknown, offset: number): unknown {
    return error instanceof GraticuleError ? error.at({ variable: this.leaf.path.join("."), offset }) : error;
  }
}

/** The parts of a range that pages hold, counted in the rows that they hold together. */
function withinPages({ start, stop }: RowRange, pages: readonly StoredPage[]): RowRange[] {
  const parts: { start: number; stop: number }[] = [];
  let before = 0;
  for (const { firstRow, rows } of pages) {
    const from = Math.max(start, firstRow);
    const to = Math.min(stop, firstRow + rows);
    if (from < to) {
      const last = parts.at(-1);
      if (last && last.stop === before + from - firstRow) last.stop = before + to - firstRow;
      else parts.push({ start: before + from - firstRow, stop: before + to - firstRow });
    }
    before += rows;
  }
  return parts;
}

function headerOf(bytes: Uint8Array): PageHeader {
  return parsePageHeader(bytes.subarray(0, LONGEST_HEADER));
}

function bodyOf(bytes: Uint8Array, { headerLength, storedLength, crc }: PageHeader): Uint8Array {
  if (headerLength + storedLength > bytes.length)
    throw new GraticuleError("truncated", `Parquet: a page of ${storedLength} bytes where ${bytes.length - headerLength} are left`);
  const body = bytes.subarray(headerLength, headerLength + storedLength);
  if (crc !== undefined && crc32(body) !== crc >>> 0)
    throw new GraticuleError("checksum", "Parquet: a page is not what its checksum says");
  return body;
}

/** The pages of a chunk that was fetched as a whole. @param bytes from `offset` on @throws `malformed`, `truncated` */
export function walkPages(
  leaf: Leaf,
  chunk: ColumnChunk,
  bytes: Uint8Array,
  offset: number,
  rows: number,
): { readonly pages: readonly StoredPage[]; readonly dictionary: StoredPage | null } {
  const pages: StoredPage[] = [];
  let dictionary: StoredPage | null = null;
  let values = 0;
  let at = 0;
  const isNested = leaf.repetition > 0;
  let firstRow = 0;
  try {
    while (values < chunk.values && at < bytes.length) {
      const header = headerOf(bytes.subarray(at));
      const length = header.headerLength + header.storedLength;
      if (at + length > bytes.length)
        throw new GraticuleError("truncated", `Parquet: a page of ${length} bytes where ${bytes.length - at} are left`, {
          offset: offset + at,
        });
      const rowsOf = !isNested ? header.values : (header.v2?.rows ?? -1);
      const page = {
        offset: offset + at,
        bytes: bytes.subarray(at, at + length),
        firstRow: rowsOf < 0 ? -1 : firstRow,
        rows: rowsOf,
      };
      if (header.type === PAGE.DICTIONARY) {
        if (dictionary) throw damaged("a chunk has two dictionaries", { offset: offset + at });
        dictionary = page;
      } else if (header.type === PAGE.DATA || header.type === PAGE.DATA_V2) {
        values += header.values;
        firstRow += Math.max(0, rowsOf);
        if (header.values > 0) pages.push(page);
      } else if (header.type !== PAGE.INDEX) throw unsupported(`a page of the type ${header.type}`, { offset: offset + at });
      at += length;
    }
    if (values !== chunk.values) throw damaged(`a chunk holds ${values} of ${chunk.values} values`, { offset });
    if (!isNested && values !== rows) throw damaged(`a chunk of ${values} values in a row group of ${rows} rows`, { offset });
  } catch (error) {
    throw error instanceof GraticuleError ? error.at({ variable: leaf.path.join("."), offset: offset + at }) : error;
  }
  return { pages, dictionary };
}
