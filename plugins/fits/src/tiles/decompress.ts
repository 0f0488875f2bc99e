import { gunzipSync } from "node:zlib";
import { FitsError } from "../error.js";
import { decodeHcompress } from "./hcompress.js";
import { decodePlio } from "./plio.js";
import { decodeRice } from "./rice.js";

/** Whole numbers of a tile, or the bytes of its numbers (big-endian). */
export type TileContents =
  | { readonly kind: "integers"; readonly values: ArrayLike<number> }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

export const COMPRESSIONS = ["RICE_1", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1", "NOCOMPRESS"];

/** @param count pixels of the tile @throws `malformed`, `unsupported` */
export function decompress(
  compression: string,
  bytes: Uint8Array,
  count: number,
  parameters: ReadonlyMap<string, number>,
): TileContents {
  switch (compression) {
    case "RICE_1": {
      const values = decodeRice(bytes, count, parameters.get("BLOCKSIZE") ?? 32, parameters.get("BYTEPIX") ?? 4);
      return { kind: "integers", values };
    }
    case "PLIO_1":
      return { kind: "integers", values: decodePlio(wordsOf(bytes), count) };
    case "HCOMPRESS_1":
      return { kind: "integers", values: decodeHcompress(bytes, count, (parameters.get("SMOOTH") ?? 0) !== 0) };
    case "GZIP_1":
      return { kind: "bytes", bytes: gunzip(bytes, count) };
    case "GZIP_2":
      return { kind: "bytes", bytes: unshuffle(gunzip(bytes, count), count) };
    case "NOCOMPRESS":
      return { kind: "bytes", bytes };
    default:
      throw new FitsError("unsupported", `the tile compression ${compression}; ${COMPRESSIONS.join(", ")} are read`);
  }
}

export function gunzip(bytes: Uint8Array, count: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: 8 * count + 64 });
  } catch (cause) {
    throw new FitsError("malformed", `a tile's gzip data: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** First bytes of all numbers, then second bytes, and so on. */
function unshuffle(bytes: Uint8Array, count: number): Uint8Array {
  const size = Math.floor(bytes.length / count);
  if (size < 2) return bytes;
  const out = new Uint8Array(size * count);
  for (let k = 0; k < size; k++)
    for (let i = 0, from = k * count, to = k; i < count; i++, to += size) out[to] = bytes[from++] as number;
  return out;
}

function wordsOf(bytes: Uint8Array): Int16Array {
  const own = new Uint8Array(bytes.subarray(0, bytes.length & ~1));
  Buffer.from(own.buffer).swap16();
  return new Int16Array(own.buffer);
}
