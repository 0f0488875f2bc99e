import { describe, expect, test } from "@jest/globals";
import { type CalendarName, parseCalendar } from "../../src/calendar/calendar.js";
import { formatTime, formatTimes } from "../../src/calendar/format-time.js";
import { isTimeUnits, parseTimeUnits } from "../../src/calendar/time-units.js";

/** The value 1 by cftime 1.6.6 (weeks, nanoseconds and years by the definition of UDUNITS). */
const ONE: [string, CalendarName, string][] = [
  ["hours since 2006-9-11 0", "standard", "2006-09-11T01:00:00"],
  ["hours since 2006-9-11 15:00", "standard", "2006-09-11T16:00:00"],
  ["days since 1990-1-1 0:0:0.0", "standard", "1990-01-02T00:00:00"],
  ["days since 70-01-01", "standard", "0070-01-02T00:00:00"],
  ["days since 1-1-1", "360_day", "0001-01-02T00:00:00"],
  ["days since 1970-01-01 00:00:00 +02:00", "standard", "1970-01-01T22:00:00"],
  ["days since 1970-01-01 00:00:00 +0230", "360_day", "1970-01-01T21:30:00"],
  ["days since 1970-01-01 00:00:00.5 UTC", "standard", "1970-01-02T00:00:00.5"],
  ["days since -4713-01-01 12:00", "standard", "-4713-01-02T12:00:00"],
  ["days since 1582-10-10", "360_day", "1582-10-11T00:00:00"],
  ["msec since 2000-1-1", "standard", "2000-01-01T00:00:00.001"],
  ["month since 2000-1-1", "360_day", "2000-02-01T00:00:00"],
  ["common_years since 2000-1-1", "noleap", "2001-01-01T00:00:00"],
  ["Days  Since  2000-01-01", "standard", "2000-01-02T00:00:00"],
  ["sec since 2000-01-01 00:00:00.1234567", "standard", "2000-01-01T00:00:01.123456"],
  ["days since 2000-01-01T", "standard", "2000-01-02T00:00:00"],
  ["days since 0000-01-01", "noleap", "0000-01-02T00:00:00"],
  ["weeks since 2000-01-01", "standard", "2000-01-08T00:00:00"],
  ["years since 2000-02-29", "all_leap", "2001-02-29T00:00:00"],
  ["years since 2000-01-30", "360_day", "2001-01-30T00:00:00"],
  ["nanoseconds since 2000-01-01", "standard", "2000-01-01T00:00:00"],
  ["days since 1970", "standard", "1970-01-02T00:00:00"],
  ["days since 19700101", "standard", "1970-01-02T00:00:00"],
];

test.each(ONE)("1 %s (%s)", (units, calendar, date) => {
  expect(formatTime(1, parseTimeUnits(units, calendar))).toBe(date);
});

describe("where no date can honestly be given", () => {
  test.each<[string, CalendarName, RegExp]>([
    ["seconds since 1-1-1970", "standard", /day-month-year/],
    ["days since 01-01-2000", "standard", /day-month-year/],
    ["months since 2000-01-01", "standard", /unequal length/],
    ["months since 2000-01-01", "noleap", /unequal length/],
    ["years since 2000-01-01", "proleptic_gregorian", /unequal length/],
    ["common_year since 2000-01-01", "360_day", /unequal length/],
    ["days since 0000-01-01", "standard", /no year 0/],
    ["days since 0000-01-01", "julian", /no year 0/],
    ["days since 1582-10-10", "standard", /no day \(1582-10-10\)/],
    ["days since 1999-02-29", "standard", /no day/],
    ["days since 2000-02-29", "noleap", /no day/],
    ["days since 2000-01-31", "360_day", /no day/],
    ["days since 2000-01-01 24:00:00", "standard", /does not exist/],
    ["days since 2000-01-01 0:0:60", "standard", /does not exist/],
    ["days since 2000-01-01 00:00:00 EST", "standard", /no reference date/],
    ["days since now", "standard", /no reference date/],
    ["days since 70", "standard", /no reference date/],
    ["fathoms since 2000-01-01", "standard", /no unit of time/],
    ["m since 2000-01-01", "standard", /no unit of time/],
    ["day as %Y%m%d.%f", "standard", /not of the form/],
    ["days since 999999999-01-01", "standard", /no reference date/],
  ])("%s (%s)", (units, calendar, why) => {
    expect(() => parseTimeUnits(units, calendar)).toThrow(why);
  });

  test("values beyond 64 bits of microseconds, and those that are none", () => {
    const coding = parseTimeUnits("days since 1961-01-01", "standard");
    expect(formatTimes(-2147483647, 0, coding)).toHaveProperty("error");
    expect(() => formatTime(Number.NaN, coding)).toThrow("is no date");
    expect(() => formatTime(Number.POSITIVE_INFINITY, coding)).toThrow("is no date");
    expect(() => formatTime(9.969209968386869e36, coding)).toThrow("is no date");
  });
});

test("a bare hour is dropped as cftime drops it, and told", () => {
  const coding = parseTimeUnits("hours since 2006-9-11 15", "standard");
  expect(formatTime(1, coding)).toBe("2006-09-11T01:00:00");
  expect(coding.note).toMatch(/read as 00:00/);
});

test("calendar names", () => {
  const known = ["NoLeap", "365_day", "GREGORIAN", "gregorian", "366_day", "360_day", "julian", "proleptic_gregorian"];
  expect(known.map(parseCalendar)).toEqual([
    "noleap",
    "noleap",
    "standard",
    "standard",
    "all_leap",
    "360_day",
    "julian",
    "proleptic_gregorian",
  ]);
  expect(["none", "", "constructor", "360"].map(parseCalendar)).toEqual([undefined, undefined, undefined, undefined]);
});

test("what claims to be a time", () => {
  expect(isTimeUnits("days since now")).toBe(true);
  expect(["K", "since 2000", "days", "", " ".repeat(5000)].map(isTimeUnits)).toEqual([false, false, false, false, false]);
});
