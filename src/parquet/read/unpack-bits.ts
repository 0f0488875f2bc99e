/** Reads `groups` times eight numbers of one width from bytes, least significant bit first, to `out` from `at` on. */
export type Unpack = (bytes: Uint8Array, from: number, groups: number, out: Int32Array | Uint8Array, at: number) => void;

/** By width; numbers to 32 bits, or to bytes. */
const wide: (Unpack | undefined)[] = [];
const narrow: (Unpack | undefined)[] = [];

/** @param width 1 to 32 bits; of what goes to bytes, 1 to 8 */
export function unpackInts(width: number): Unpack {
  wide[width] ??= generate(width);
  return wide[width] as Unpack;
}

/** As {@link unpackInts}, another copy of the code, which then sees one type of array only. */
export function unpackBytes(width: number): Unpack {
  narrow[width] ??= generate(width);
  return narrow[width] as Unpack;
}

/** Code without loops over bits: eight numbers take `width` bytes, and each is put together from those that hold it. */
function generate(width: number): Unpack {
  const lines = Array.from({ length: width }, (_, i) => `const b${i} = bytes[p + ${i}];`);
  const mask = width === 32 ? "" : ` & ${2 ** width - 1}`;
  for (let k = 0; k < 8; k++) {
    const first = k * width;
    const terms: string[] = [];
    for (let byte = first >> 3; byte * 8 < first + width; byte++) {
      const shift = byte * 8 - first;
      terms.push(shift === 0 ? `b${byte}` : shift > 0 ? `(b${byte} << ${shift})` : `(b${byte} >>> ${-shift})`);
    }
    lines.push(`out[o + ${k}] = (${terms.join(" | ")})${mask};`);
  }
  const loop = `for (let g = 0, p = from, o = at; g < groups; g++, p += ${width}, o += 8) {\n${lines.join("\n")}\n}`;
  return new Function("bytes", "from", "groups", "out", "at", `"use strict";\n${loop}`) as Unpack;
}
