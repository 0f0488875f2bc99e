import { GraticuleError } from "../errors.js";
import { isRealCalendar } from "./calendar.js";
import { GREGORIAN_REFORM_DAY, writeDate } from "./days.js";
import { type Instants, NO_DAY, type TimeValues, toInstants, type Validity } from "./instants.js";
import { MICROSECONDS_PER_DAY, type TimeCoding } from "./time-units.js";

/** Days within which a timestamp fits 64 bits, with room for the microseconds. */
export const MAX_TIMESTAMP_DAY = 106_751_990;

/**
 * Microseconds since 1970-01-01T00:00 UTC of the Gregorian line. Elements that `validity` clears, and NaN, give 0.
 * @throws `unsupported` for a calendar that is not on the line of real days; `malformed` for a valid value that is no moment of 64 bits
 */
export function toMicroseconds(values: TimeValues, coding: TimeCoding, validity?: Validity): BigInt64Array {
  if (!isRealCalendar(coding.calendar))
    throw new GraticuleError(
      "unsupported",
      `the calendar ${coding.calendar} has no timestamps: its days are not those of the sun`,
      {
        hint: "use the number with year, month and day",
      },
    );
  const { days, microseconds } = toInstants(values, coding);
  const out = new BigInt64Array(values.length);
  const words = new Uint32Array(out.buffer);
  for (let i = 0; i < values.length; i++) {
    const day = days[i] as number;
    if (Math.abs(day) > MAX_TIMESTAMP_DAY) {
      if (isMoment(values, i, validity)) throw outOfRange(values[i] as number | bigint, coding);
      continue;
    }
    if (Math.abs(day) > 16_000_000) {
      out[i] = BigInt(day) * BigInt(MICROSECONDS_PER_DAY) + BigInt(microseconds[i] as number);
      continue;
    }
    // 86 400 000 000 = 20 * 2^32 + 500 654 080, so that both words come from exact doubles.
    const low = day * 500_654_080 + (microseconds[i] as number);
    const carry = Math.floor(low / 4_294_967_296);
    words[2 * i] = low - carry * 4_294_967_296;
    words[2 * i + 1] = day * 20 + carry;
  }
  return out;
}

/** Columns for a calendar without timestamps. Elements that are no moment give 0 in all three. */
export interface DateColumns {
  readonly year: Int32Array;
  readonly month: Int8Array;
  readonly day: Int8Array;
}

export function toDateColumns(values: TimeValues, coding: TimeCoding): DateColumns {
  const { days } = toInstants(values, coding);
  const out = { year: new Int32Array(days.length), month: new Int8Array(days.length), day: new Int8Array(days.length) };
  const date = new Int32Array(3);
  let last = NO_DAY;
  for (let i = 0; i < days.length; i++) {
    const number = days[i] as number;
    if (number === NO_DAY) continue;
    if (number !== last) writeDate(coding.calendar, number, date);
    last = number;
    out.year[i] = date[0] as number;
    out.month[i] = date[1] as number;
    out.day[i] = date[2] as number;
  }
  return out;
}

/** How a time variable stands in a table. */
export type TimeColumnKind =
  | "timestamp" // microseconds since 1970
  | "number" // as stored, with year, month and day
  | "number-without-date"; // as stored: a value is no date

/**
 * `timestamp` in `proleptic_gregorian`, and in `standard` where all is from 1582-10-15 on (before, the same day has another
 * name in the proleptic calendar). @param values all the decoded values that one column will hold
 */
export function timeColumnKind(coding: TimeCoding, values: TimeValues, validity?: Validity): TimeColumnKind {
  const { days } = toInstants(values, coding);
  let kind: TimeColumnKind = coding.calendar === "proleptic_gregorian" || coding.calendar === "standard" ? "timestamp" : "number";
  for (let i = 0; i < days.length; i++) {
    const day = days[i] as number;
    if (kind !== "timestamp" && day !== NO_DAY) continue;
    if (day === NO_DAY) {
      if (isMoment(values, i, validity)) return "number-without-date";
    } else if (day < GREGORIAN_REFORM_DAY && coding.calendar === "standard") {
      if (isMoment(values, i, validity)) kind = "number";
    } else if (Math.abs(day) > MAX_TIMESTAMP_DAY && isMoment(values, i, validity)) kind = "number";
  }
  return kind;
}

/**
 * Numbers of one coding in the units of another of the same calendar, exact to the microsecond; NaN where there is no moment.
 * @throws `usage` where the calendars differ
 */
export function rebase(values: TimeValues, from: TimeCoding, to: TimeCoding): Float64Array {
  if (from.calendar !== to.calendar)
    throw new GraticuleError("usage", `times in the calendars ${from.calendar} and ${to.calendar} have no common number line`);
  const instants = toInstants(values, from);
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = numberOf(instants, i, to);
  return out;
}

function numberOf(instants: Instants, i: number, to: TimeCoding): number {
  const day = instants.days[i] as number;
  return day === NO_DAY ? Number.NaN : toNumber(day, instants.microseconds[i] as number, to);
}

/** The number that stands for a moment in a coding. */
export function toNumber(day: number, microsecond: number, coding: TimeCoding): number {
  const { numerator, denominator } = coding.unit;
  const days = day - coding.reference.day;
  const rest = microsecond - coding.reference.microsecond;
  if (numerator >= MICROSECONDS_PER_DAY) return (days + rest / MICROSECONDS_PER_DAY) / (numerator / MICROSECONDS_PER_DAY);
  return days * (MICROSECONDS_PER_DAY / numerator) * denominator + (rest / numerator) * denominator;
}

function isMoment(values: TimeValues, i: number, validity: Validity | undefined): boolean {
  return !Number.isNaN(Number(values[i])) && (validity === undefined || (((validity.bits[i >> 3] as number) >> (i & 7)) & 1) === 1);
}

function outOfRange(value: number | bigint, coding: TimeCoding): GraticuleError {
  return new GraticuleError("malformed", `${value} in "${coding.units}" is no moment that 64 bits of microseconds hold`);
}
