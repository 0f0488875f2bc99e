import { expandBloscChunk } from "./blosc-chunk.js";
import { bloscHeader } from "./blosc-header.js";
import type { Codec } from "./contract.js";
import { prepareKernels } from "./kernels.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** Blosc chunks, as Zarr's `blosc` and HDF5 filter 32001 write them. All parameters stand in the chunk's header. */
export const blosc: Codec = {
  id: "blosc",
  label: labelOf,
  prepare: prepareKernels,
  decode(bytes, _spec, context) {
    const header = bloscHeader(bytes);
    checkOutputLength(header.decodedLength, context, "blosc");
    const out = outputMemory(header.decodedLength, bytes, context);
    expandBloscChunk(bytes, header, out);
    return out;
  },
};
