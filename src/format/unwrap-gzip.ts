import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { wrappingError } from "./unwrap-error.js";
import type { Pieces } from "./unwrap-spool.js";

/** gzip (RFC 1952), also of several members; CRC and length are checked by zlib. */
export async function* gunzipPieces(pieces: Pieces, file: string): Pieces {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const input = Readable.from(pieces, { objectMode: false });
  input.on("error", (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    for await (const piece of gunzip) yield piece as Uint8Array;
  } catch (error) {
    throw explain(error, file);
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

function explain(error: unknown, file: string): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "Z_BUF_ERROR") return wrappingError("truncated", file, "the gzip data end before their last member does", error);
  if (code !== "Z_DATA_ERROR") return error;
  const isCheck = message === "incorrect data check" || message === "incorrect length check";
  return wrappingError(isCheck ? "checksum" : "malformed", file, `the gzip data are damaged: ${message}`, error);
}
