import { damaged } from "./damaged.js";
import { ThriftCursor } from "./thrift-cursor.js";

export const PAGE = { DATA: 0, INDEX: 1, DICTIONARY: 2, DATA_V2: 3 } as const;

export interface PageHeader {
  readonly type: number;
  /** Bytes of the header itself. */
  readonly headerLength: number;
  /** Bytes behind the header. */
  readonly storedLength: number;
  /** Of them, decompressed; of a page of version 2 with its levels. */
  readonly length: number;
  readonly crc?: number;
  /** Of a dictionary too. */
  readonly values: number;
  readonly encoding: number;
  readonly definitionEncoding: number;
  readonly repetitionEncoding: number;
  /** Of version 2. */
  readonly v2?: {
    readonly rows: number;
    readonly nulls: number;
    readonly definitionLength: number;
    readonly repetitionLength: number;
    readonly isCompressed: boolean;
  };
}

/** A page's header at the start of `bytes`. @throws `malformed` */
export function parsePageHeader(bytes: Uint8Array): PageHeader {
  const cursor = new ThriftCursor(bytes);
  let type = -1;
  let length = -1;
  let storedLength = -1;
  let crc: number | undefined;
  let content: Content | undefined;
  cursor.struct((id) => {
    if (id === 1) type = cursor.integer();
    else if (id === 2) length = cursor.integer();
    else if (id === 3) storedLength = cursor.integer();
    else if (id === 4) crc = cursor.integer();
    else if (id === 5) content = dataPage(cursor);
    else if (id === 7) content = dictionaryPage(cursor);
    else if (id === 8) content = dataPageV2(cursor);
    else return false;
    return true;
  });
  if (type < 0 || length < 0 || storedLength < 0) throw damaged("a page does not say how long it is");
  const isKnown = type === PAGE.DATA || type === PAGE.DICTIONARY || type === PAGE.DATA_V2;
  if (isKnown && !content) throw damaged("a page has no header of its own type");
  const own = content ?? NOTHING;
  if (own.values < 0) throw damaged(`a page of ${own.values} values`);
  return { type, headerLength: cursor.at, storedLength, length, ...(crc !== undefined && { crc }), ...own };
}

type Content = Pick<PageHeader, "values" | "encoding" | "definitionEncoding" | "repetitionEncoding" | "v2">;

const RLE = 3;
const NOTHING: Content = { values: 0, encoding: 0, definitionEncoding: RLE, repetitionEncoding: RLE };

function dataPage(cursor: ThriftCursor): Content {
  let [values, encoding, definitionEncoding, repetitionEncoding] = [-1, -1, RLE, RLE];
  cursor.struct((id) => {
    if (id === 1) values = cursor.integer();
    else if (id === 2) encoding = cursor.integer();
    else if (id === 3) definitionEncoding = cursor.integer();
    else if (id === 4) repetitionEncoding = cursor.integer();
    else return false;
    return true;
  });
  return { values, encoding, definitionEncoding, repetitionEncoding };
}

function dictionaryPage(cursor: ThriftCursor): Content {
  let [values, encoding] = [-1, -1];
  cursor.struct((id) => {
    if (id === 1) values = cursor.integer();
    else if (id === 2) encoding = cursor.integer();
    else return false;
    return true;
  });
  return { ...NOTHING, values, encoding };
}

function dataPageV2(cursor: ThriftCursor): Content {
  let [values, nulls, rows, encoding, definitionLength, repetitionLength] = [-1, 0, -1, -1, 0, 0];
  let isCompressed = true;
  cursor.struct((id, type) => {
    if (id === 1) values = cursor.integer();
    else if (id === 2) nulls = cursor.integer();
    else if (id === 3) rows = cursor.integer();
    else if (id === 4) encoding = cursor.integer();
    else if (id === 5) definitionLength = cursor.integer();
    else if (id === 6) repetitionLength = cursor.integer();
    else if (id === 7) isCompressed = cursor.bool(type);
    else return false;
    return true;
  });
  if (definitionLength < 0 || repetitionLength < 0 || rows < 0) throw damaged("a page has levels of a negative length");
  return { ...NOTHING, values, encoding, v2: { rows, nulls, definitionLength, repetitionLength, isCompressed } };
}
