/** CF calendars (CF-1.12 section 4.4.1). Names in CF's lower case; aliases are folded. */
export type CalendarName = "standard" | "proleptic_gregorian" | "julian" | "noleap" | "all_leap" | "360_day";

const NAMES: Readonly<Record<string, CalendarName>> = {
  standard: "standard",
  gregorian: "standard",
  proleptic_gregorian: "proleptic_gregorian",
  julian: "julian",
  noleap: "noleap",
  "365_day": "noleap",
  all_leap: "all_leap",
  "366_day": "all_leap",
  "360_day": "360_day",
};

/** The calendar that an attribute names, in any case; undefined where CF knows none of that name. */
export function parseCalendar(name: string): CalendarName | undefined {
  const key = name.trim().toLowerCase();
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
}

/** Whether days follow one another as the sun's do, so that a date is an instant (CF: standard, proleptic_gregorian, julian). */
export function isRealCalendar(calendar: CalendarName): boolean {
  return calendar === "standard" || calendar === "proleptic_gregorian" || calendar === "julian";
}

/** The historical calendars go from year -1 to year 1 (CF-1.12 section 4.4.1; cftime's default too). */
export function hasYearZero(calendar: CalendarName): boolean {
  return calendar !== "standard" && calendar !== "julian";
}

/** Days of a year where all years are equally long. */
export function fixedYearLength(calendar: CalendarName): number | undefined {
  if (calendar === "noleap") return 365;
  if (calendar === "all_leap") return 366;
  return calendar === "360_day" ? 360 : undefined;
}
