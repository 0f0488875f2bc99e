import { FitsError } from "../error.js";
import type { BitReader } from "./bit-reader.js";

/**
 * Adds the bit planes of one quadrant of coefficients (FITS 4.0, section 10.4.4; White 1992): each plane is either written out,
 * or a quadtree of the places where bits are set.
 *
 * @param target row-major, `stride` wide; the quadrant begins at `origin`
 * @throws `malformed`
 */
export function readQuadrant(
  bits: BitReader,
  target: Float64Array,
  origin: number,
  stride: number,
  height: number,
  width: number,
  planes: number,
): void {
  const halfHeight = (height + 1) >> 1;
  const halfWidth = (width + 1) >> 1;
  const codes = new Uint8Array(Math.max(1, halfHeight * halfWidth));
  const levels = levelsOf(Math.max(height, width));
  for (let plane = planes - 1; plane >= 0; plane--) {
    const form = bits.bits(4);
    if (form === 0) for (let i = 0; i < halfHeight * halfWidth; i++) codes[i] = bits.bits(4);
    else if (form === 15) readTree(bits, codes, levels, height, width);
    else throw new FitsError("malformed", `a bit plane of HCOMPRESS_1 begins with ${form}; 0 and 15 exist`);
    insertPlane(codes, target, origin, stride, height, width, 2 ** plane);
  }
}

/** The least power of two, as exponent, that is not less. */
export function levelsOf(length: number): number {
  let levels = 0;
  while (2 ** levels < length) levels++;
  return levels;
}

/** Expands from one code to one for every 2 × 2 pixels; codes of zero have nothing below them. */
function readTree(bits: BitReader, codes: Uint8Array, levels: number, height: number, width: number): void {
  codes[0] = readCode(bits);
  for (let level = levels - 1; level > 0; level--) {
    const rows = Math.ceil(height / 2 ** level);
    const columns = Math.ceil(width / 2 ** level);
    expand(codes, rows, columns);
    for (let i = rows * columns - 1; i >= 0; i--) if (codes[i] !== 0) codes[i] = readCode(bits);
  }
}

/** Each code of 4 bits becomes 2 × 2 codes of one bit, in place: from the end, so that nothing is overwritten unread. */
function expand(codes: Uint8Array, rows: number, columns: number): void {
  const halfColumns = (columns + 1) >> 1;
  for (let row = ((rows + 1) >> 1) - 1; row >= 0; row--)
    for (let column = halfColumns - 1; column >= 0; column--) {
      const code = codes[row * halfColumns + column] as number;
      const at = 2 * row * columns + 2 * column;
      const hasRight = 2 * column + 1 < columns;
      if (2 * row + 1 < rows) {
        if (hasRight) codes[at + columns + 1] = code & 1;
        codes[at + columns] = (code >> 1) & 1;
      }
      if (hasRight) codes[at + 1] = (code >> 2) & 1;
      codes[at] = (code >> 3) & 1;
    }
}

function insertPlane(
  codes: Uint8Array,
  target: Float64Array,
  origin: number,
  stride: number,
  height: number,
  width: number,
  weight: number,
): void {
  let k = 0;
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      const code = codes[k++] as number;
      if (code === 0) continue;
      const at = origin + row * stride + column;
      const hasRight = column + 1 < width;
      if (code & 8) target[at] = (target[at] as number) + weight;
      if (code & 4 && hasRight) target[at + 1] = (target[at + 1] as number) + weight;
      if (row + 1 >= height) continue;
      const below = at + stride;
      if (code & 2) target[below] = (target[below] as number) + weight;
      if (code & 1 && hasRight) target[below + 1] = (target[below + 1] as number) + weight;
    }
  }
}

/** Codes of three to six bits for sixteen values; single bits are the likeliest. */
function readCode(bits: BitReader): number {
  const three = bits.bits(3);
  if (three < 4) return 1 << three;
  const four = (three << 1) | bits.bits(1);
  if (four < 13) return FOUR_BITS[four - 8] as number;
  const five = (four << 1) | bits.bits(1);
  if (five < 31) return FIVE_BITS[five - 26] as number;
  return bits.bits(1) === 0 ? 0 : 14;
}

const FOUR_BITS = [3, 5, 10, 12, 15];
const FIVE_BITS = [6, 7, 9, 11, 13];
