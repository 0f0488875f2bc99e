import { type Cursor, decodeText } from "../cursor.js";
import { malformed } from "../errors.js";
import type { Dataspace, MetadataFile } from "../model.js";
import { MESSAGE } from "../object-header.js";
import { followShared } from "../shared-messages.js";
import { elementCount, parseDataspace } from "./dataspace.js";
import { type Datatype, parseDatatype } from "./datatype.js";

/** An attribute whose values are still bytes. */
export interface RawAttribute {
  readonly name: string;
  readonly datatype: Datatype;
  readonly dataspace: Dataspace;
  readonly data: Uint8Array;
  /** Offset of the data in the file, for messages. */
  readonly offset: number;
}

const TYPE_SHARED = 1;
const SPACE_SHARED = 2;

/** File format specification IV.A.2.m. @throws `malformed` */
export async function parseAttribute(file: MetadataFile, cursor: Cursor): Promise<RawAttribute> {
  const version = cursor.u8();
  if (version < 1 || version > 3) throw malformed(`attribute version ${version}`, cursor.offset);
  const flags = version === 1 ? cursor.u8() & 0 : cursor.u8();
  const nameSize = cursor.u16();
  const typeSize = cursor.u16();
  const spaceSize = cursor.u16();
  if (version === 3) cursor.skip(1);
  const part = (size: number): Cursor => {
    const own = cursor.sub(size);
    if (version === 1) cursor.skip((8 - (size % 8)) % 8);
    return own;
  };
  const name = decodeText(part(nameSize).bytes);
  const typeCursor = part(typeSize);
  const spaceCursor = part(spaceSize);
  const datatype = parseDatatype(flags & TYPE_SHARED ? await followShared(file, typeCursor, MESSAGE.datatype) : typeCursor);
  const dataspace = parseDataspace(flags & SPACE_SHARED ? await followShared(file, spaceCursor, MESSAGE.dataspace) : spaceCursor);
  const bytes = elementCount(dataspace) * datatype.size;
  const offset = cursor.here;
  if (bytes > cursor.remaining)
    throw malformed(`the attribute ${name} needs ${bytes} bytes where its message has ${cursor.remaining} left`, offset);
  return { name, datatype, dataspace, data: cursor.take(bytes), offset };
}
