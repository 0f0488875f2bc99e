/** Bits as one byte each, the most significant first. @param width bytes of a row, of which the first `bits` bits count */
export function unpackBits(bytes: Uint8Array, width: number, rows: number, bits: number): Uint8Array {
  const out = new Uint8Array(rows * bits);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    for (let bit = 0; bit < bits; bit++) out[to++] = ((bytes[start + (bit >> 3)] as number) >> (7 - (bit & 7))) & 1;
  }
  return out;
}
