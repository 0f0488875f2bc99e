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

/** File format specification IV.A.2.m; at once unless its type or shape is shared. @throws `malformed` */
export function parseAttribute(file: MetadataFile, cursor: Cursor): RawAttribute | Promise<RawAttribute> {
  const version = cursor.u8();
  if (version < 1 || version > 3) throw malformed(`attribute version ${version}`, cursor.offset);
  const flags = version === 1 ? cursor.u8() & 0 : cursor.u8();
  const nameSize = cursor.u16();
  const typeSize = cursor.u16();
  const spaceSize = cursor.u16();
  if (version === 3) cursor.skip(1);
  const unit = version === 1 ? 8 : 1;
  const name = decodeText(part(cursor, nameSize, unit).bytes);
  const typeCursor = part(cursor, typeSize, unit);
  const spaceCursor = part(cursor, spaceSize, unit);
  if ((flags & (TYPE_SHARED | SPACE_SHARED)) === 0)
    return attributeOf(name, parseDatatype(typeCursor), parseDataspace(spaceCursor), cursor);
  return followParts(file, flags, typeCursor, spaceCursor).then(([datatype, dataspace]) =>
    attributeOf(name, datatype, dataspace, cursor),
  );
}

/** The next bytes, and what pads them. */
function part(cursor: Cursor, size: number, unit: number): Cursor {
  const own = cursor.sub(size);
  cursor.skip((unit - (size % unit)) % unit);
  return own;
}

async function followParts(file: MetadataFile, flags: number, type: Cursor, space: Cursor): Promise<[Datatype, Dataspace]> {
  return [
    parseDatatype(flags & TYPE_SHARED ? await followShared(file, type, MESSAGE.datatype) : type),
    parseDataspace(flags & SPACE_SHARED ? await followShared(file, space, MESSAGE.dataspace) : space),
  ];
}

function attributeOf(name: string, datatype: Datatype, dataspace: Dataspace, cursor: Cursor): RawAttribute {
  const bytes = elementCount(dataspace) * datatype.size;
  const offset = cursor.here;
  if (bytes > cursor.remaining)
    throw malformed(`the attribute ${name} needs ${bytes} bytes where its message has ${cursor.remaining} left`, offset);
  return { name, datatype, dataspace, data: cursor.take(bytes), offset };
}
