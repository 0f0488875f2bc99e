import type { Codec } from "./contract.js";
import { expandBlock, prepareKernels } from "./kernels.js";
import { labelOf } from "./label.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** A copy of 264 bytes takes three. */
const EXPANSION = 88;

/** LZF as h5py's filter 32000 stores it: one raw LibLZF stream, without a header. */
export const lzf: Codec = {
  id: "lzf",
  label: labelOf,
  prepare: prepareKernels,
  decode(bytes, _spec, context) {
    checkExpansion(bytes.length, context, EXPANSION, "lzf");
    const out = outputMemory(context.decodedLength, bytes, context);
    const length = expandBlock("lzf", bytes, out);
    checkOutputLength(length, context, "lzf");
    return out.subarray(0, length);
  },
};
