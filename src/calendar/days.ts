import { GraticuleError } from "../errors.js";
import { type CalendarName, hasYearZero } from "./calendar.js";

/** A day of a calendar. `year` is as written: in calendars without a year 0, -1 precedes 1. */
export interface CalendarDate {
  readonly year: number;
  /** 1 … 12. */
  readonly month: number;
  /** 1 … 31. */
  readonly day: number;
}

/** Day numbers stay exact, and years 32-bit, within this distance of the epoch: about ±2 million years. */
export const MAX_DAY = 2 ** 29;

/** 1582-10-15 Gregorian, the day after 1582-10-04 Julian, as days since 1970-01-01. */
export const GREGORIAN_REFORM_DAY = -141_427;

const COMMON = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const;
const LEAP = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366] as const;

/**
 * The number of a day. Real calendars count from 1970-01-01 of the Gregorian calendar on one common line; the others from
 * the first day of their own year 0. Defined for dates that exist; see {@link isDate}.
 */
export function dayNumber(calendar: CalendarName, year: number, month: number, day: number): number {
  const y = hasYearZero(calendar) || year > 0 ? year : year + 1;
  switch (calendar) {
    case "360_day":
      return y * 360 + (month - 1) * 30 + day - 1;
    case "noleap":
      return y * 365 + (COMMON[month - 1] as number) + day - 1;
    case "all_leap":
      return y * 366 + (LEAP[month - 1] as number) + day - 1;
    case "proleptic_gregorian":
      return gregorianDay(y, month, day);
    case "julian":
      return julianDay(y, month, day);
    case "standard":
      return isAfterReform(y, month, day) ? gregorianDay(y, month, day) : julianDay(y, month, day);
  }
}

/** The date of a day number, into `out` as year, month, day (no object in loops). */
export function writeDate(calendar: CalendarName, number: number, out: Int32Array): void {
  switch (calendar) {
    case "360_day": {
      const year = Math.floor(number / 360);
      const rest = number - year * 360;
      const month = Math.floor(rest / 30);
      set(out, year, month + 1, rest - month * 30 + 1);
      return;
    }
    case "noleap":
    case "all_leap": {
      const length = calendar === "noleap" ? 365 : 366;
      const starts = calendar === "noleap" ? COMMON : LEAP;
      const year = Math.floor(number / length);
      const rest = number - year * length;
      // No month is longer than 31 days, so rest / 31 is at most one month too low.
      let month = Math.floor(rest / 31);
      if (rest >= (starts[month + 1] as number)) month++;
      set(out, year, month + 1, rest - (starts[month] as number) + 1);
      return;
    }
    case "proleptic_gregorian":
      writeGregorian(number, out);
      return;
    case "julian":
      writeJulian(number, out);
      return;
    case "standard":
      if (number >= GREGORIAN_REFORM_DAY) writeGregorian(number, out);
      else writeJulian(number, out);
  }
}

export function dateOf(calendar: CalendarName, number: number): CalendarDate {
  const out = new Int32Array(3);
  writeDate(calendar, number, out);
  return { year: out[0] as number, month: out[1] as number, day: out[2] as number };
}

export function daysInMonth(calendar: CalendarName, year: number, month: number): number {
  if (calendar === "360_day") return 30;
  const starts = isLeapYear(calendar, year) ? LEAP : COMMON;
  return (starts[month] as number) - (starts[month - 1] as number);
}

export function isLeapYear(calendar: CalendarName, year: number): boolean {
  if (calendar === "noleap" || calendar === "360_day") return false;
  if (calendar === "all_leap") return true;
  const y = hasYearZero(calendar) || year > 0 ? year : year + 1;
  const julian = calendar === "julian" || (calendar === "standard" && y < 1583);
  return modulo(y, 4) === 0 && (julian || modulo(y, 100) !== 0 || modulo(y, 400) === 0);
}

/** Whether the calendar has this day; 1582-10-05 … 14 are missing from `standard`, year 0 from `standard` and `julian`. */
export function isDate(calendar: CalendarName, year: number, month: number, day: number): boolean {
  if (year === 0 && !hasYearZero(calendar)) return false;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(calendar, year, month))) return false;
  return !(calendar === "standard" && year === 1582 && month === 10 && day > 4 && day < 15);
}

/** @throws `malformed` for a date that the calendar does not have */
export function requireDate(calendar: CalendarName, year: number, month: number, day: number): void {
  if (isDate(calendar, year, month, day)) return;
  const said = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  throw new GraticuleError("malformed", `the calendar ${calendar} has no ${year === 0 ? "year 0" : "day"} (${said})`);
}

function isAfterReform(y: number, month: number, day: number): boolean {
  return y > 1582 || (y === 1582 && (month > 10 || (month === 10 && day >= 15)));
}

/** Days from a March-based year, as every four-year rule falls at its end. */
function dayOfMarchYear(month: number, day: number): number {
  return Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
}

function gregorianDay(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfMarchYear(month, day) - 719_468;
}

function julianDay(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  return y * 365 + Math.floor(y / 4) + dayOfMarchYear(month, day) - 719_470;
}

function writeGregorian(number: number, out: Int32Array): void {
  const z = number + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  writeMarchDate(yearOfEra + era * 400, dayOfYear, out);
}

/** Writes the year as its calendar counts: without a year 0. */
function writeJulian(number: number, out: Int32Array): void {
  const z = number + 719_470;
  const cycle = Math.floor(z / 1461);
  const dayOfCycle = z - cycle * 1461;
  const yearOfCycle = Math.min(3, Math.floor(dayOfCycle / 365));
  writeMarchDate(cycle * 4 + yearOfCycle, dayOfCycle - yearOfCycle * 365, out);
  if ((out[0] as number) <= 0) out[0] = (out[0] as number) - 1;
}

function writeMarchDate(year: number, dayOfYear: number, out: Int32Array): void {
  const m = Math.floor((5 * dayOfYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  set(out, month <= 2 ? year + 1 : year, month, dayOfYear - Math.floor((153 * m + 2) / 5) + 1);
}

function set(out: Int32Array, year: number, month: number, day: number): void {
  out[0] = year;
  out[1] = month;
  out[2] = day;
}

function modulo(a: number, n: number): number {
  return a - n * Math.floor(a / n);
}
