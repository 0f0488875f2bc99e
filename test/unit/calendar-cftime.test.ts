import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parseCalendar } from "../../src/calendar/calendar.js";
import { formatTime } from "../../src/calendar/format-time.js";
import { parseTimeUnits } from "../../src/calendar/time-units.js";

const table: { rows: [number, string, string, string][] } = JSON.parse(
  readFileSync(new URL("../../sample-data/cf-times.json", import.meta.url), "utf8"),
);

/** cftime prints all six digits of a fraction, and negative years with a sign in five places. */
function normal(text: string): string {
  return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

describe("dates against cftime, to the microsecond", () => {
  test.each(table.rows)("%d %s (%s)", (value, units, calendar, date) => {
    const name = parseCalendar(calendar);
    if (name === undefined) throw new Error(`no calendar ${calendar}`);
    expect(formatTime(value, parseTimeUnits(units, name))).toBe(normal(date));
  });
});
