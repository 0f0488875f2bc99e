import { levelsOf } from "./quadtree.js";
import { smoothCoefficients } from "./smooth-coefficients.js";

/**
 * The inverse H-transform (White, Postman, Lattanzi 1992), exact for whole numbers: in each pass, a quarter of the coefficients
 * becomes the next larger image. Rounding is that of the forward transform, whose sums lost their lowest bits to it.
 *
 * Whole numbers beyond 32 bits occur, so that bits are taken by division.
 *
 * @param a row-major, in place
 * @param smoothing how much a coefficient may be changed to smooth the steps between blocks; 0: not at all
 */
export function invertTransform(a: Float64Array, height: number, width: number, smoothing: number): void {
  const levels = levelsOf(Math.max(height, width));
  const spare = new Float64Array((Math.max(height, width) + 1) >> 1);
  let unit = 2 ** (levels - 1);
  a[0] = roundTo(a[0] as number, 4 * unit);
  for (let level = levels - 1; level >= 0; level--, unit /= 2) {
    const rows = Math.ceil(height / 2 ** level);
    const columns = Math.ceil(width / 2 ** level);
    for (let row = 0; row < rows; row++) interleave(a, row * width, columns, 1, spare);
    for (let column = 0; column < columns; column++) interleave(a, column, rows, width, spare);
    if (smoothing > 0) smoothCoefficients(a, rows, columns, width, smoothing);
    expandBlocks(a, rows, columns, width, unit, level === 0 ? 4 : 2);
  }
}

/** To a multiple of `step`, halves away from zero. */
function roundTo(value: number, step: number): number {
  if (step <= 1) return value;
  return Math.floor((value + (value >= 0 ? step / 2 : step / 2 - 1)) / step) * step;
}

/** The first half to the even places, the second to the odd ones. */
function interleave(a: Float64Array, start: number, length: number, step: number, spare: Float64Array): void {
  const half = (length + 1) >> 1;
  for (let i = half; i < length; i++) spare[i - half] = a[start + i * step] as number;
  for (let i = half - 1; i > 0; i--) a[start + 2 * i * step] = a[start + i * step] as number;
  for (let i = 1; i < length; i += 2) a[start + i * step] = spare[i >> 1] as number;
}

function isOdd(value: number, unit: number): boolean {
  return Math.floor(value / unit) % 2 !== 0;
}

/** Mean and three differences become four values; at odd edges two, or one. */
function expandBlocks(a: Float64Array, rows: number, columns: number, width: number, unit: number, divisor: number): void {
  for (let row = 0; row < rows; row += 2) {
    const hasBelow = row + 1 < rows;
    for (let column = 0; column < columns; column += 2) {
      const at = row * width + column;
      const below = at + width;
      const h0 = a[at] as number;
      const hasRight = column + 1 < columns;
      if (hasBelow && hasRight) expandBlock(a, at, below, unit, divisor);
      else if (hasBelow) expandPair(a, at, below, h0, unit, divisor);
      else if (hasRight) expandPair(a, at, at + 1, h0, unit, divisor);
      else a[at] = Math.floor(h0 / divisor);
    }
  }
}

function expandBlock(a: Float64Array, at: number, below: number, unit: number, divisor: number): void {
  let h0 = a[at] as number;
  let hx = roundTo(a[below] as number, 2 * unit);
  let hy = roundTo(a[at + 1] as number, 2 * unit);
  const hc = roundTo(a[below + 1] as number, unit);
  const low = isOdd(hc, unit) ? unit : 0;
  // They were rounded away from zero.
  hx += hx >= 0 ? -low : low;
  hy += hy >= 0 ? -low : low;
  const odds = Number(isOdd(hc, 2 * unit)) + Number(isOdd(hx, 2 * unit)) + Number(isOdd(hy, 2 * unit));
  const high = odds % 2 === 1 ? 2 * unit : 0;
  if (h0 >= 0) h0 += low - high;
  else h0 += low === 0 ? high : low - high;
  a[below + 1] = Math.floor((h0 + hx + hy + hc) / divisor);
  a[below] = Math.floor((h0 + hx - hy - hc) / divisor);
  a[at + 1] = Math.floor((h0 - hx + hy - hc) / divisor);
  a[at] = Math.floor((h0 - hx - hy + hc) / divisor);
}

function expandPair(a: Float64Array, at: number, other: number, mean: number, unit: number, divisor: number): void {
  const difference = roundTo(a[other] as number, 2 * unit);
  const high = isOdd(difference, 2 * unit) ? 2 * unit : 0;
  const h0 = mean + (mean >= 0 ? -high : high);
  a[other] = Math.floor((h0 + difference) / divisor);
  a[at] = Math.floor((h0 - difference) / divisor);
}
