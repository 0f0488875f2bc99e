/** Seven digits tell a person enough, and of large numbers (Julian dates) as many as show their fraction; `--json` has all of them. */
export function numberText(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(Math.abs(value) >= 1e5 ? 13 : 7)));
}
