import type { CodecSpec } from "./contract.js";
import { catalogueId } from "./label.js";

/** Steps whose output is as long as their input. */
const SAME = ["shuffle", "transpose", "bitround", "hdf5:32022", "hdf5:32023"];
const CHECKSUMS = ["fletcher32", "crc32", "crc32c", "adler32"];
/** Steps on numbers: the parameters that name the type of the values and of what is stored. */
const TYPES: Readonly<Record<string, readonly [string, string]>> = {
  delta: ["dtype", "astype"],
  fixedscaleoffset: ["dtype", "astype"],
  quantize: ["dtype", "astype"],
  astype: ["decode_dtype", "encode_dtype"],
};

/** What a step makes of `length` bytes when encoding: exactly, or at most. */
export function encodedLength(spec: CodecSpec, length: number): { length: number; exact: boolean } {
  const id = catalogueId(spec.id);
  if (SAME.includes(id)) return { length, exact: true };
  if (CHECKSUMS.includes(id)) return { length: length + 4, exact: true };
  if (id === "packbits") return { length: 1 + Math.ceil(length / 8), exact: true };
  const types = TYPES[id];
  if (types) {
    const [given, stored] = types.map((name) => sizeOf(spec.parameters[name]));
    if (given !== undefined) return { length: Math.floor(length / given) * (stored ?? given), exact: true };
  }
  return { length: boundOf(length), exact: false };
}

/**
 * Bytes that a chunk can have as stored at most, whichever steps were skipped for it: what is longer is no chunk of `decodedLength`
 * bytes, and not worth its memory.
 */
export function mostEncoded(codecs: readonly CodecSpec[], decodedLength: number): number {
  let [length, most] = [decodedLength, decodedLength];
  for (const spec of codecs) {
    length = encodedLength(spec, length).length;
    most = Math.max(most, length);
  }
  return boundOf(most);
}

/** What a compressor of incompressible bytes may add to them at most: more than any of the decoders here. */
function boundOf(length: number): number {
  return 2 * length + 4096;
}

/** Bytes of an element of a type as NumPy writes it: `<f4`, `float32`, `bool`. */
function sizeOf(type: unknown): number | undefined {
  const match = /^(?:[<>|=]?[a-zA-Z](\d+)|u?int(\d+)|float(\d+)|bool)/.exec(String(type));
  if (!match) return undefined;
  const bits = match[2] ?? match[3];
  return match[1] !== undefined ? Number(match[1]) : bits !== undefined ? Number(bits) / 8 : 1;
}
