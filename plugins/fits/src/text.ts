import { isUtf8 } from "node:buffer";

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Bytes given as Latin-1: UTF-8 where they are that, otherwise as they stand; NULs dropped. */
export function decodeText(latin1: string): string {
  if (!BEYOND_ASCII.test(latin1)) return latin1.includes("\0") ? latin1.replaceAll("\0", "") : latin1;
  const bytes = Buffer.from(latin1, "latin1");
  return (isUtf8(bytes) ? bytes.toString("utf8") : latin1).replaceAll("\0", "");
}
