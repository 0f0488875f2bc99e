import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import {
  type BrotliOptions,
  brotliDecompress,
  gunzip,
  inflate,
  inflateRaw,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
} from "node:zlib";
import { type ErrorDetails, GraticuleError } from "../../errors.js";

type Decode = (bytes: Uint8Array, options: ZlibOptions & BrotliOptions & ZstdOptions) => Promise<Buffer>;

const gzip: Decode = promisify(gunzip);
/** Content codings (RFC 9110, § 8.4.1; RFC 7932; RFC 8878). */
const DECODERS: Readonly<Record<string, Decode>> = {
  gzip,
  "x-gzip": gzip,
  deflate: (bytes, options) => (isZlib(bytes) ? promisify(inflate)(bytes, options) : promisify(inflateRaw)(bytes, options)),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** Codings that a server names for files that lie there compressed: what the name says already is the object itself. */
const STORED: Readonly<Record<string, RegExp>> = {
  gzip: /\.t?gz$/i,
  "x-gzip": /\.t?gz$/i,
  compress: /\.Z$/i,
  "x-compress": /\.Z$/i,
  bzip2: /\.bz2$/i,
  "x-bzip2": /\.bz2$/i,
};

/**
 * How the bytes of an answer are encoded, although they were asked for as they are; null where they are not.
 * @throws `unsupported` for codings that are not read
 */
export function codingOf({ headers }: IncomingMessage, url: URL, where: ErrorDetails): string | null {
  const coding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  if (coding === "" || coding === "identity" || STORED[coding]?.test(url.pathname)) return null;
  if (Object.hasOwn(DECODERS, coding)) return coding;
  throw new GraticuleError("unsupported", `the server sends the object encoded: Content-Encoding: ${coding}`, {
    ...where,
    hint: `${Object.keys(DECODERS).join(", ")} are read; fetch the file, and read it from disk`,
  });
}

export interface DecodeLimits {
  /** Decoded bytes at most. */
  readonly most: number;
  readonly refuse: (found: number | null) => GraticuleError;
  readonly where: ErrorDetails;
}

/** The object that a body holds in one of the codings of {@link codingOf}. @throws `malformed`; what `refuse` gives */
export async function decodeBody(body: Uint8Array, coding: string, { most, refuse, where }: DecodeLimits): Promise<Uint8Array> {
  try {
    // A copy: small results lie in the pool that buffers share.
    return new Uint8Array(await (DECODERS[coding] as Decode)(body, { maxOutputLength: Math.max(1, most) }));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw refuse(null);
    const why = error instanceof Error ? error.message : String(error);
    throw new GraticuleError("malformed", `what the server sends is not ${coding}, as its Content-Encoding says: ${why}`, {
      ...where,
      cause: error,
    });
  }
}

/** "deflate" is zlib's format (RFC 1950); some servers send the bare stream. */
function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}
