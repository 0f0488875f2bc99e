import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";

/** A copy of 264 bytes takes three. */
const EXPANSION = 88;

/** LZF as h5py's filter 32000 stores it: one raw LibLZF stream, without a header. */
export const lzf: Codec = {
  id: "lzf",
  label: labelOf,
  decode(bytes, _spec, context) {
    checkExpansion(bytes.length, context, EXPANSION, "lzf");
    const out = new Uint8Array(context.decodedLength);
    const length = expandLzf(bytes, out);
    checkOutputLength(length, context, "lzf");
    return length === out.length ? out : out.subarray(0, length);
  },
};

/**
 * Control bytes below 32 begin as many literals and one; others a copy of at least 3 bytes, its length in the upper three
 * bits (7: one more byte follows), its distance in the lower five and the next byte.
 *
 * @returns the number of bytes written
 */
function expandLzf(input: Uint8Array, out: Uint8Array): number {
  let from = 0;
  let to = 0;
  while (from < input.length) {
    const control = input[from++] as number;
    if (control < 32) {
      const length = control + 1;
      if (from + length > input.length) throw damaged(`literals pass the end of the input at ${from}`);
      if (to + length > out.length) throw damaged(`more output than ${out.length} bytes`);
      for (let i = 0; i < length; i++) out[to++] = input[from++] as number;
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += input[from++] ?? Number.NaN;
    length += 2;
    const distance = ((control & 31) << 8) + (input[from++] ?? Number.NaN) + 1;
    if (Number.isNaN(length + distance)) throw damaged("the input ends inside a copy");
    if (distance > to) throw damaged(`a copy from ${distance} bytes back, ${to} bytes into the output`);
    if (to + length > out.length) throw damaged(`more output than ${out.length} bytes`);
    if (distance >= length) {
      out.copyWithin(to, to - distance, to - distance + length);
      to += length;
    } else for (let i = 0; i < length; i++, to++) out[to] = out[to - distance] as number;
  }
  return to;
}

function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `lzf: ${message}`);
}
