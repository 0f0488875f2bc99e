/** A number as JSON can carry it: what it has no form for, and integers beyond ±2⁵³, as text. */
export function jsonNumber(value: number | bigint): number | string {
  if (typeof value === "bigint") {
    return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value.toString();
  }
  return Number.isFinite(value) ? value : String(value);
}
