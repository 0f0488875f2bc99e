import { zstdDecompress, zstdDecompressSync } from "node:zlib";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { decompress } from "./node-zlib.js";

/** Zstandard frames (RFC 8878), as HDF5 filter 32015 and Zarr's `zstd` write them. */
export const zstd: Codec = {
  id: "zstd",
  label: labelOf,
  decode: (bytes, _spec, context) => decompress({ label: "zstd", sync: zstdDecompressSync, async: zstdDecompress }, bytes, context),
};
