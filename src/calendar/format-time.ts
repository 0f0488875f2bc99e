import { GraticuleError } from "../errors.js";
import { dateOf } from "./days.js";
import { NO_DAY, toInstants } from "./instants.js";
import { MICROSECONDS_PER_DAY, type TimeCoding } from "./time-units.js";
import { MAX_TIMESTAMP_DAY } from "./timestamps.js";

/**
 * ISO 8601 in the coding's own calendar: `2000-01-01T00:00:00`, with a fraction of up to six digits where there is one.
 * @throws `malformed` for a value that is no moment (NaN, infinite, beyond 64 bits of microseconds)
 */
export function formatTime(value: number | bigint, coding: TimeCoding): string {
  const { days, microseconds } = toInstants(typeof value === "bigint" ? BigInt64Array.of(value) : [value], coding);
  const day = days[0] as number;
  if (day === NO_DAY || Math.abs(day - coding.reference.day) > MAX_TIMESTAMP_DAY)
    throw new GraticuleError("malformed", `${value} in "${coding.units}" (${coding.calendar}) is no date`);
  return formatInstant(day, microseconds[0] as number, coding.calendar);
}

/** @param day day number of the calendar @param microsecond of the day */
export function formatInstant(day: number, microsecond: number, calendar: TimeCoding["calendar"]): string {
  const date = dateOf(calendar, day);
  const seconds = Math.floor(microsecond / 1_000_000);
  const fraction = microsecond - seconds * 1_000_000;
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(pad).join(":");
  const text = `${formatYear(date.year)}-${pad(date.month)}-${pad(date.day)}T${clock}`;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
}

/** First and last date of a series, or why there is none: what `inspect` prints. */
export function formatTimes(
  first: number | bigint,
  last: number | bigint,
  coding: TimeCoding,
): { readonly first: string; readonly last: string } | { readonly error: string } {
  try {
    return { first: formatTime(first, coding), last: formatTime(last, coding) };
  } catch (error) {
    if (error instanceof Error) return { error: error.message };
    throw error;
  }
}

/** Microseconds of the Gregorian line as ISO 8601. */
export function formatTimestamp(microseconds: bigint): string {
  const perDay = BigInt(MICROSECONDS_PER_DAY);
  const rest = ((microseconds % perDay) + perDay) % perDay;
  return formatInstant(Number((microseconds - rest) / perDay), Number(rest), "proleptic_gregorian");
}

function formatYear(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}
