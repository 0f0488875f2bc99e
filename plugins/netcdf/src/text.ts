import { isUtf8 } from "node:buffer";

/** Names and text: UTF-8 as the specification says, Latin-1 where the bytes are not UTF-8; NULs dropped. */
export function decodeText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isUtf8(bytes) ? "utf8" : "latin1");
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}
