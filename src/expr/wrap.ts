/**
 * Whether a number lies between two others on a circle, edges included. Both frames are looked at, the number's own and the
 * bounds', because shifting by a period rounds: 350.7 - 360 is not -9.3.
 * @param isFloat32 the numbers are float32, and an edge is the float32 that it rounds to
 */
export function isWithinWrap(
  { low, high, period }: { readonly low: number; readonly high: number; readonly period: number },
  isFloat32: boolean,
): (value: number) => boolean {
  const top = high < low ? high + period * Math.ceil((low - high) / period) : high;
  const edge = isFloat32 ? Math.fround : (value: number) => value;
  if (top - low >= period) return (value) => Number.isFinite(value);
  return (value) => {
    const turns = Math.floor((value - low) / period);
    for (let turn = turns - 1; turn <= turns + 1; turn++) {
      const shift = turn * period;
      const shifted = value - shift;
      if ((value >= edge(low + shift) || shifted >= edge(low)) && (value <= edge(top + shift) || shifted <= edge(top))) return true;
    }
    return false;
  };
}
