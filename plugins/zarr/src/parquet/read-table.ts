import type { ReadContext } from "graticule/plugin";
import { ZarrError } from "../error.js";
import { type Cell, pageCells, plainValues } from "./decode-page.js";
import { CompactReader, numberAt, structAt, structsAt, type ThriftStruct, textAt } from "./thrift.js";

/** Columns by name, each with one cell per row. */
export type Table = ReadonlyMap<string, readonly Cell[]>;

/** Parquet's compressions by number (parquet.thrift, CompressionCodec). */
const CODECS: Readonly<Record<number, string>> = { 1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4-block" };

const REPEATED = 2;
const LARGEST_PAGE = 1 << 28;

interface Column {
  readonly name: string;
  readonly type: number;
  readonly isOptional: boolean;
}

/**
 * A small Parquet file of flat columns of integers and byte strings: what tables of references are. hyparquet's decoder has no
 * bounds for damaged pages, so that one byte can keep it busy for hours.
 *
 * @param wanted names of columns; others are not decoded
 * @param mostRows more rows are refused
 * @throws `malformed`, `truncated`, `unsupported`
 */
export async function readTable(
  bytes: Uint8Array,
  wanted: readonly string[],
  mostRows: number,
  context: ReadContext,
): Promise<Table> {
  const footer = footerOf(bytes);
  const columns = columnsOf(footer);
  const rows = numberAt(footer, 3) ?? 0;
  if (rows < 0 || rows > mostRows)
    throw new ZarrError("malformed", `a table of ${rows} references; at most ${mostRows} make sense`);
  const table = new Map<string, Cell[]>(wanted.filter((name) => columns.has(name)).map((name) => [name, []]));
  for (const group of structsAt(footer, 4)) {
    const groupRows = numberAt(group, 3) ?? 0;
    for (const chunk of structsAt(group, 1)) {
      const meta = structAt(chunk, 3);
      const path = meta?.get(3);
      const name = Array.isArray(path) && path.length === 1 && path[0] instanceof Uint8Array ? Buffer.from(path[0]).toString() : "";
      const cells = table.get(name);
      const column = columns.get(name);
      if (!meta || !cells || !column) continue;
      if (groupRows < 0 || cells.length + groupRows > rows)
        throw new ZarrError("malformed", "row groups have more rows than the table");
      await readChunk(bytes, meta, column, cells, cells.length + groupRows, context);
    }
  }
  for (const [name, cells] of table)
    if (cells.length !== rows) throw new ZarrError("malformed", `the column ${name} has ${cells.length} of ${rows} rows`);
  return table;
}

function footerOf(bytes: Uint8Array): ThriftStruct {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 8;
  const length = end >= 4 && Buffer.from(bytes.subarray(end + 4)).toString("latin1") === "PAR1" ? view.getUint32(end, true) : -1;
  if (length < 0 || length > end - 4)
    throw new ZarrError("truncated", "a table of references has no end: it is no whole Parquet file");
  return new CompactReader(bytes.subarray(end - length, end)).struct();
}

function columnsOf(footer: ThriftStruct): Map<string, Column> {
  const [, ...elements] = structsAt(footer, 2);
  const columns = new Map<string, Column>();
  for (const element of elements) {
    const repetition = numberAt(element, 3) ?? 0;
    if ((numberAt(element, 5) ?? 0) > 0 || repetition === REPEATED)
      throw new ZarrError("unsupported", "no reader for tables of references with nested columns");
    columns.set(textAt(element, 4), { name: textAt(element, 4), type: numberAt(element, 1) ?? -1, isOptional: repetition === 1 });
  }
  return columns;
}

/** Appends the cells of a column chunk until there are `until` of them. */
async function readChunk(
  bytes: Uint8Array,
  meta: ThriftStruct,
  column: Column,
  cells: Cell[],
  until: number,
  context: ReadContext,
): Promise<void> {
  const codec = numberAt(meta, 4) ?? 0;
  const starts = [numberAt(meta, 9), numberAt(meta, 11)].filter((offset) => offset !== undefined && offset > 0) as number[];
  let at = starts.length > 0 ? Math.min(...starts) : -1;
  let dictionary: readonly Cell[] | null = null;
  while (cells.length < until) {
    if (at < 0 || at >= bytes.length) throw new ZarrError("truncated", `pages of the column ${column.name} lie past the end`);
    const reader = new CompactReader(bytes, at);
    const header = reader.struct();
    const length = numberAt(header, 3) ?? -1;
    const size = numberAt(header, 2) ?? -1;
    at = reader.offset + length;
    if (length < 0 || at > bytes.length) throw new ZarrError("truncated", `a page of the column ${column.name} passes the end`);
    if (size < 0 || size > LARGEST_PAGE) throw new ZarrError("malformed", `a page of ${size} bytes`);
    const page = { stored: bytes.subarray(reader.offset, at), size, codec };
    const one = structAt(header, 5);
    const two = structAt(header, 8);
    const own = structAt(header, 7);
    if (own) dictionary = plainValues(await unpack(page, context), column.type, countOf(own, Number.MAX_SAFE_INTEGER));
    else if (one) push(cells, await cellsOfV1(page, one, column, countOf(one, until - cells.length), dictionary, context));
    else if (two) push(cells, await cellsOfV2(page, two, column, countOf(two, until - cells.length), dictionary, context));
    else if (length === 0) throw new ZarrError("malformed", `the column ${column.name} has an empty page of an unknown kind`);
  }
}

function push(cells: Cell[], more: readonly Cell[]): void {
  for (const cell of more) cells.push(cell);
}

function countOf(header: ThriftStruct, most: number): number {
  const count = numberAt(header, 1) ?? -1;
  if (count <= 0 || count > most) {
    if (count === 0 && most === Number.MAX_SAFE_INTEGER) return 0;
    throw new ZarrError("malformed", `a page of ${count} values`);
  }
  return count;
}

interface Page {
  readonly stored: Uint8Array;
  /** Decompressed. */
  readonly size: number;
  readonly codec: number;
}

async function cellsOfV1(
  page: Page,
  header: ThriftStruct,
  column: Column,
  count: number,
  dictionary: readonly Cell[] | null,
  context: ReadContext,
): Promise<Cell[]> {
  const bytes = await unpack(page, context);
  const encoding = numberAt(header, 2) ?? -1;
  if (!column.isOptional) return pageCells(bytes, null, column, count, encoding, dictionary);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length >= 4 ? 4 + view.getUint32(0, true) : Number.POSITIVE_INFINITY;
  if (end > bytes.length) throw new ZarrError("truncated", "a page ends inside its levels");
  return pageCells(bytes.subarray(end), bytes.subarray(4, end), column, count, encoding, dictionary);
}

async function cellsOfV2(
  page: Page,
  header: ThriftStruct,
  column: Column,
  count: number,
  dictionary: readonly Cell[] | null,
  context: ReadContext,
): Promise<Cell[]> {
  const [levels, repetitions] = [numberAt(header, 5) ?? 0, numberAt(header, 6) ?? 0];
  const start = levels + repetitions;
  if (levels < 0 || repetitions < 0 || start > page.stored.length || start > page.size)
    throw new ZarrError("truncated", "a page ends inside its levels");
  const packed = { stored: page.stored.subarray(start), size: page.size - start, codec: header.get(7) === false ? 0 : page.codec };
  const values = await unpack(packed, context);
  const own = column.isOptional ? page.stored.subarray(repetitions, start) : null;
  return pageCells(values, own, column, count, numberAt(header, 4) ?? -1, dictionary);
}

async function unpack({ stored, size, codec }: Page, { codecs, parallel }: ReadContext): Promise<Uint8Array> {
  if (codec === 0 || size === 0) return stored;
  const id = CODECS[codec];
  if (id === undefined || !codecs.has(id))
    throw new ZarrError("unsupported", `no decoder for Parquet's compression ${id ?? codec}`);
  const spec = { id, parameters: {} };
  return (await codecs.get(spec)).decode(stored, spec, { decodedLength: size, parallel });
}
