import { endianness } from "node:os";

/** Castagnoli's polynomial, bits reversed (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;

const IS_LITTLE = endianness() === "LE";

/** Eight tables of 256: entry k·256 + b is what byte b becomes k bytes later. */
let tables: Int32Array | undefined;

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    made[byte] = crc;
  }
  for (let i = 256; i < made.length; i++) {
    const before = made[i - 256] as number;
    made[i] = (made[before & 0xff] as number) ^ (before >>> 8);
  }
  return made;
}

/** CRC-32C of the bytes, eight at a time where they lie on a multiple of four. */
export function crc32cOf(bytes: Uint8Array): number {
  tables ??= makeTables();
  const table = tables;
  let crc = -1;
  let i = 0;
  const step = () => {
    crc = (table[(crc ^ (bytes[i++] as number)) & 0xff] as number) ^ (crc >>> 8);
  };
  if (IS_LITTLE) {
    while (i < bytes.length && (bytes.byteOffset + i) % 4 !== 0) step();
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + i, (bytes.length - i) >> 2);
    const even = words.length & ~1;
    for (let w = 0; w < even; w += 2) {
      const a = crc ^ (words[w] as number);
      const b = words[w + 1] as number;
      crc =
        (table[1792 + (a & 0xff)] as number) ^
        (table[1536 + ((a >>> 8) & 0xff)] as number) ^
        (table[1280 + ((a >>> 16) & 0xff)] as number) ^
        (table[1024 + (a >>> 24)] as number) ^
        (table[768 + (b & 0xff)] as number) ^
        (table[512 + ((b >>> 8) & 0xff)] as number) ^
        (table[256 + ((b >>> 16) & 0xff)] as number) ^
        (table[b >>> 24] as number);
    }
    i += 4 * even;
  }
  while (i < bytes.length) step();
  return ~crc >>> 0;
}
