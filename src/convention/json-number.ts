/** Beyond, JavaScript writes exponents, which every parser takes for a double. */
const FIRST_WITH_EXPONENT = 1e21;

/**
 * A number as JSON can carry it: what it has no form for, and integers beyond ±2⁵³, as text. So are whole doubles of that size,
 * of which JavaScript writes digits that are not theirs.
 */
export function jsonNumber(value: number | bigint): number | string {
  if (typeof value === "bigint") {
    return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value.toString();
  }
  if (!Number.isFinite(value)) return String(value);
  const isLong = Math.abs(value) > Number.MAX_SAFE_INTEGER && Math.abs(value) < FIRST_WITH_EXPONENT;
  return isLong ? BigInt(value).toString() : value;
}
