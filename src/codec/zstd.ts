import { zstdDecompress } from "node:zlib";
import type { Codec, CodecContext } from "./contract.js";
import { decodeInto } from "./deflate.js";
import { zstdFrames } from "./inflate-blocks.js";
import { labelOf } from "./label.js";
import { decompress } from "./node-zlib.js";

/** A block of up to 128 KiB may be one repeated byte, in four bytes (RFC 8878, section 3.1.1.2). */
const EXPANSION = 32768;

/** Zstandard frames (RFC 8878), as HDF5 filter 32015 and Zarr's `zstd` write them. Content checksums are compared. */
export const zstd: Codec = {
  id: "zstd",
  label: labelOf,
  decode(bytes, _spec, context) {
    const here = (): Uint8Array => decodeInto(zstdFrames(), bytes, context, EXPANSION, "zstd");
    return context.parallel ? elsewhere(bytes, context, here) : here();
  },
};

/** On the thread pool, where Node stops after the first of several frames: what needs more is decoded here. */
function elsewhere(bytes: Uint8Array, context: CodecContext, here: () => Uint8Array): Uint8Array | Promise<Uint8Array> {
  if (context.exact === false) return here();
  const decoder = { label: "zstd", expansion: EXPANSION, mayStopEarly: true, sync: here, async: zstdDecompress };
  const decoded = decompress(decoder, bytes, context);
  if (!(decoded instanceof Promise)) return decoded;
  return decoded.then((first) => (first.length === context.decodedLength ? first : here()));
}
