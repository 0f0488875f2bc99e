import { GraticuleError } from "../errors.js";

/**
 * A Snappy stream without the length that precedes its elements (little-endian base 128, format_description.txt).
 * @throws `malformed` where that is not `expected`
 */
export function skipSnappyLength(input: Uint8Array, expected: number): Uint8Array {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = input[i] ?? 0x80;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    if (length !== expected) throw new GraticuleError("malformed", `snappy: ${length} bytes declared where ${expected} are needed`);
    return input.subarray(i + 1);
  }
  throw new GraticuleError("malformed", "snappy: the input ends inside its length");
}
