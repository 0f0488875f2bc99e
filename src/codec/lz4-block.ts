import { GraticuleError } from "../errors.js";

/**
 * One LZ4 block (lz4_Block_format.md): sequences of a token, literals and a copy of at least four bytes; the last has no copy.
 *
 * @param out exactly as long as the block's output
 * @throws `malformed`
 */
export function expandLz4Block(input: Uint8Array, out: Uint8Array): void {
  let from = 0;
  let to = 0;
  const more = (start: number): number => {
    let length = start;
    for (let byte = 255; byte === 255; ) {
      if (from >= input.length) throw damaged("the block ends inside a length");
      byte = input[from++] as number;
      length += byte;
    }
    return length;
  };
  while (from < input.length) {
    const token = input[from++] as number;
    const literals = token >> 4 === 15 ? more(15) : token >> 4;
    if (from + literals > input.length) throw damaged("literals pass the end of the block");
    if (to + literals > out.length) throw damaged(`more output than ${out.length} bytes`);
    out.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === input.length) break;
    if (from + 2 > input.length) throw damaged("the block ends inside an offset");
    const distance = (input[from] as number) | ((input[from + 1] as number) << 8);
    from += 2;
    const length = ((token & 15) === 15 ? more(15) : token & 15) + 4;
    if (distance === 0 || distance > to) throw damaged(`a copy from ${distance} bytes back, ${to} bytes into the output`);
    if (to + length > out.length) throw damaged(`more output than ${out.length} bytes`);
    if (distance >= length) {
      out.copyWithin(to, to - distance, to - distance + length);
      to += length;
    } else for (let i = 0; i < length; i++, to++) out[to] = out[to - distance] as number;
  }
  if (to !== out.length) throw damaged(`${to} bytes where ${out.length} are declared`);
}

function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `lz4: ${message}`);
}
