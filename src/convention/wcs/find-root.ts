const STEPS = 100;

/**
 * Where a continuous function that rises or falls throughout takes the value `target` between `low` and `high`: Newton's steps,
 * or half the interval where they leave it, to the last bits. NaN where both ends lie on one side by more than rounding.
 */
export function findRoot(
  f: (at: number) => number,
  slope: (at: number) => number,
  target: number,
  low: number,
  high: number,
  start = (low + high) / 2,
): number {
  const first = f(low) - target;
  const last = f(high) - target;
  if (Math.abs(first) < 1e-14) return low;
  if (Math.abs(last) < 1e-14) return high;
  if (!(first < 0 !== last < 0)) return Number.NaN;
  const rising = first < 0;
  let a = low;
  let b = high;
  let at = start;
  for (let step = 0; step < STEPS; step++) {
    const value = f(at) - target;
    if (value < 0 === rising) a = at;
    else b = at;
    let next = at - value / slope(at);
    if (!(next >= a && next <= b)) next = (a + b) / 2;
    if (Math.abs(next - at) <= 1.2e-16 * Math.abs(next) || value === 0) return next;
    at = next;
  }
  return at;
}
