/**
 * BYTE_STREAM_SPLIT: all first bytes of the values, then all second bytes, … (Encodings.md), into `out` from byte `at` on.
 * Fast where both lie on a word's boundary and the values are a multiple of four.
 */
export function splitBytePlanes(bytes: Uint8Array, size: 2 | 4 | 8, out: Uint8Array, at: number): void {
  const count = bytes.length / size;
  if (size !== 2 && count % 4 === 0 && bytes.byteOffset % 4 === 0 && (out.byteOffset + at) % 4 === 0) {
    splitWords(bytes, size, count, out.subarray(at, at + bytes.length));
    return;
  }
  for (let k = 0; k < size; k++) for (let i = 0, to = at + k * count; i < count; i++) out[to + i] = bytes[i * size + k] as number;
}

/** Four values a turn, as 32-bit words: their bytes of equal rank make one word of a plane. Little-endian machines only, as all of Node's are. */
function splitWords(bytes: Uint8Array, size: 4 | 8, count: number, out: Uint8Array): void {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const planes = new Uint32Array(out.buffer, out.byteOffset, out.length >> 2);
  const step = size >> 2;
  const quarter = count >> 2;
  for (let half = 0; half < step; half++) {
    const p0 = half * count;
    const p1 = p0 + quarter;
    const p2 = p1 + quarter;
    const p3 = p2 + quarter;
    for (let i = 0, at = half; i < quarter; i++, at += 4 * step) {
      const a = words[at] as number;
      const b = words[at + step] as number;
      const c = words[at + 2 * step] as number;
      const d = words[at + 3 * step] as number;
      planes[p0 + i] = (a & 255) | ((b & 255) << 8) | ((c & 255) << 16) | (d << 24);
      planes[p1 + i] = ((a >>> 8) & 255) | (b & 0xff00) | ((c & 0xff00) << 8) | ((d & 0xff00) << 16);
      planes[p2 + i] = ((a >>> 16) & 255) | ((b >>> 8) & 0xff00) | (c & 0xff0000) | ((d & 0xff0000) << 8);
      planes[p3 + i] = (a >>> 24) | ((b >>> 16) & 0xff00) | ((c >>> 8) & 0xff0000) | (d & 0xff000000);
    }
  }
}
