import { parseCalendar } from "../../calendar/calendar.js";
import { daysInMonth } from "../../calendar/days.js";
import { formatTimes } from "../../calendar/format-time.js";
import { parseTimeUnits } from "../../calendar/time-units.js";
import { isGraticuleError } from "../../errors.js";
import { axisOnEarth, toHalfTurns } from "../../plan/on-earth.js";
import { uniteRanges, type ValueRange } from "../column-ranges.js";
import type { Part, Snapshot, StoredColumn, StoredTable } from "../commit/snapshot.js";

/** The parts of a table, in order. */
export function partsOf({ parts }: Snapshot, table: StoredTable): Part[] {
  return parts.filter((part) => part.table === table.name);
}

export function rowsOf(parts: readonly Part[]): number {
  return parts.reduce((n, part) => n + part.rows, 0);
}

/** Longitudes and latitudes on the Earth: coordinates first. */
export function geographicPair({ columns }: StoredTable): readonly [StoredColumn, StoredColumn] | null {
  const of = (axis: "X" | "Y"): StoredColumn | undefined => {
    const own = columns.filter((column) => earthAxisOf(column) === axis);
    return own.find((column) => column.role === "coordinate") ?? own[0];
  };
  const [x, y] = [of("X"), of("Y")];
  return x && y ? [x, y] : null;
}

/** Of a column of numbers. */
export function earthAxisOf({ axis, type, attributes = {} }: StoredColumn): "X" | "Y" | undefined {
  return /^(list|string|bool|timestamp|binary|struct)/.test(type) ? undefined : axisOnEarth(axis, attributes);
}

/** `[west, south, east, north]` in degrees; `west > east` crosses the antimeridian. Null where it is not known. */
export type GeoExtent = readonly [number, number, number, number];

export function geographicExtent(snapshot: Snapshot, table: StoredTable): GeoExtent | null {
  const pair = geographicPair(table);
  const parts = partsOf(snapshot, table);
  const [x, y] = pair?.map((column) => uniteRanges(parts, column.name)) ?? [];
  if (!pair || !x || !y) return null;
  const [[west, east], [south, north]] = [x.map(Number), y.map(Number)] as [[number, number], [number, number]];
  if (!(south >= -90 && north <= 90)) return null;
  const [w, e] = wrapped(west, east, pair[0].step ?? 0);
  return [w, south, e, north];
}

/** A whole turn, less what rounding takes away. */
const TURN = 359.999;

/** Into −180…180; all around where no cell more would fit in. */
function wrapped(west: number, east: number, step: number): readonly [number, number] {
  if (east - west + Math.abs(step) >= TURN) return [-180, 180];
  if (west >= -180 && east <= 180) return [west, east];
  return [toHalfTurns(west), toHalfTurns(east)];
}

/** First and last moment in UTC, RFC 3339; null where it is not known. */
export function timeExtent(snapshot: Snapshot, table: StoredTable): readonly [string, string] | null {
  const times = table.columns.filter((column) => column.axis === "T");
  const time =
    times.find((column) => column.role === "coordinate") ?? times[0] ?? table.columns.find((c) => c.type === "timestamp");
  const range = time && uniteRanges(partsOf(snapshot, table), time.name);
  return time && range ? momentsOf(time, range) : null;
}

function momentsOf(time: StoredColumn, [first, last]: ValueRange): readonly [string, string] | null {
  if (time.type === "timestamp") return [stamp(String(first)), stamp(String(last))];
  const { units, calendar = "standard" } = time.attributes ?? {};
  const name = parseCalendar(calendar);
  if (units === undefined || name === undefined) return null;
  const shown = codedTimes(Number(first), Number(last), units, name);
  return shown && [stamp(shown[0]), stamp(shown[1])];
}

function codedTimes(first: number, last: number, units: string, calendar: NonNullable<ReturnType<typeof parseCalendar>>) {
  try {
    const shown = formatTimes(first, last, parseTimeUnits(units, calendar));
    return "error" in shown ? null : ([shown.first, shown.last] as const);
  } catch (error) {
    // Units that count no time from a date: there is no moment to tell.
    if (isGraticuleError(error)) return null;
    throw error;
  }
}

/** Days that only other calendars have become the last of their month. */
function stamp(moment: string): string {
  const match = /^(-?\d{4,})-(\d\d)-(\d\d)(T.*)$/.exec(moment);
  if (!match) return `${moment}Z`;
  const [, year = "", month = "", day = "", clock = ""] = match;
  const most = daysInMonth("proleptic_gregorian", Number(year), Number(month));
  return `${year}-${month}-${String(Math.min(Number(day), most)).padStart(2, "0")}${clock}Z`;
}
