import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { CalendarName } from "../../src/calendar/calendar.js";
import { dateOf, dayNumber, GREGORIAN_REFORM_DAY, isDate } from "../../src/calendar/days.js";
import { formatInstant } from "../../src/calendar/format-time.js";
import { toInstants } from "../../src/calendar/instants.js";
import { parseInterval } from "../../src/calendar/interval.js";
import { parseTimeUnits } from "../../src/calendar/time-units.js";
import { toNumber } from "../../src/calendar/timestamps.js";

const CALENDARS: CalendarName[] = ["standard", "proleptic_gregorian", "julian", "noleap", "all_leap", "360_day"];
const calendar = fc.constantFrom(...CALENDARS);
const day = fc.integer({ min: -3_000_000, max: 3_000_000 });

test("the date of a day exists, and its number is that day", () => {
  fc.assert(
    fc.property(calendar, day, (name, number) => {
      const { year, month, day: of } = dateOf(name, number);
      return isDate(name, year, month, of) && dayNumber(name, year, month, of) === number;
    }),
    { numRuns: 3000 },
  );
});

test("the next day is the next date: no gap but that of 1582, and of year 0", () => {
  fc.assert(
    fc.property(calendar, day, (name, number) => {
      const [a, b] = [dateOf(name, number), dateOf(name, number + 1)];
      if (b.day !== 1)
        return b.year === a.year && b.month === a.month && (b.day === a.day + 1 || number + 1 === GREGORIAN_REFORM_DAY);
      return b.month === (a.month % 12) + 1 && (b.month !== 1 || b.year === a.year + 1 || (a.year === -1 && b.year === 1));
    }),
    { numRuns: 3000 },
  );
});

test("the real calendars count the same days", () => {
  fc.assert(
    fc.property(day, (number) => {
      const of = number >= GREGORIAN_REFORM_DAY ? "proleptic_gregorian" : "julian";
      expect(dateOf("standard", number)).toEqual(dateOf(of, number));
    }),
  );
  expect(dateOf("standard", GREGORIAN_REFORM_DAY)).toEqual({ year: 1582, month: 10, day: 15 });
  expect(dateOf("standard", GREGORIAN_REFORM_DAY - 1)).toEqual({ year: 1582, month: 10, day: 4 });
});

describe("moments", () => {
  const units = fc.constantFrom("microseconds", "milliseconds", "seconds", "minutes", "hours", "days", "weeks");

  test("the number of a moment gives the moment, to the microsecond", () => {
    fc.assert(
      fc.property(
        calendar,
        units,
        fc.integer({ min: -80_000, max: 80_000 }),
        fc.integer({ min: 0, max: 86_399_999_999 }),
        (name, unit, at, us) => {
          const coding = parseTimeUnits(`${unit} since 2001-02-03 04:05:06.789`, name);
          const instants = toInstants([toNumber(coding.reference.day + at, us, coding)], coding);
          const got =
            ((instants.days[0] as number) - coding.reference.day - at) * 86_400_000_000 + (instants.microseconds[0] as number) - us;
          // A double of 80 000 days has a step of 1.3 µs.
          return Math.abs(got) <= 2;
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("64-bit integers and doubles agree", () => {
    fc.assert(
      fc.property(calendar, units, fc.integer({ min: -1e9, max: 1e9 }), (name, unit, value) => {
        const coding = parseTimeUnits(`${unit} since 1850-01-01 12:30`, name);
        const [a, b] = [toInstants([value], coding), toInstants(BigInt64Array.of(BigInt(value), 2n ** 60n), coding)];
        expect([b.days[0], b.microseconds[0]]).toEqual([a.days[0], a.microseconds[0]]);
      }),
    );
  });

  test("what is printed is read back", () => {
    fc.assert(
      fc.property(
        calendar,
        fc.integer({ min: -600_000, max: 900_000 }),
        fc.integer({ min: 0, max: 86_399_999_999 }),
        (name, at, us) => {
          const text = formatInstant(at, us, name);
          fc.pre(/^-?\d{4}-/.test(text));
          expect(parseInterval(text, name).start).toEqual({ day: at, microsecond: us });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
