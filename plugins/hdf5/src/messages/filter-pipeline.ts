import { type Cursor, decodeText } from "../cursor.js";
import { malformed } from "../errors.js";
import type { FilterEntry } from "../model.js";

/** File format specification IV.A.2.l. */
export function parseFilterPipeline(cursor: Cursor): FilterEntry[] {
  const version = cursor.u8();
  if (version !== 1 && version !== 2) throw malformed(`filter pipeline version ${version}`, cursor.offset);
  const count = cursor.u8();
  if (count > 32) throw malformed(`a pipeline of ${count} filters`, cursor.offset);
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => parseEntry(cursor, version));
}

function parseEntry(cursor: Cursor, version: number): FilterEntry {
  const id = cursor.u16();
  const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0;
  const flags = cursor.u16();
  const parameterCount = cursor.u16();
  const padded = version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength;
  const name = decodeText(cursor.take(padded));
  if (parameterCount * 4 > cursor.remaining) throw malformed(`a filter with ${parameterCount} parameters`, cursor.here);
  const parameters = Array.from({ length: parameterCount }, () => cursor.u32());
  if (version === 1 && parameterCount % 2 === 1) cursor.skip(4);
  return { id, ...(name && { name }), optional: (flags & 1) !== 0, parameters };
}
