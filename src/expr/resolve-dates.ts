import { type CalendarName, parseCalendar } from "../calendar/calendar.js";
import { parseInterval, toTimestampRange } from "../calendar/interval.js";
import { GraticuleError } from "../errors.js";
import { MIRRORED } from "./mirror.js";
import type { Comparison, Expr, Literal } from "./nodes.js";
import type { ExprColumn } from "./types.js";

const MOMENT = /^\s*[+-]?\d{4,9}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?\s*$/i;

/** The text of a literal that may stand for a date. */
export function dateText(expr: Expr): string | null {
  return expr.op === "literal" ? dateTextOf(expr.literal) : null;
}

export function dateTextOf(literal: Literal): string | null {
  if (literal.type === "string") return literal.value;
  return literal.type === "date" ? literal.text : null;
}

/** The calendar in which a column's dates are written; timestamps are on the Gregorian line. */
export function calendarOf(column: ExprColumn): CalendarName {
  if (!column.time) return "proleptic_gregorian";
  const calendar = parseCalendar(column.time.calendar);
  if (calendar) return calendar;
  throw new GraticuleError(
    "usage",
    `no dates can be compared with ${column.name}: its calendar "${column.time.calendar}" is not known`,
  );
}

/**
 * A comparison of a time column with a date. As in SQL a date is the moment at its beginning. A timestamp gets a typed
 * literal; a number in another calendar becomes an interval in that calendar.
 * @throws `usage` for what is no date of the calendar, and for a month or year, of which SQL does not say which day is meant
 */
export function compareWithDate(column: ExprColumn, kind: Comparison, text: string, isMirrored: boolean): Expr {
  const own = isMirrored ? MIRRORED[kind] : kind;
  const arg: Expr = { op: "column", name: column.name };
  if (!column.time) return { op: "compare", kind: own, left: arg, right: { op: "literal", literal: timestampOf(column, text) } };
  const moment = momentText(column, text);
  const from: Expr = { op: "within-time", arg, start: moment };
  const to: Expr = { op: "within-time", arg, end: moment };
  switch (own) {
    case ">=":
      return from;
    case "<":
      return { op: "not", arg: from };
    case "<=":
      return to;
    case ">":
      return { op: "not", arg: to };
    case "=":
      return { op: "within-time", arg, start: moment, end: moment };
    case "<>":
      return { op: "not", arg: { op: "within-time", arg, start: moment, end: moment } };
  }
}

/** A date as a timestamp. @throws `usage` */
export function timestampOf(column: ExprColumn, text: string): Literal {
  const moment = momentText(column, text);
  const { start } = toTimestampRange(parseInterval(`${moment}/..`, "proleptic_gregorian"), "proleptic_gregorian");
  return { type: "timestamp", micros: (start as bigint).toString() };
}

/** The date with six digits of the second, whose interval is the microsecond itself. */
function momentText(column: ExprColumn, text: string): string {
  if (!MOMENT.test(text))
    throw new GraticuleError(
      "usage",
      `"${text}" is compared with the time ${column.name}, and is no date of the form 2000-01-31 or 2000-01-31 12:00:00`,
      {
        hint: "`--time 2000-01/2000-02` takes months and years as a whole",
      },
    );
  const calendar = calendarOf(column);
  parseInterval(`${text.trim()}/..`, calendar);
  const [, date, clock = "00:00", zone = ""] = /^(\S{10,}?)(?:[T ](\d[\d:.,]*))?(Z|[+-]\d{2}:?(?:\d{2})?)?$/i.exec(
    text.trim(),
  ) as RegExpExecArray;
  const [hour, minute, second = "00"] = clock.split(":");
  const [whole, fraction = ""] = second.split(/[.,]/);
  return `${date}T${hour}:${minute}:${whole}.${fraction.slice(0, 6).padEnd(6, "0")}${zone}`;
}
