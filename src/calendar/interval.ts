import { GraticuleError } from "../errors.js";
import { type CalendarName, isRealCalendar } from "./calendar.js";
import { dayNumber, daysInMonth, isDate } from "./days.js";
import { NO_DAY, type TimeValues, toInstants } from "./instants.js";
import { MICROSECONDS_PER_DAY, type TimeCoding } from "./time-units.js";

/** A moment of a calendar. */
export interface Moment {
  readonly day: number;
  readonly microsecond: number;
}

/** Half-open: from `start` on, up to and without `stop`. An open side is absent. */
export interface Interval {
  readonly start?: Moment;
  readonly stop?: Moment;
}

const FORM =
  /^([+-]?\d{4,9})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/i;

/**
 * `START/END` in ISO 8601 with reduced precision, read in the data's own calendar; either side may be open (`..` or empty).
 * Both ends are inclusive as written: the end of `2000-02` is the end of February, in `360_day` after its 30th. Without a
 * slash the text is both ends: all of that month or day. Days may be in the basic form, `20000131`.
 * @throws `usage` for what is no such interval, a day that the calendar does not have, or an end before the start
 */
export function parseInterval(text: string, calendar: CalendarName): Interval {
  const sides = text.trim().split("/");
  if (sides.length > 2) throw unreadable(text);
  const [from, to] = [(sides[0] as string).trim(), (sides[1] ?? (sides[0] as string)).trim()];
  const start = isOpen(from) ? undefined : spanOf(from, calendar).start;
  const stop = isOpen(to) ? undefined : spanOf(to, calendar).stop;
  if (start === undefined && stop === undefined && sides.length === 1) throw unreadable(text);
  if (start && stop && compareMoments(start, stop) >= 0)
    throw new GraticuleError("usage", `the interval ${text} ends before it begins`, { hint: "write START/END" });
  return { ...(start && { start }), ...(stop && { stop }) };
}

export function compareMoments(a: Moment, b: Moment): number {
  return a.day - b.day || a.microsecond - b.microsecond;
}

/** Whether a moment lies in the interval. */
export function intervalHas(interval: Interval, day: number, microsecond: number): boolean {
  const at = { day, microsecond };
  if (interval.start && compareMoments(at, interval.start) < 0) return false;
  return interval.stop === undefined || compareMoments(at, interval.stop) < 0;
}

/** Which values are moments in the interval: one byte each, 1 inside. Decided to the microsecond; what is no moment is outside. */
export function selectInInterval(values: TimeValues, coding: TimeCoding, interval: Interval): Uint8Array {
  const { days, microseconds } = toInstants(values, coding);
  const inside = new Uint8Array(days.length);
  for (let i = 0; i < inside.length; i++) {
    const day = days[i] as number;
    if (day !== NO_DAY && intervalHas(interval, day, microseconds[i] as number)) inside[i] = 1;
  }
  return inside;
}

/** The interval as microseconds of the Gregorian line, for timestamps. @throws `usage` in a calendar without timestamps */
export function toTimestampRange(interval: Interval, calendar: CalendarName): { readonly start?: bigint; readonly stop?: bigint } {
  if (!isRealCalendar(calendar)) throw new GraticuleError("usage", `the calendar ${calendar} has no timestamps`);
  const micros = (m: Moment) => BigInt(m.day) * BigInt(MICROSECONDS_PER_DAY) + BigInt(m.microsecond);
  return { ...(interval.start && { start: micros(interval.start) }), ...(interval.stop && { stop: micros(interval.stop) }) };
}

function isOpen(side: string): boolean {
  return side === "" || side === "..";
}

/** ISO 8601's basic form of a day, with or without a time: `20000131T12`. */
const BASIC = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(?:(\d{2})(?:(\d{2}(?:[.,]\d+)?))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** The same date in the extended form. @throws `usage` for six digits: ISO 8601 has no basic form of months */
function extended(text: string): string {
  if (/^\d{6}$/.test(text))
    throw new GraticuleError("usage", `"${text}" may be a month or the year ${text}`, {
      hint: `write ${text.slice(0, 4)}-${text.slice(4)}, or +${text}`,
    });
  const [, year, month, day, hour, minute, second, zone = ""] = BASIC.exec(text) ?? [];
  if (year === undefined) return text;
  const clock = [hour, minute, second].filter((part) => part !== undefined).join(":");
  return `${year}-${month}-${day}${clock === "" ? "" : `T${clock}${zone}`}`;
}

/** All that a date of reduced precision means, half-open. */
function spanOf(text: string, calendar: CalendarName): { readonly start: Moment; readonly stop: Moment } {
  const match = FORM.exec(extended(text));
  if (!match) throw unreadable(text);
  const [, y, mo, d, h, mi, s, fraction, zone] = match;
  const [year, month, day] = [Number(y), Number(mo ?? 1), Number(d ?? 1)];
  const exists =
    (y as string).length <= 7 && (d === undefined ? isDate(calendar, year, month, 1) : isDate(calendar, year, month, day));
  if (!exists || Number(h ?? 0) > 23 || Number(mi ?? 0) > 59 || Number(s ?? 0) > 59)
    throw new GraticuleError("usage", `${text} does not exist in the calendar ${calendar}`);
  const first = dayNumber(calendar, year, month, day);
  if (h === undefined)
    return { start: { day: first, microsecond: 0 }, stop: { day: nextDay(calendar, year, mo, d, first), microsecond: 0 } };
  const offset = zoneMinutes(zone) * 60_000_000;
  const part = Number((fraction ?? "").slice(0, 6).padEnd(6, "0"));
  const at = ((Number(h) * 60 + Number(mi ?? 0)) * 60 + Number(s ?? 0)) * 1_000_000 + part - offset;
  const length = mi === undefined ? 3_600_000_000 : s === undefined ? 60_000_000 : 10 ** (6 - Math.min(6, fraction?.length ?? 0));
  return { start: moment(first, at), stop: moment(first, at + length) };
}

function nextDay(calendar: CalendarName, year: number, month: string | undefined, day: string | undefined, first: number): number {
  if (day !== undefined) return first + 1;
  const last = month === undefined ? 12 : Number(month);
  return dayNumber(calendar, year, last, daysInMonth(calendar, year, last)) + 1;
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || /^z$/i.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(":", "") || 0)];
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function moment(day: number, microsecond: number): Moment {
  const carry = Math.floor(microsecond / MICROSECONDS_PER_DAY);
  return { day: day + carry, microsecond: microsecond - carry * MICROSECONDS_PER_DAY };
}

function unreadable(text: string): GraticuleError {
  return new GraticuleError("usage", `"${text}" is no interval of ISO 8601 dates`, {
    hint: "START/END, for instance 2000-01/2000-12-31T12 or 1990/..",
  });
}
