import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { parseCalendar } from "../../src/calendar/calendar.js";
import { formatTimes } from "../../src/calendar/format-time.js";
import { parseTimeUnits } from "../../src/calendar/time-units.js";
import { isGraticuleError } from "../../src/errors.js";

/** Answers of cftime for the times of real files; the folder lies beside the checkout, or where GRATICULE_SHARED says. */
const shared = process.env.GRATICULE_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const folder = join(shared, "data-reference");

interface Time {
  readonly units: string;
  readonly calendar: string;
  readonly first?: string;
  readonly last?: string;
  readonly err?: string;
  readonly note?: string;
}

function* timesOf(): Generator<[string, Time, { first_valid?: number; last_valid?: number }]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".json")) continue;
    const document = JSON.parse(readFileSync(join(folder, name), "utf8"));
    for (const [path, variable] of Object.entries<{ time?: Time; decoded?: object }>(document.variables ?? {}))
      if (variable.time) yield [`${name} ${path}`, variable.time, variable.decoded ?? {}];
  }
}

function answer(time: Time, values: { first_valid?: number; last_valid?: number }) {
  const calendar = parseCalendar(time.calendar.includes("absent") ? "standard" : time.calendar);
  if (!calendar) return { error: "no calendar" };
  try {
    return formatTimes(values.first_valid ?? Number.NaN, values.last_valid ?? Number.NaN, parseTimeUnits(time.units, calendar));
  } catch (error) {
    if (isGraticuleError(error)) return { error: error.message };
    throw error;
  }
}

const present = existsSync(folder);
(present ? describe : describe.skip)("the times of real files", () => {
  test("are those of cftime, or none can be given", () => {
    let count = 0;
    for (const [where, time, values] of timesOf()) {
      if (values.first_valid === undefined) continue;
      const got = answer(time, values);
      count++;
      if (time.err !== undefined || time.note !== undefined) expect([where, "error" in got]).toEqual([where, true]);
      else {
        const short = (text?: string) => text?.replace(/\.?0+$/, "").replace(/:$/, ":00");
        const dates = "error" in got ? {} : { first: short(got.first), last: short(got.last) };
        expect([where, dates]).toEqual([where, { first: short(time.first), last: short(time.last) }]);
      }
    }
    expect(count).toBeGreaterThan(100);
  });
});
