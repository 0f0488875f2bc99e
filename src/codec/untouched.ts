import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";

/** Steps that drop precision when writing and leave nothing to undo: BitGroom, Granular BitRound, numcodecs' `bitround`, `quantize`. */
export function untouched(id: string): Codec {
  return {
    id,
    label: labelOf,
    decode(bytes, _spec, context) {
      checkOutputLength(bytes.length, context, id);
      return bytes;
    },
  };
}
