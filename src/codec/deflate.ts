import { inflate, inflateSync } from "node:zlib";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { decompress } from "./node-zlib.js";

/** 258 bytes per two bits (zlib's technical details, "Maximum Expansion Factor"). */
const EXPANSION = 1032;

/** zlib streams (RFC 1950), as HDF5 filter 1 and Zarr's `zlib` write them. The stream's Adler-32 is compared. */
export const deflate: Codec = {
  id: "deflate",
  label: labelOf,
  decode: (bytes, _spec, context) =>
    decompress({ label: "deflate", expansion: EXPANSION, sync: inflateSync, async: inflate }, bytes, context),
};
