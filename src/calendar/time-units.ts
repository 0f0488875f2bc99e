import { GraticuleError } from "../errors.js";
import { type CalendarName, fixedYearLength } from "./calendar.js";
import { dayNumber, MAX_DAY, requireDate } from "./days.js";

export const MICROSECONDS_PER_DAY = 86_400_000_000;

/** What "<unit> since <reference>" means in a calendar. Plain data. */
export interface TimeCoding {
  /** As stored. */
  readonly units: string;
  readonly calendar: CalendarName;
  /** Microseconds of one unit are `numerator / denominator`; the denominator is 1000 for nanoseconds, else 1. */
  readonly unit: { readonly numerator: number; readonly denominator: number };
  /** The reference as day number (see `dayNumber`) and microseconds of that day, in UTC. */
  readonly reference: { readonly day: number; readonly microsecond: number };
  /** What the reader should know about how the reference was read. */
  readonly note?: string;
}

const SINCE = /^\s*(\S[\s\S]*?)\s+since\s+(\S[\s\S]*?)\s*$/i;
const LONGEST = 200;

/** Unit names in microseconds (cftime's and UDUNITS' names); nanoseconds apart, because they are no whole number of them. */
const UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      [1, "microsecond microsec us µs μs"],
      [1e3, "millisecond millisec msec ms"],
      [1e6, "second sec s"],
      [6e7, "minute min"],
      [3.6e9, "hour hr h"],
      [MICROSECONDS_PER_DAY, "day d"],
      [7 * MICROSECONDS_PER_DAY, "week"],
    ] as const
  ).flatMap(([size, names]) => names.split(" ").flatMap((name) => [[name, size] as const, [`${name}s`, size] as const])),
);
const NANOSECONDS = new Set(["nanosecond", "nanoseconds", "nanosec", "nanosecs", "nsec", "nsecs", "ns"]);

/** Whether units claim to be a time since a reference, well-formed or not. */
export function isTimeUnits(units: string): boolean {
  return units.length <= LONGEST && SINCE.test(units);
}

/**
 * Reads time units (CF-1.12 section 4.4; UDUNITS-2 grammar of timestamps).
 * @throws `malformed` or `unsupported` where no date can honestly be given: unknown unit, months or years of unequal length,
 * a reference that the calendar lacks or that is written day-month-year
 */
export function parseTimeUnits(units: string, calendar: CalendarName): TimeCoding {
  const parts = units.length <= LONGEST ? SINCE.exec(units) : null;
  if (!parts) throw new GraticuleError("malformed", `"${units.slice(0, LONGEST)}" is not of the form "<unit> since <date>"`);
  return { units, calendar, unit: unitLength(parts[1] as string, calendar), ...parseReference(parts[2] as string, calendar) };
}

function unitLength(word: string, calendar: CalendarName): TimeCoding["unit"] {
  const name = word.toLowerCase();
  const size = UNITS.get(name);
  if (size !== undefined) return { numerator: size, denominator: 1 };
  if (NANOSECONDS.has(name)) return { numerator: 1, denominator: 1000 };
  const days = daysOf(name, calendar);
  if (days !== undefined) return { numerator: days * MICROSECONDS_PER_DAY, denominator: 1 };
  if (/^(common_)?(month|year)s?$/.test(name))
    throw new GraticuleError("unsupported", `"${word}" are of unequal length in the calendar ${calendar}: no date can be given`, {
      hint: "the values stay numbers",
    });
  throw new GraticuleError("malformed", `"${word}" is no unit of time`);
}

/** Months and years where they are all of the same length. */
function daysOf(name: string, calendar: CalendarName): number | undefined {
  if (/^months?$/.test(name)) return calendar === "360_day" ? 30 : undefined;
  if (/^common_years?$/.test(name)) return calendar === "noleap" ? 365 : undefined;
  return /^years?$/.test(name) ? fixedYearLength(calendar) : undefined;
}

const DATE = /^([+-]?\d{1,9})(?:-(\d{1,2})(?:-(\d+))?)?/;
const CLOCK = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?/;
const ZONE = /^(?:z|utc|gmt|ut|([+-])(\d{1,2})(?::?(\d{2}))?)$/i;

/** @see parseTimeUnits */
function parseReference(text: string, calendar: CalendarName): Pick<TimeCoding, "reference" | "note"> {
  const packed = /^(\d{4})(\d{2})(\d{2})(?!\d)/.exec(text);
  const date = packed ?? DATE.exec(text);
  if (!date) throw unreadable(text);
  const [whole, years, months, days] = date;
  if (days !== undefined && days.length > 2 && (years as string).length > 2) throw unreadable(text);
  if (days !== undefined && days.length > 2)
    throw new GraticuleError("malformed", `the reference date "${text}" is written day-month-year: which day is meant is a guess`);
  if (months === undefined && (years as string).length < 4) throw unreadable(text);
  const [year, month, day] = [Number(years), Number(months ?? 1), Number(days ?? 1)];
  requireDate(calendar, year, month, day);
  const clock = parseClock(text.slice(whole.length).replace(/^(?:[tT]|\s+)\s*/, ""), text);
  const total = clock.microsecond - clock.zoneMinutes * 60_000_000;
  const shift = Math.floor(total / MICROSECONDS_PER_DAY);
  const reference = { day: dayNumber(calendar, year, month, day) + shift, microsecond: total - shift * MICROSECONDS_PER_DAY };
  if (Math.abs(reference.day) > MAX_DAY) throw unreadable(text);
  return clock.note === undefined ? { reference } : { reference, note: clock.note };
}

function parseClock(rest: string, text: string): { microsecond: number; zoneMinutes: number; note?: string } {
  // An hour without minutes: UDUNITS and pandas take it for the hour, cftime (and all that follows it) drops it.
  const bare = /^(\d{1,2})(?=$|\s|z)/i.exec(rest);
  const clock = CLOCK.exec(rest);
  const [hour, minute, second] = [Number(clock?.[1] ?? 0), Number(clock?.[2] ?? 0), Number(clock?.[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59)
    throw new GraticuleError("malformed", `the time of the reference "${text}" does not exist`);
  const zone = rest.slice((clock ?? bare)?.[0].length ?? 0).trim();
  const found = zone === "" ? [] : ZONE.exec(zone);
  if (!found) throw unreadable(text);
  const zoneMinutes = (found[1] === "-" ? -1 : 1) * (Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0));
  // Beyond the microsecond digits are cut, as cftime does.
  const fraction = Number((clock?.[4] ?? "").slice(0, 6).padEnd(6, "0"));
  const microsecond = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction;
  if (!clock && bare && Number(bare[1]) !== 0)
    return {
      microsecond,
      zoneMinutes,
      note: `the hour "${bare[1]}" of the reference "${text}" has no minutes and is read as 00:00`,
    };
  return { microsecond, zoneMinutes };
}

function unreadable(text: string): GraticuleError {
  return new GraticuleError("malformed", `"${text}" is no reference date of the form YYYY-MM-DD hh:mm:ss [zone]`);
}
