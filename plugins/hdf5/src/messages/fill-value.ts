import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";

/** The fill value's bytes, or undefined where none is set (file format specification IV.A.2.f). */
export function parseFillValue(cursor: Cursor): Uint8Array | undefined {
  const version = cursor.u8();
  if (version === 1 || version === 2) {
    cursor.skip(2);
    const isDefined = cursor.u8() !== 0;
    if (version === 2 && !isDefined) return undefined;
    return sized(cursor);
  }
  if (version !== 3) throw malformed(`fill value version ${version}`, cursor.offset);
  const flags = cursor.u8();
  return flags & 0x20 ? sized(cursor) : undefined;
}

/** The message of HDF5 1.4 and before. */
export function parseOldFillValue(cursor: Cursor): Uint8Array | undefined {
  return sized(cursor);
}

function sized(cursor: Cursor): Uint8Array | undefined {
  const size = cursor.u32();
  // -1 stands for "undefined" in version 1
  if (size === 0 || size === 0xffffffff) return undefined;
  return cursor.take(size);
}
