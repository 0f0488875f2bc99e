import { crc32 as crc32Of } from "node:zlib";
import { GraticuleError } from "../errors.js";
import type { Codec, CodecSpec } from "./contract.js";
import { crc32cOf } from "./crc32c.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";

const CHECKSUM_BYTES = 4;

/**
 * A checksum of four little-endian bytes before or after the content (numcodecs' `location`: "start" or "end").
 * It is compared.
 */
function checksum(id: string, usual: "start" | "end", sumOf: (bytes: Uint8Array) => number): Codec {
  return {
    id,
    label: labelOf,
    decode(bytes, spec, context) {
      const length = bytes.length - CHECKSUM_BYTES;
      if (length < 0) throw new GraticuleError("malformed", `${id}: ${bytes.length} bytes cannot hold a checksum`);
      checkOutputLength(length, context, id);
      const isFirst = locationOf(spec, usual) === "start";
      const stored = new DataView(bytes.buffer, bytes.byteOffset + (isFirst ? 0 : length), CHECKSUM_BYTES).getUint32(0, true);
      const content = isFirst ? bytes.subarray(CHECKSUM_BYTES) : bytes.subarray(0, length);
      const computed = sumOf(content) >>> 0;
      if (stored !== computed)
        throw new GraticuleError("checksum", `${id}: stored ${hex(stored)}, computed ${hex(computed)}`, {
          hint: "the chunk's bytes have changed since they were written: fetch the file again",
        });
      return content;
    },
  };
}

function locationOf({ id, parameters: { location } }: CodecSpec, usual: "start" | "end"): "start" | "end" {
  if (location === undefined) return usual;
  if (location === "start" || location === "end") return location;
  throw new GraticuleError("unsupported", `${id}: a checksum at ${JSON.stringify(location)}; known are "start" and "end"`);
}

/** CRC-32 (RFC 1952), as numcodecs stores it: first. */
export const crc32 = checksum("crc32", "start", (bytes) => crc32Of(bytes));
/** CRC-32C (RFC 3720), as Zarr 3 and numcodecs store it: last. */
export const crc32c = checksum("crc32c", "end", crc32cOf);
/** Adler-32 (RFC 1950), as numcodecs stores it: first. */
export const adler32 = checksum("adler32", "start", adler32Of);

/** Bytes after which both sums are reduced: the most before the larger could pass 2³² (RFC 1950). */
const BATCH = 5552;
const MODULUS = 65521;

function adler32Of(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let i = 0; i < bytes.length; ) {
    for (const stop = Math.min(bytes.length, i + BATCH); i < stop; i++) {
      low += bytes[i] as number;
      high += low;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}

function hex(sum: number): string {
  return `0x${sum.toString(16).padStart(8, "0")}`;
}
