import { defined } from "../checked.js";
import { type Cursor, decodeText } from "../cursor.js";
import { malformed } from "../errors.js";

export type LinkTarget =
  | { readonly kind: "hard"; readonly address: number }
  | { readonly kind: "soft"; readonly path: string }
  | { readonly kind: "external"; readonly file: string; readonly path: string }
  | { readonly kind: "user"; readonly type: number };

export interface Link {
  readonly name: string;
  readonly creationOrder?: number;
  readonly target: LinkTarget;
}

/** File format specification IV.A.2.g. */
export function parseLink(cursor: Cursor): Link {
  const version = cursor.u8();
  if (version !== 1) throw malformed(`link version ${version}`, cursor.offset);
  const flags = cursor.u8();
  const type = flags & 0x08 ? cursor.u8() : 0;
  const creationOrder = flags & 0x04 ? cursor.uint(8) : undefined;
  if (flags & 0x10) cursor.skip(1);
  const name = decodeText(cursor.take(cursor.uint(1 << (flags & 3))));
  if (name === "") throw malformed("a link without a name", cursor.offset);
  return { name, ...(creationOrder !== undefined && { creationOrder }), target: parseTarget(cursor, type, name) };
}

function parseTarget(cursor: Cursor, type: number, name: string): LinkTarget {
  if (type === 0) return { kind: "hard", address: defined(cursor.address(), `what the link ${name} leads to`) };
  if (type === 1) return { kind: "soft", path: decodeText(cursor.take(cursor.u16())) };
  if (type !== 64) return { kind: "user", type };
  const value = cursor.sub(cursor.u16());
  value.skip(1);
  return { kind: "external", file: value.terminated(), path: value.terminated() };
}
