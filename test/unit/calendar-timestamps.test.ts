import { describe, expect, test } from "@jest/globals";
import { formatTimestamp } from "../../src/calendar/format-time.js";
import { intervalHas, parseInterval, selectInInterval, toTimestampRange } from "../../src/calendar/interval.js";
import { parseTimeUnits } from "../../src/calendar/time-units.js";
import { rebase, timeColumnKind, toDateColumns, toMicroseconds } from "../../src/calendar/timestamps.js";
import { packBits } from "../../src/schema/bitmap.js";

/** Microseconds by Python's datetime: (datetime(...) - datetime(1970, 1, 1)) // timedelta(microseconds=1). */
describe("timestamps", () => {
  test("real calendars give microseconds since 1970, exactly", () => {
    const coding = parseTimeUnits("days since 1850-01-01", "standard");
    expect([...toMicroseconds(Float64Array.of(0, 43830, 54786.75, -97000), coding)]).toEqual([
      -3786825600000000n,
      86400000000n,
      946749600000000n,
      -12167625600000000n,
    ]);
    const seconds = parseTimeUnits("seconds since 1970-01-01", "proleptic_gregorian");
    expect([...toMicroseconds(Float64Array.of(1234567890.123456, -0.000001, -62135596800), seconds)]).toEqual([
      1234567890123456n,
      -1n,
      -62135596800000000n,
    ]);
  });

  test("nanoseconds as 64-bit integers lose nothing", () => {
    const coding = parseTimeUnits("nanoseconds since 1970-01-01", "standard");
    expect([...toMicroseconds(BigInt64Array.of(1700000000123456789n, 1700000000123456500n, -1n), coding)]).toEqual([
      1700000000123457n,
      1700000000123456n,
      0n,
    ]);
  });

  test("what is masked or NaN is 0; a valid value that is no moment is an error", () => {
    const coding = parseTimeUnits("days since 2000-01-01", "standard");
    const values = Float64Array.of(0, Number.NaN, 1e30);
    const validity = packBits(Uint8Array.of(1, 0, 0));
    expect([...toMicroseconds(values, coding, validity)]).toEqual([946684800000000n, 0n, 0n]);
    expect(() => toMicroseconds(values, coding)).toThrow("1e+30");
    expect(() => toMicroseconds(values, parseTimeUnits("days since 2000-01-01", "360_day"))).toThrow("has no timestamps");
  });

  test("other calendars give year, month and day", () => {
    const coding = parseTimeUnits("days since 2000-02-29", "360_day");
    const { year, month, day } = toDateColumns(Float64Array.of(0, 1, 2, 360.5, Number.NaN), coding);
    expect([[...year], [...month], [...day]]).toEqual([
      [2000, 2000, 2000, 2001, 0],
      [2, 2, 3, 2, 0],
      [29, 30, 1, 29, 0],
    ]);
  });

  test("which kind of column a time becomes", () => {
    const standard = parseTimeUnits("days since 1582-10-15", "standard");
    expect(timeColumnKind(standard, Float64Array.of(0, 1))).toBe("timestamp");
    expect(timeColumnKind(standard, Float64Array.of(0, -1))).toBe("number");
    expect(timeColumnKind(standard, Float64Array.of(0, -1), packBits(Uint8Array.of(1, 0)))).toBe("timestamp");
    expect(timeColumnKind(standard, Float64Array.of(0, 1e30))).toBe("number-without-date");
    expect(timeColumnKind(parseTimeUnits("days since 1582-10-15", "proleptic_gregorian"), Float64Array.of(-1))).toBe("timestamp");
    expect(timeColumnKind(parseTimeUnits("days since 2000-01-01", "julian"), Float64Array.of(1))).toBe("number");
  });

  test("re-basing to other units is exact to the microsecond", () => {
    const from = parseTimeUnits("hours since 1900-01-01", "noleap");
    const to = parseTimeUnits("days since 1901-01-01 12:00", "noleap");
    expect([...rebase(Float64Array.of(8760, 8772, Number.NaN), from, to)]).toEqual([-0.5, 0, Number.NaN]);
    expect(() => rebase(Float64Array.of(1), from, parseTimeUnits("days since 1901-01-01", "360_day"))).toThrow("no common");
  });

  test("microseconds as text", () => {
    expect(formatTimestamp(-1n)).toBe("1969-12-31T23:59:59.999999");
    expect(formatTimestamp(946749600000000n)).toBe("2000-01-01T18:00:00");
  });
});

describe("intervals", () => {
  const days = parseTimeUnits("days since 2000-01-01", "360_day");

  /** Days from 2000 on: the first that is inside, the first that no longer is. */
  const daysOf = (text: string) => {
    const { start, stop } = parseInterval(text, "360_day");
    expect([start?.microsecond ?? 0, stop?.microsecond ?? 0]).toEqual([0, 0]);
    return [start && start.day - days.reference.day, stop && stop.day - days.reference.day];
  };

  test("a month means all of it, in the data's own calendar", () => {
    expect(daysOf("2000-02/2000-02")).toEqual([30, 60]);
    expect(daysOf("2000-02-30")).toEqual([59, 60]);
    expect(() => parseInterval("2000-02-30/..", "standard")).toThrow("does not exist in the calendar standard");
    expect(() => parseInterval("2001-02-29", "noleap")).toThrow("does not exist");
    const leap = parseInterval("2001-02-29", "all_leap");
    const reference = parseTimeUnits("days since 2000-01-01", "all_leap").reference.day;
    // cftime: date2num(2001-02-29, "days since 2000-01-01", "all_leap") = 425.
    expect(leap).toEqual({
      start: { day: reference + 425, microsecond: 0 },
      stop: { day: reference + 426, microsecond: 0 },
    });
  });

  test("either side may be open", () => {
    expect(daysOf("2000-03/..")).toEqual([60, undefined]);
    expect(daysOf("/2000")).toEqual([undefined, 360]);
    expect(parseInterval("../..", "standard")).toEqual({});
  });

  test("times of the day, zones, and ends inclusive as written", () => {
    const hours = parseTimeUnits("hours since 2000-01-01", "standard");
    const pick = (text: string, values: number[]) => [
      ...selectInInterval(Float64Array.from(values), hours, parseInterval(text, "standard")),
    ];
    expect(pick("2000-01-01T06:00/2000-01-01T12:00", [5, 6, 12, 12.5, Number.NaN])).toEqual([0, 1, 1, 0, 0]);
    expect(pick("2000-01-01T06/2000-01-01T12", [5.99, 6, 12, 12.99, 13])).toEqual([0, 1, 1, 1, 0]);
    expect(pick("2000-01-01T02:00+02:00/2000-01-01T12:00:00Z", [-0.1, 0, 12, 12.1])).toEqual([0, 1, 1, 0]);
    expect(pick("1999/1999-12-31", [-24, -0.001, 0])).toEqual([1, 1, 0]);
  });

  test.each([
    ["20000101/20000131", "2000-01-01/2000-01-31"],
    ["20000101", "2000-01-01"],
    ["../20000131T12", "../2000-01-31T12"],
    ["20000131T1230Z/20000131T123059", "2000-01-31T12:30Z/2000-01-31T12:30:59"],
    ["20000131T123045.5+0130/..", "2000-01-31T12:30:45.5+01:30/.."],
  ])("days in the basic form: %p", (basic, text) => {
    expect(parseInterval(basic, "standard")).toEqual(parseInterval(text, "standard"));
  });

  test("six digits may be a month or a year, and are refused", () => {
    expect(() => parseInterval("200001/200002", "standard")).toThrow('"200001" may be a month or the year 200001');
    expect(() => parseInterval("20001301", "standard")).toThrow("does not exist in the calendar standard");
  });

  test("the reform of 1582 is read in the calendar", () => {
    const { start, stop } = parseInterval("1582-10", "standard");
    expect((stop?.day ?? 0) - (start?.day ?? 0)).toBe(21);
    expect(() => parseInterval("1582-10-10", "standard")).toThrow("does not exist");
    expect(toTimestampRange(parseInterval("2000-01-01/2000-01-01", "standard"), "standard")).toEqual({
      start: 946684800000000n,
      stop: 946771200000000n,
    });
  });

  test.each(["", "2000/2001/2002", "yesterday", "2000-13", "2000-1-1", "2001/2000", "..", "2000-01-01T25", "99999999999"])(
    "%p is none",
    (text) => {
      expect(() => parseInterval(text, "standard")).toThrow();
    },
  );

  test("membership of a moment", () => {
    const interval = parseInterval("2000-01-01/2000-01-02", "proleptic_gregorian");
    expect([10956, 10957, 10958, 10959].map((day) => intervalHas(interval, day, 0))).toEqual([false, true, true, false]);
  });
});
