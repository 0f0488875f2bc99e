/**
 * Changes the differences inside blocks towards what the means of the neighbouring blocks suggest, by no more than what
 * rounding took away, and never so that a slope turns round (White 1992). Blocks on the edge stay as they are.
 *
 * @param a interleaved coefficients: mean, y difference / x difference, mixed difference
 * @param most largest change
 */
export function smoothCoefficients(a: Float64Array, rows: number, columns: number, width: number, most: number): void {
  const next = 2 * width;
  for (let row = 2; row < rows - 2; row += 2)
    for (let column = 0; column < columns; column += 2) {
      const at = row * width + column;
      if (row + 1 < rows) adjustSlope(a, at, next, at + width, most);
    }
  for (let row = 0; row < rows; row += 2)
    for (let column = 2; column < columns - 2; column += 2) {
      const at = row * width + column;
      adjustSlope(a, at, 2, at + 1, most);
    }
  for (let row = 2; row < rows - 2; row += 2)
    for (let column = 2; column < columns - 2; column += 2) adjustTwist(a, row * width + column, width, most);
}

/** @param step from a mean to that of the next block */
function adjustSlope(a: Float64Array, at: number, step: number, slope: number, most: number): void {
  const before = a[at - step] as number;
  const here = a[at] as number;
  const after = a[at + step] as number;
  const high = 4 * Math.max(Math.min(after - here, here - before), 0);
  const low = 4 * Math.min(Math.max(after - here, here - before), 0);
  if (low < high) change(a, slope, clamp(after - before, low, high), 8, most);
}

function adjustTwist(a: Float64Array, at: number, width: number, most: number): void {
  const next = 2 * width;
  const here = a[at] as number;
  const [mm, pm] = [a[at - next - 2] as number, a[at + next - 2] as number];
  const [mp, pp] = [a[at - next + 2] as number, a[at + next + 2] as number];
  const x = 2 * (a[at + width] as number);
  const y = 2 * (a[at + 1] as number);
  const high =
    16 *
    Math.min(
      Math.max(pp - here, 0) - x - y,
      Math.max(here - pm, 0) + x - y,
      Math.max(here - mp, 0) - x + y,
      Math.max(mm - here, 0) + x + y,
    );
  const low =
    16 *
    Math.max(
      Math.min(pp - here, 0) - x - y,
      Math.min(here - pm, 0) + x - y,
      Math.min(here - mp, 0) - x + y,
      Math.min(mm - here, 0) + x + y,
    );
  if (low < high) change(a, at + width + 1, clamp(pp + mm - mp - pm, low, high), 64, most);
}

/** Moves a coefficient towards `wanted / unit`. */
function change(a: Float64Array, at: number, wanted: number, unit: number, most: number): void {
  const own = a[at] as number;
  a[at] = own + clamp(Math.trunc((wanted - own * unit) / unit), -most, most);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(Math.min(value, high), low);
}
