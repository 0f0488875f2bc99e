import type { Attribute, Attributes, ByteSource } from "graticule/plugin";
import { attributeValues, type ExternalType, externalType } from "./external-type.js";
import type { Header, HeaderDimension, HeaderVariable, Version } from "./header.js";
import { HeaderCursor, MAX_HEADER, MoreBytes } from "./header-cursor.js";

/** Enough for most headers, small enough to cost nothing. */
const FIRST_BLOCK = 16 << 10;

const TAGS = { dimension: 10, variable: 11, attribute: 12 } as const;

const STREAMING_32 = 2 ** 32 - 1;
const STREAMING_64 = 2 ** 64;

const NO_ATTRIBUTES: Attributes = new Map();

/**
 * Reads the header in growing blocks, never more than twice its size.
 * Grammar: NetCDF Classic Format Specification (CDF-1, CDF-2) and the CDF-5 specification of PnetCDF.
 * @throws `malformed`, `truncated` with the offset
 */
export async function readHeader(source: ByteSource, signal?: AbortSignal): Promise<Header> {
  const options = { signal };
  let bytes: Uint8Array = new Uint8Array(0);
  let end = FIRST_BLOCK;
  for (;;) {
    signal?.throwIfAborted();
    const offset = bytes.length;
    end = Math.min(source.size, end);
    const more = await source.readOne({ offset, length: end - offset }, options);
    bytes = offset === 0 ? more : Buffer.concat([bytes, more]);
    try {
      return parseHeader(new HeaderCursor(source.url, source.size, bytes));
    } catch (error) {
      if (!(error instanceof MoreBytes)) throw error;
      end = Math.min(MAX_HEADER, Math.max(error.end, 2 * bytes.length));
    }
  }
}

function parseHeader(cursor: HeaderCursor): Header {
  const version = parseMagic(cursor);
  cursor.wide = version === 5;
  const records = cursor.size("the number of records");
  const streaming = records === (cursor.wide ? STREAMING_64 : STREAMING_32);
  if (!streaming && !Number.isSafeInteger(records)) throw cursor.malformed(`the number of records is ${records}`, 4);
  const dimensions = parseDimensions(cursor);
  const attributes = parseAttributes(cursor, version, "the global attributes");
  const variables = parseVariables(cursor, version, dimensions.length);
  const { count, first } = cursor.oddPadding;
  const padded = count === 1 ? "1 name or value in the header is" : `${count} names or values in the header are`;
  const notes = count > 0 ? [`${padded} padded with bytes other than zero, the first at ${first}; nothing is lost by it`] : [];
  return {
    version,
    records: streaming ? "streaming" : records,
    dimensions,
    attributes,
    variables,
    length: cursor.offset,
    notes,
  };
}

function parseMagic(cursor: HeaderCursor): Version {
  const magic = cursor.take(4, "the magic number");
  if (magic[0] !== 0x43 || magic[1] !== 0x44 || magic[2] !== 0x46)
    throw cursor.malformed(
      `a netCDF classic file begins with "CDF"; found ${Buffer.from(magic.subarray(0, 3)).toString("hex")}`,
      0,
    );
  const version = magic[3];
  if (version !== 1 && version !== 2 && version !== 5)
    throw cursor.malformed(`CDF version ${version}, found at byte 3; versions 1, 2 and 5 exist`, 3);
  return version;
}

/** The number of elements of a list; an absent list is two zeros. */
function parseListStart(cursor: HeaderCursor, kind: keyof typeof TAGS, elementBytes: number, what: string): number {
  const at = cursor.offset;
  const tag = cursor.uint32(`the tag of ${what}`);
  if (tag !== 0 && tag !== TAGS[kind])
    throw cursor.malformed(`the tag of ${what} is ${tag}; ${TAGS[kind]} (${kind}) or 0 (absent) is expected`, at);
  const count = cursor.count(elementBytes, `the number of ${what}`);
  if (tag === 0 && count > 0) throw cursor.malformed(`the tag of ${what} says absent, and its number is ${count}`, at);
  return count;
}

function parseDimensions(cursor: HeaderCursor): HeaderDimension[] {
  const count = parseListStart(cursor, "dimension", cursor.wide ? 16 : 8, "the dimensions");
  const dimensions: HeaderDimension[] = [];
  let record: string | undefined;
  for (let i = 0; i < count; i++) {
    const name = cursor.name(`the name of dimension ${i}`);
    const at = cursor.offset;
    const length = cursor.length(`the length of dimension ${name}`);
    if (length === 0) {
      if (record !== undefined)
        throw cursor.malformed(`two unlimited dimensions, ${record} and ${name}; the format allows one`, at);
      record = name;
    }
    dimensions.push({ name, length });
  }
  return dimensions;
}

function parseAttributes(cursor: HeaderCursor, version: Version, what: string): Attributes {
  const count = parseListStart(cursor, "attribute", cursor.wide ? 20 : 12, what);
  if (count === 0) return NO_ATTRIBUTES;
  const attributes = new Map<string, Attribute>();
  for (let i = 0; i < count; i++) {
    const name = cursor.name(`the name of attribute ${i} of ${what}`);
    const type = parseType(cursor, version, `attribute ${name}`);
    const length = cursor.count(type.dtype.size, `the number of values of attribute ${name}`) * type.dtype.size;
    const bytes = cursor.take(length, `the values of attribute ${name}`);
    cursor.padding(length, `the values of attribute ${name}`);
    // Of two with one name netCDF-C gives the first.
    if (!attributes.has(name)) attributes.set(name, { dtype: type.dtype.name, values: attributeValues(type, bytes) });
  }
  return attributes;
}

function parseType(cursor: HeaderCursor, version: Version, what: string): ExternalType {
  const at = cursor.offset;
  const code = cursor.uint32(`the type of ${what}`);
  const type = externalType(code, version);
  if (!type) throw cursor.malformed(`the type of ${what} is ${code}; CDF-${version} has 1 to ${version === 5 ? 11 : 6}`, at);
  return type;
}

function parseVariables(cursor: HeaderCursor, version: Version, dimensionCount: number): HeaderVariable[] {
  const offsetBytes = version === 1 ? 4 : 8;
  const count = parseListStart(cursor, "variable", { 1: 28, 2: 32, 5: 48 }[version], "the variables");
  const variables: HeaderVariable[] = [];
  for (let i = 0; i < count; i++) {
    const name = cursor.name(`the name of variable ${i}`);
    const rank = cursor.count(cursor.wide ? 8 : 4, `the number of dimensions of variable ${name}`);
    const dimensions: number[] = [];
    for (let d = 0; d < rank; d++) {
      const at = cursor.offset;
      const id = cursor.size(`dimension ${d} of variable ${name}`);
      if (id >= dimensionCount)
        throw cursor.malformed(`variable ${name} names dimension ${id}; the file has ${dimensionCount}`, at);
      dimensions.push(id);
    }
    const attributes = parseAttributes(cursor, version, `the attributes of variable ${name}`);
    const type = parseType(cursor, version, `variable ${name}`);
    const declaredBytes = cursor.size(`the size of variable ${name}`);
    const beginOffset = cursor.offset;
    const begin = cursor.fileOffset(offsetBytes, `the offset of variable ${name}`);
    variables.push({ name, dimensions, attributes, type, declaredBytes, begin, beginOffset });
  }
  return variables;
}

/** Whether a file of these first bytes is one of ours, of a known version. */
export function versionOf(bytes: Uint8Array): "known" | "unknown" | "none" {
  if (bytes.length < 3 || bytes[0] !== 0x43 || bytes[1] !== 0x44 || bytes[2] !== 0x46) return "none";
  return bytes[3] === 1 || bytes[3] === 2 || bytes[3] === 5 ? "known" : "unknown";
}
