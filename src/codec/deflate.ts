import { gunzip, gunzipSync, inflate, inflateSync } from "node:zlib";
import { GraticuleError } from "../errors.js";
import type { Codec, CodecContext } from "./contract.js";
import { type KeptStream, keptGunzip, keptInflate } from "./kept-zlib.js";
import { labelOf } from "./label.js";
import { decompress } from "./node-zlib.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** 258 bytes per two bits (zlib's technical details, "Maximum Expansion Factor"). */
const EXPANSION = 1032;

/** zlib streams (RFC 1950), as HDF5 filter 1 and Zarr's `zlib` write them. The stream's Adler-32 is compared. */
export const deflate: Codec = {
  id: "deflate",
  label: labelOf,
  decode(bytes, _spec, context) {
    const inflateHere = context.reuse && context.exact !== false ? keptInflate() : null;
    if (inflateHere) return decodeInto(inflateHere, bytes, context, EXPANSION, "deflate");
    return decompress({ label: "deflate", expansion: EXPANSION, sync: inflateSync, async: inflate }, bytes, context);
  },
};

/** gzip members (RFC 1952), as Zarr's `gzip` writes them. Every member's CRC-32 and length are compared. */
export const gzip: Codec = {
  id: "gzip",
  label: labelOf,
  decode(bytes, _spec, context) {
    const gunzipHere = context.reuse && context.exact !== false ? keptGunzip() : null;
    if (gunzipHere) return decodeInto(gunzipHere, bytes, context, EXPANSION, "gzip");
    return decompress({ label: "gzip", expansion: EXPANSION, sync: gunzipSync, async: gunzip }, bytes, context);
  },
};

/** One input through a kept stream, its output's length known. @throws `malformed`, `checksum` */
export function decodeInto(
  stream: KeptStream,
  bytes: Uint8Array,
  context: CodecContext,
  expansion: number,
  label: string,
): Uint8Array {
  const { decodedLength } = context;
  checkExpansion(bytes.length, context, expansion, label);
  // A byte more than is needed, so that a longer stream shows.
  const out = outputMemory(decodedLength + 1, bytes, context);
  const found = stream(bytes, out);
  if (found < 0) throw new GraticuleError("malformed", `${label} gives more than the ${decodedLength} bytes that the chunk needs`);
  checkOutputLength(found, context, label);
  return out.subarray(0, found);
}
