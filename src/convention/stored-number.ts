import { isInteger, type NumericName } from "../schema/dtype.js";

const BITS: Partial<Record<NumericName, number>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
  int64: 64,
  uint64: 64,
};

/**
 * A number of any type as an element of `stored`: rounded to float32 there, bigint for 64 bits. With `reinterpret`, one of the
 * other signedness is taken by its bits (-1 in uint8 is 255). Undefined where the type does not have it.
 */
export function toStored(value: number | bigint, stored: NumericName, reinterpret: boolean): number | bigint | undefined {
  if (!isInteger(stored)) {
    const number = Number(value);
    const rounded = stored === "float64" ? number : Math.fround(number);
    return Number.isFinite(rounded) || !Number.isFinite(number) ? rounded : undefined;
  }
  if (typeof value === "number" && !Number.isInteger(value)) return undefined;
  const bits = BigInt(BITS[stored] as number);
  let exact = BigInt(value);
  const signed = stored.startsWith("int");
  const [low, high] = signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
  if ((exact < low || exact > high) && reinterpret) {
    const wrapped = signed ? BigInt.asIntN(Number(bits), exact) : BigInt.asUintN(Number(bits), exact);
    // Only what fits as many bits of the other signedness.
    if (exact >= -(1n << (bits - 1n)) && exact < 1n << bits) exact = wrapped;
  }
  if (exact < low || exact > high) return undefined;
  return bits === 64n ? exact : Number(exact);
}

/** What netCDF writes where nothing was written (netcdf.h, NC_FILL_*). One-byte types count as full: every code is data. */
const DEFAULT_FILLS: Partial<Record<NumericName, number | bigint>> = {
  int16: -32767,
  uint16: 65535,
  int32: -2147483647,
  uint32: 4294967295,
  int64: -9223372036854775806n,
  uint64: 18446744073709551614n,
  float32: 9.969209968386869e36,
  float64: 9.969209968386869e36,
};

export function defaultFillOf(stored: NumericName): number | bigint | undefined {
  return DEFAULT_FILLS[stored];
}
