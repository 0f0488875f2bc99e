import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";

/** Zarr's `packbits` (numcodecs): the number of unused bits at the end in one byte, then booleans as bits, the first one highest. */
export const packBits: Codec = {
  id: "packbits",
  label: labelOf,
  decode(bytes, _spec, context) {
    const unused = bytes[0];
    if (unused === undefined || unused > 7) throw new GraticuleError("malformed", `packbits: ${unused} unused bits`);
    const length = 8 * (bytes.length - 1) - unused;
    if (length < 0) throw new GraticuleError("malformed", `packbits: ${unused} unused bits of none`);
    checkOutputLength(length, context, "packbits");
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = ((bytes[1 + (i >> 3)] as number) >> (7 - (i & 7))) & 1;
    return out;
  },
};
