import { MAX_DAY } from "./days.js";
import { roundProduct } from "./round-product.js";
import { MICROSECONDS_PER_DAY, type TimeCoding } from "./time-units.js";

/** What stands for a value that is no moment: NaN, an infinity, or beyond {@link MAX_DAY}. */
export const NO_DAY = -(2 ** 31);

/** Numbers of a time variable: any typed array, or a plain one. */
export type TimeValues = ArrayLike<number> | BigInt64Array | BigUint64Array;

/** One bit per value, least significant first, 1 = valid (the bitmap of `schema/`). */
export interface Validity {
  readonly bits: Uint8Array;
}

/** Moments as parallel arrays: day numbers of the calendar (or {@link NO_DAY}) and microseconds of the day. */
export interface Instants {
  readonly days: Int32Array;
  readonly microseconds: Float64Array;
}

/** Within this distance of one half the rounding is decided in exact arithmetic. */
const NEAR_HALF = 1 / 64;
/** Beyond it (4500 years) 64 bits of mantissa leave less than that for the fraction. */
const FAR = 1_600_000;

/**
 * Values in a coding as moments, rounded to the microsecond, half to even, as cftime does (it multiplies in 80-bit extended
 * precision). Elements past `2^53` of 64-bit integers are taken exactly.
 */
export function toInstants(values: TimeValues, coding: TimeCoding): Instants {
  const out: Instants = { days: new Int32Array(values.length), microseconds: new Float64Array(values.length) };
  if (!isBig(values)) split(values, coding, out);
  else {
    const numbers = exactNumbers(values);
    if (numbers) split(numbers, coding, out);
    else splitBig(values, coding, out);
  }
  return out;
}

function isBig(values: TimeValues): values is BigInt64Array | BigUint64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array;
}

function split(values: ArrayLike<number>, coding: TimeCoding, out: Instants): void {
  const { numerator, denominator } = coding.unit;
  const { day: referenceDay, microsecond: referenceMicrosecond } = coding.reference;
  // Short units: whole days are `period` units. Long ones (weeks, equal months): one unit is `daysPerPeriod` days.
  const short = numerator < MICROSECONDS_PER_DAY;
  const period = short ? (MICROSECONDS_PER_DAY / numerator) * denominator : 1;
  const daysPerPeriod = short ? 1 : numerator / MICROSECONDS_PER_DAY;
  const { days, microseconds } = out;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let periods = Math.floor(value / period);
    let rest = value - periods * period;
    if (rest < 0) rest = value - --periods * period;
    else if (rest >= period) rest = value - ++periods * period;
    const whole = periods * daysPerPeriod;
    if (!(Math.abs(whole) <= MAX_DAY)) {
      days[i] = NO_DAY;
      continue;
    }
    const product = denominator === 1 ? rest * numerator : rest / denominator;
    let microsecond = Math.floor(product);
    const fraction = product - microsecond;
    if (fraction !== 0) {
      const exact = denominator === 1 && (Math.abs(fraction - 0.5) <= NEAR_HALF || Math.abs(whole) > FAR);
      if (exact) microsecond = Number(roundProduct(value, numerator) - BigInt(whole) * BigInt(MICROSECONDS_PER_DAY));
      else if (fraction > 0.5 || (fraction === 0.5 && microsecond % 2 === 1)) microsecond++;
    }
    microsecond += referenceMicrosecond;
    const carry = Math.floor(microsecond / MICROSECONDS_PER_DAY);
    days[i] = referenceDay + whole + carry;
    microseconds[i] = microsecond - carry * MICROSECONDS_PER_DAY;
  }
}

/** The same numbers as doubles, or null where one of them has none. Reads the words, because BigInt is slow. */
function exactNumbers(values: BigInt64Array | BigUint64Array): Float64Array | null {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const out = new Float64Array(values.length);
  const signed = values instanceof BigInt64Array;
  for (let i = 0; i < values.length; i++) {
    const high = signed ? (words[2 * i + 1] as number) : (words[2 * i + 1] as number) >>> 0;
    if (high >= 0x20_0000 || high < -0x20_0000) return null;
    out[i] = high * 4_294_967_296 + ((words[2 * i] as number) >>> 0);
  }
  return out;
}

function splitBig(values: BigInt64Array | BigUint64Array, coding: TimeCoding, out: Instants): void {
  const numerator = BigInt(coding.unit.numerator);
  const denominator = BigInt(coding.unit.denominator);
  const day = BigInt(MICROSECONDS_PER_DAY);
  const start = BigInt(coding.reference.day) * day + BigInt(coding.reference.microsecond);
  for (let i = 0; i < values.length; i++) {
    const product = (values[i] as bigint) * numerator;
    const total = start + (denominator === 1n ? product : divideHalfEven(product, denominator));
    const whole = floorDivide(total, day);
    const inRange = whole <= MAX_DAY && whole >= -MAX_DAY;
    out.days[i] = inRange ? Number(whole) : NO_DAY;
    if (inRange) out.microseconds[i] = Number(total - whole * day);
  }
}

function floorDivide(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b < 0n ? q - 1n : q;
}

function divideHalfEven(a: bigint, b: bigint): bigint {
  const q = floorDivide(a, b);
  const twice = 2n * (a - q * b);
  return twice > b || (twice === b && (q & 1n) === 1n) ? q + 1n : q;
}
