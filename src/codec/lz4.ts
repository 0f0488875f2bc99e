import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { prepareKernels } from "./kernels.js";
import { labelOf } from "./label.js";
import { expandWhole } from "./lz4-hdf5.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** A length grows by at most 255 per byte. */
const EXPANSION = 255;

/** Zarr's `lz4` (numcodecs): the original size in four bytes, little-endian, then one LZ4 block. */
export const lz4: Codec = {
  id: "lz4",
  label: labelOf,
  prepare: prepareKernels,
  decode(bytes, _spec, context) {
    if (bytes.length < 4) throw new GraticuleError("malformed", `lz4: ${bytes.length} bytes cannot hold the header`);
    const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    checkOutputLength(length, context, "lz4");
    checkExpansion(bytes.length, context, EXPANSION, "lz4");
    const out = outputMemory(length, bytes, context);
    expandWhole(bytes.subarray(4), out);
    return out;
  },
};
