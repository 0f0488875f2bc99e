import { crc32, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { ZarrError } from "../error.js";
import type { ZipEntry } from "./directory.js";

/** Bytes that one byte of input gives at most: deflate's limit, and a repeated byte in a zstd block. */
const EXPANSION: Readonly<Record<number, number>> = { 0: 1, 8: 1032, 93: 32768 };

/** The largest member that is unpacked as a whole. */
const LARGEST = 2 ** 31 - 1;

/** Why a member cannot be unpacked; null where it can. */
export function packingOf({ method, isEncrypted }: ZipEntry): string | null {
  if (isEncrypted) return "encrypted members of a zip file";
  return Object.hasOwn(EXPANSION, method) ? null : `zip compression method ${method}`;
}

/**
 * A member's bytes, with its CRC-32 compared.
 *
 * @throws `malformed`, `checksum`, `unsupported`
 */
export function inflateEntry(packed: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  const details = { file, offset: entry.headerOffset };
  const reason = packingOf(entry);
  if (reason) throw new ZarrError("unsupported", `no decoder for ${reason} (${entry.name})`, details);
  if (entry.size > LARGEST)
    throw new ZarrError("unsupported", `${entry.name} has ${entry.size} bytes; the limit is 2 GiB`, details);
  if (entry.size > 4096 + packed.length * (EXPANSION[entry.method] as number))
    throw new ZarrError("malformed", `${entry.name}: ${packed.length} bytes cannot give ${entry.size}`, details);
  const bytes = unpack(packed, entry, details);
  if (bytes.length !== entry.size)
    throw new ZarrError("malformed", `${entry.name} has ${bytes.length} bytes where the zip file says ${entry.size}`, details);
  if (crc32(bytes) !== entry.crc32) throw differs(entry, file);
  return bytes;
}

export function differs({ name, headerOffset }: ZipEntry, file: string): ZarrError {
  return new ZarrError("checksum", `${name} differs from its CRC-32 in the zip file`, { file, offset: headerOffset });
}

function unpack(packed: Uint8Array, { method, size, name }: ZipEntry, details: { file: string; offset: number }): Uint8Array {
  if (method === 0) return packed;
  const options = { maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) };
  try {
    return method === 8 ? inflateRawSync(packed, options) : zstdDecompressSync(packed, options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ZarrError("malformed", `${name} cannot be unpacked: ${why}`, { ...details, cause });
  }
}
