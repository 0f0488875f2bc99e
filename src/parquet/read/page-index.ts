import { damaged } from "./damaged.js";
import { ThriftCursor, WIRE } from "./thrift-cursor.js";

/** Where a page lies, with its header, and the first of its rows in the row group. */
export interface PagePlace {
  readonly offset: number;
  readonly length: number;
  readonly firstRow: number;
}

/** An OffsetIndex. @param rows of the row group @throws `malformed` */
export function parseOffsetIndex(bytes: Uint8Array, rows: number): readonly PagePlace[] {
  const cursor = new ThriftCursor(bytes);
  let pages: readonly PagePlace[] = [];
  cursor.struct((id, type) => {
    if (id !== 1) return false;
    pages = cursor.structs(type, () => pagePlace(cursor), 4);
    return true;
  });
  let before: PagePlace | undefined;
  for (const page of pages) {
    // A row of a list may go on in the next page, as pyarrow writes it.
    const isNext = before ? page.firstRow >= before.firstRow && page.offset >= before.offset + before.length : page.firstRow === 0;
    if (!isNext || page.firstRow >= Math.max(1, rows) || page.length <= 0 || page.offset < 4)
      throw damaged(`an offset index with a page of ${page.length} bytes at ${page.offset} for rows from ${page.firstRow} on`);
    before = page;
  }
  return pages;
}

function pagePlace(cursor: ThriftCursor): PagePlace {
  let [offset, length, firstRow] = [-1, -1, -1];
  cursor.struct((id) => {
    if (id === 1) offset = cursor.integer();
    else if (id === 2) length = cursor.integer();
    else if (id === 3) firstRow = cursor.integer();
    else return false;
    return true;
  });
  return { offset, length, firstRow };
}

/** A ColumnIndex: what is known of each page. */
export interface ColumnIndex {
  /** Pages of nothing but nulls; their bounds say nothing. */
  readonly nullPages: readonly boolean[];
  readonly min: readonly Uint8Array[];
  readonly max: readonly Uint8Array[];
  readonly nulls?: readonly number[];
}

/** @param pages that the chunk has @throws `malformed` */
export function parseColumnIndex(bytes: Uint8Array, pages: number): ColumnIndex {
  const cursor = new ThriftCursor(bytes);
  let [nullPages, min, max]: [boolean[], Uint8Array[], Uint8Array[]] = [[], [], []];
  let nulls: number[] | undefined;
  const items = <T>(type: number, wire: number, read: () => T): T[] => {
    const count = cursor.count(type, wire);
    if (count !== pages) throw damaged(`a column index of ${count} pages for a chunk of ${pages}`);
    return Array.from({ length: count }, read);
  };
  cursor.struct((id, type) => {
    if (id === 1) nullPages = items(type, WIRE.TRUE, () => cursor.flag());
    else if (id === 2) min = items(type, WIRE.BINARY, () => cursor.binary());
    else if (id === 3) max = items(type, WIRE.BINARY, () => cursor.binary());
    else if (id === 5) nulls = items(type, WIRE.I64, () => cursor.integer());
    else return false;
    return true;
  });
  if (nullPages.length !== pages || min.length !== pages || max.length !== pages) throw damaged("a column index is incomplete");
  return { nullPages, min, max, ...(nulls && { nulls }) };
}
