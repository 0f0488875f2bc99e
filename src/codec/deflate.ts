import { inflate, inflateSync } from "node:zlib";
import { GraticuleError } from "../errors.js";
import type { Codec, CodecContext } from "./contract.js";
import { type KeptStream, keptInflate } from "./kept-zlib.js";
import { labelOf } from "./label.js";
import { decompress } from "./node-zlib.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";

/** 258 bytes per two bits (zlib's technical details, "Maximum Expansion Factor"). */
const EXPANSION = 1032;

/** zlib streams (RFC 1950), as HDF5 filter 1 and Zarr's `zlib` write them. The stream's Adler-32 is compared. */
export const deflate: Codec = {
  id: "deflate",
  label: labelOf,
  decode(bytes, _spec, context) {
    const inflateHere = context.reuse && context.exact !== false ? keptInflate() : null;
    if (inflateHere) return decodeInto(inflateHere, bytes, context);
    return decompress({ label: "deflate", expansion: EXPANSION, sync: inflateSync, async: inflate }, bytes, context);
  },
};

/** Output that is used up before the next chunk is decoded. */
let scratch = new Uint8Array(0);

/** Larger chunks are rare and their memory is not kept. */
const KEEP = 32 << 20;

function decodeInto(inflateHere: KeptStream, bytes: Uint8Array, context: CodecContext): Uint8Array {
  const { decodedLength } = context;
  checkExpansion(bytes.length, context, EXPANSION, "deflate");
  const out = decodedLength < scratch.length ? scratch : Buffer.allocUnsafeSlow(decodedLength + 1);
  if (out.length <= KEEP) scratch = out;
  // A byte more than is needed, so that a longer stream shows.
  const found = inflateHere(bytes, out.subarray(0, decodedLength + 1));
  if (found < 0) throw new GraticuleError("malformed", `deflate gives more than the ${decodedLength} bytes that the chunk needs`);
  checkOutputLength(found, context, "deflate");
  return out.subarray(0, decodedLength);
}
