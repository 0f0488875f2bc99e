import { describe, expect, test } from "@jest/globals";
import { formatTime } from "../../src/calendar/format-time.js";
import { interpretDataset } from "../../src/convention/interpret.js";
import { hasDates } from "../../src/convention/meaning.js";
import { readExpected, toDataset, toNumber, toVariable } from "./convention-fixture.js";

const cases = readExpected("cf-calendars.nc");
const meaning = interpretDataset(toDataset(cases.map(toVariable)));

describe("dates by cftime, in the calendar of the variable", () => {
  test.each(cases.filter((of) => of.dates).map((of) => [of.path, of] as const))("%s", (path, of) => {
    const time = meaning.variables.get(path)?.time;
    if (!hasDates(time)) throw new Error(`no dates: ${JSON.stringify(time)}`);
    const got = (of.raw ?? []).map((value) => formatTime(toNumber(value), time));
    expect(got).toEqual(of.dates?.map((date) => date.replace(/(\.\d*?)0+$/, "$1")));
  });
});

test.each([
  ["/months", '"months" are of unequal length in the calendar standard: no date can be given'],
  ["/year_zero", "the calendar standard has no year 0 (0000-01-01)"],
  ["/day_month_year", 'the reference date "1-1-1970" is written day-month-year: which day is meant is a guess'],
  ["/no_calendar", 'no calendar "martian" is known'],
])("%s has no honest date", (path, error) => {
  expect(meaning.variables.get(path)?.time).toEqual({ error });
});

test("days that CDO writes as digits are no count since a date, and are said to be none", () => {
  const attributes = { units: ["string", ["day as %Y%m%d.%f"]] as [string, string[]] };
  const variable = toVariable({ path: "/time", dtype: "float64", dims: ["time"], dimPaths: ["/time"], shape: [1], attributes });
  expect(interpretDataset(toDataset([variable])).variables.get("/time")?.time).toEqual({
    error: '"day as %Y%m%d.%f" writes dates as digits (CDO), which count from no date: the numbers stay as they are',
  });
});
