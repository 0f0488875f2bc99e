import { zstdDecompress, zstdDecompressSync } from "node:zlib";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { decompress } from "./node-zlib.js";

/** A block of up to 128 KiB may be one repeated byte, in four bytes (RFC 8878, section 3.1.1.2). */
const EXPANSION = 32768;

/** Zstandard frames (RFC 8878), as HDF5 filter 32015 and Zarr's `zstd` write them. */
export const zstd: Codec = {
  id: "zstd",
  label: labelOf,
  decode: (bytes, _spec, context) =>
    decompress({ label: "zstd", expansion: EXPANSION, sync: zstdDecompressSync, async: zstdDecompress }, bytes, context),
};
