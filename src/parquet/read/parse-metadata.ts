import { damaged, unsupported } from "./damaged.js";
import type { ColumnChunk, FileMetadata, LogicalType, Place, RowGroupMetadata, SchemaElement, Statistics } from "./metadata.js";
import { ThriftCursor, WIRE } from "./thrift-cursor.js";

type Draft<T> = { -readonly [K in keyof T]?: T[K] };

/** A footer's FileMetaData. @throws `malformed`; `unsupported` where columns are encrypted as a whole */
export function parseMetadata(bytes: Uint8Array): FileMetadata {
  const cursor = new ThriftCursor(bytes);
  let schema: readonly SchemaElement[] = [];
  let rows = -1;
  let rowGroups: readonly RowGroupMetadata[] = [];
  const keyValues = new Map<string, string>();
  let createdBy = "";
  let typeOrders: readonly boolean[] = [];
  cursor.struct((id, type) => {
    if (id === 2) schema = cursor.structs(type, () => schemaElement(cursor), 3);
    else if (id === 3) rows = cursor.integer();
    else if (id === 4) rowGroups = cursor.structs(type, () => rowGroup(cursor), 4);
    else if (id === 5) cursor.structs(type, () => keyValue(cursor, keyValues), 3);
    else if (id === 6) createdBy = cursor.text();
    else if (id === 7) typeOrders = cursor.structs(type, () => hasTypeOrder(cursor), 1);
    else return false;
    return true;
  });
  if (schema.length === 0) throw damaged("the footer has no schema");
  if (rows < 0) throw damaged(rows === -1 ? "the footer does not say how many rows there are" : `the footer declares ${rows} rows`);
  return { schema, rows, rowGroups, keyValues, createdBy, typeOrders };
}

function schemaElement(cursor: ThriftCursor): SchemaElement {
  const own: Draft<SchemaElement> = {};
  cursor.struct((id) => {
    if (id === 1) own.physical = cursor.integer();
    else if (id === 2) own.length = cursor.integer();
    else if (id === 3) own.repetition = cursor.integer();
    else if (id === 4) own.name = cursor.text();
    else if (id === 5) own.children = cursor.integer();
    else if (id === 6) own.converted = cursor.integer();
    else if (id === 7) own.scale = cursor.integer();
    else if (id === 8) own.precision = cursor.integer();
    else if (id === 10) own.logical = logicalType(cursor);
    else return false;
    return true;
  });
  if (own.name === undefined) throw damaged("the schema has an element without a name");
  return { ...own, name: own.name, repetition: own.repetition ?? 0, children: own.children ?? 0 };
}

const UNITS: Readonly<Record<number, "ms" | "us" | "ns">> = { 1: "ms", 2: "us", 3: "ns" };

function logicalType(cursor: ThriftCursor): LogicalType {
  let found: LogicalType = { id: 0 };
  cursor.struct((id, type) => {
    if (type !== WIRE.STRUCT) return false;
    const own: Draft<LogicalType> = {};
    cursor.struct((field, kind) => {
      if (id === 5 && field === 1) own.scale = cursor.integer();
      else if (id === 5 && field === 2) own.precision = cursor.integer();
      else if ((id === 7 || id === 8) && field === 1) own.isUtc = cursor.bool(kind);
      else if ((id === 7 || id === 8) && field === 2) own.unit = timeUnit(cursor);
      else if (id === 10 && field === 1) own.bits = cursor.byte();
      else if (id === 10 && field === 2) own.isSigned = cursor.bool(kind);
      else return false;
      return true;
    });
    found = { id, ...own };
    return true;
  });
  return found;
}

function timeUnit(cursor: ThriftCursor): "ms" | "us" | "ns" {
  let unit: "ms" | "us" | "ns" | undefined;
  cursor.struct((id) => {
    unit = UNITS[id];
    return false;
  });
  if (!unit) throw unsupported("a unit of time that is not known");
  return unit;
}

function rowGroup(cursor: ThriftCursor): RowGroupMetadata {
  let columns: readonly ColumnChunk[] = [];
  let rows = -1;
  cursor.struct((id, type) => {
    if (id === 1) columns = cursor.structs(type, () => columnChunk(cursor), 2);
    else if (id === 3) rows = cursor.integer();
    else return false;
    return true;
  });
  if (rows < 0) throw damaged("a row group does not say how many rows it has");
  return { rows, columns };
}

function columnChunk(cursor: ThriftCursor): ColumnChunk {
  const own: Draft<ColumnChunk> = {};
  const [offsetIndex, columnIndex]: [Draft<Place>, Draft<Place>] = [{}, {}];
  cursor.struct((id, type) => {
    if (id === 1) own.file = cursor.text();
    else if (id === 3) columnMetadata(cursor, own);
    else if (id === 4) offsetIndex.offset = cursor.integer();
    else if (id === 5) offsetIndex.length = cursor.integer();
    else if (id === 6) columnIndex.offset = cursor.integer();
    else if (id === 7) columnIndex.length = cursor.integer();
    else {
      if (id === 8 && type === WIRE.STRUCT) own.isEncrypted = true;
      return false;
    }
    return true;
  });
  const { path, physical, codec, values, compressedBytes, uncompressedBytes, dataPageOffset } = own;
  if (own.isEncrypted && path === undefined) return { ...ENCRYPTED };
  if (path === undefined || physical === undefined || codec === undefined || values === undefined)
    throw damaged("a column chunk lacks its metadata");
  if (compressedBytes === undefined || uncompressedBytes === undefined || dataPageOffset === undefined)
    throw damaged(`the chunk of ${path.join(".")} does not say where it lies`);
  return {
    ...own,
    path,
    physical,
    codec,
    values,
    compressedBytes,
    uncompressedBytes,
    dataPageOffset,
    ...(isPlace(offsetIndex) && { offsetIndex }),
    ...(isPlace(columnIndex) && { columnIndex }),
  };
}

/** A chunk whose metadata only the holder of a key can read. */
const ENCRYPTED: ColumnChunk = {
  path: [],
  physical: -1,
  codec: 0,
  values: 0,
  compressedBytes: 0,
  uncompressedBytes: 0,
  dataPageOffset: 0,
  isEncrypted: true,
};

function isPlace(place: Draft<Place>): place is Place {
  return place.offset !== undefined && place.offset > 0 && place.length !== undefined && place.length > 0;
}

function columnMetadata(cursor: ThriftCursor, own: Draft<ColumnChunk>): void {
  let bloomOffset: number | undefined;
  let bloomLength: number | undefined;
  cursor.struct((id, type) => {
    if (id === 1) own.physical = cursor.integer();
    else if (id === 3) own.path = Array.from({ length: cursor.count(type, WIRE.BINARY) }, () => cursor.text());
    else if (id === 4) own.codec = cursor.integer();
    else if (id === 5) own.values = cursor.integer();
    else if (id === 6) own.uncompressedBytes = cursor.integer();
    else if (id === 7) own.compressedBytes = cursor.integer();
    else if (id === 9) own.dataPageOffset = cursor.integer();
    else if (id === 11) own.dictionaryPageOffset = cursor.integer();
    else if (id === 12) own.statistics = statistics(cursor);
    else if (id === 14) bloomOffset = cursor.integer();
    else if (id === 15) bloomLength = cursor.integer();
    else return false;
    return true;
  });
  if (bloomOffset !== undefined)
    own.bloomFilter = { offset: bloomOffset, ...(bloomLength !== undefined && { length: bloomLength }) };
}

/** Also of a page's header. */
export function statistics(cursor: ThriftCursor): Statistics {
  const own: Draft<Statistics> = {};
  cursor.struct((id) => {
    if (id === 1) own.oldMax = cursor.binary();
    else if (id === 2) own.oldMin = cursor.binary();
    else if (id === 3) own.nulls = cursor.integer();
    else if (id === 5) own.max = cursor.binary();
    else if (id === 6) own.min = cursor.binary();
    else return false;
    return true;
  });
  return own;
}

function keyValue(cursor: ThriftCursor, into: Map<string, string>): void {
  let key = "";
  let value = "";
  cursor.struct((id) => {
    if (id === 1) key = cursor.text();
    else if (id === 2) value = cursor.text();
    else return false;
    return true;
  });
  into.set(key, value);
}

/** ColumnOrder is a union with one member, TYPE_ORDER; others are not known. */
function hasTypeOrder(cursor: ThriftCursor): boolean {
  let found = false;
  cursor.struct((id) => {
    found ||= id === 1;
    return false;
  });
  return found;
}
