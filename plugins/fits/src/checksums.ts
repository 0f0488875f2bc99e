import type { ByteSource, ReadContext } from "graticule/plugin";
import type { Hdu } from "./hdu.js";
import { BLOCK } from "./header/read-header.js";

const PIECE = 1 << 20;

/**
 * Compares DATASUM and CHECKSUM of every HDU that has them (FITS 4.0, section 4.4.2.7 and appendix J).
 * @returns what is wrong, in words
 */
export async function verifyChecksums(source: ByteSource, hdus: readonly Hdu[], context: ReadContext): Promise<string[]> {
  const wrong: string[] = [];
  for (const hdu of hdus) {
    const declared = declaredSum(hdu);
    const hasChecksum = (hdu.header.text("CHECKSUM")?.trim() ?? "") !== "";
    if (hdu.dataLength === null || hdu.error || (declared === undefined && !hasChecksum)) continue;
    const padded = Math.ceil(hdu.dataLength / BLOCK) * BLOCK;
    const data = await sumOf(source, hdu.dataOffset, padded, 0, context);
    if (declared !== undefined && declared !== data)
      wrong.push(`HDU ${hdu.index}: DATASUM is ${declared}, and the data add up to ${data}`);
    if (!hasChecksum) continue;
    const whole = await sumOf(source, hdu.headerOffset, hdu.dataOffset - hdu.headerOffset, data, context);
    if (whole !== 0xffffffff && whole !== 0)
      wrong.push(`HDU ${hdu.index}: CHECKSUM does not hold: header and data add up to ${whole} in place of 4294967295`);
  }
  return wrong;
}

/** DATASUM is a number in quotes; undefined where it is none, or left blank. */
function declaredSum({ header }: Hdu): number | undefined {
  const value = header.value("DATASUM");
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : undefined;
}

/** The sum of big-endian words of 32 bits in ones' complement; a file that ends in the padding is padded with zeros. */
async function sumOf(source: ByteSource, offset: number, length: number, start: number, context: ReadContext): Promise<number> {
  const end = Math.min(source.size, offset + length);
  const options = { signal: context.signal };
  let sum = start;
  for (let at = offset; at < end; at += PIECE) {
    const bytes = await source.readOne({ offset: at, length: Math.min(PIECE, end - at) }, options);
    sum = addWords(bytes, sum);
  }
  return sum;
}

function addWords(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  // Pieces of a mebibyte are 2¹⁸ words: the plain sum stays exact.
  let sum = start;
  for (let i = 0; i < whole; i += 4) sum += view.getUint32(i);
  for (let i = whole; i < bytes.length; i++) sum += (bytes[i] as number) * 2 ** (24 - 8 * (i - whole));
  while (sum >= 2 ** 32) sum = (sum % 2 ** 32) + Math.floor(sum / 2 ** 32);
  return sum;
}
