/** Bits along each side of the curve: its index, of twice as many, is exact in a number. */
const BITS = 24;
const SIDE = 2 ** BITS;

/**
 * The distance along a Hilbert curve of a square of `2 ** bits` cells a side at which a cell lies; the curve begins at (0, 0) and
 * ends at (side - 1, 0). Source: Warren, Hacker's Delight, chapter 16.
 * @param x from 0 below the side, whole
 */
export function hilbertIndex(x: number, y: number, bits = BITS): number {
  const last = 2 ** bits - 1;
  let index = 0;
  for (let step = 2 ** (bits - 1); step >= 1; step /= 2) {
    const right = (x & step) > 0 ? 1 : 0;
    const up = (y & step) > 0 ? 1 : 0;
    index += step * step * ((3 * right) ^ up);
    if (up === 0) {
      if (right === 1) {
        x = last - x;
        y = last - y;
      }
      [x, y] = [y, x];
    }
  }
  return index;
}

/** Where a longitude in degrees lies on the side of the curve's square, whatever its range. */
export function longitudeCell(degrees: number): number {
  const turned = (((degrees + 180) % 360) + 360) % 360;
  return Math.min(SIDE - 1, Math.floor((turned / 360) * SIDE));
}

export function latitudeCell(degrees: number): number {
  return cellBetween(degrees, -90, 90);
}

/** Where a value lies between the least and the greatest. */
export function cellBetween(value: number, least: number, greatest: number): number {
  const share = greatest > least ? (value - least) / (greatest - least) : 0;
  return Math.max(0, Math.min(SIDE - 1, Math.floor(share * SIDE)));
}
