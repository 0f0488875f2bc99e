import { parseCalendar } from "../calendar/calendar.js";
import { dateOf } from "../calendar/days.js";
import { NO_DAY, toInstants } from "../calendar/instants.js";
import { parseInterval, selectInInterval, toTimestampRange } from "../calendar/interval.js";
import { parseTimeUnits, type TimeCoding } from "../calendar/time-units.js";
import { GraticuleError, isGraticuleError } from "../errors.js";
import { type Bitmap, isSet } from "../schema/bitmap.js";
import type { GridColumn } from "../schema/grid-batch.js";
import { isBigArray, type TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";
import { intervalText } from "./bind.js";
import { calendarOf } from "./resolve-dates.js";
import type { ExprColumn } from "./types.js";

/** What of a column the loop over cells reads; everything but plain values is computed ahead, over the column's own axes. */
export type SlotSpec =
  | { readonly kind: "value"; readonly column: string }
  /** The sign of `value - literal`, exact for 64-bit integers. */
  | { readonly kind: "difference"; readonly column: string; readonly literal: string }
  /** 1 where a 64-bit integer is in the list. */
  | { readonly kind: "among"; readonly column: string; readonly list: readonly string[] }
  | { readonly kind: "part"; readonly column: string; readonly part: string }
  | { readonly kind: "inside"; readonly column: string; readonly start?: string; readonly end?: string };

/** A slot filled for one batch. */
export interface Slot {
  readonly axes: readonly number[];
  readonly data: TypedArray | readonly (string | null)[];
  readonly bits?: Uint8Array;
  readonly packing?: GridColumn["packing"];
}

type BatchColumn = Pick<GridColumn, "axes" | "data" | "validity" | "packing">;

/** @throws `unsupported` where 64-bit integers would have to be rounded */
export function fillSlot(spec: SlotSpec, own: ExprColumn, column: BatchColumn): Slot {
  const base = { axes: column.axes, ...(column.validity && column.validity.zeros > 0 && { bits: column.validity.bits }) };
  if (!ArrayBuffer.isView(column.data)) {
    if (own.type.kind !== "string") throw new GraticuleError("internal", `${own.name} holds no numbers and no text`);
    return { ...base, data: column.data as readonly (string | null)[] };
  }
  const data = column.data as TypedArray;
  switch (spec.kind) {
    case "value": {
      const numbers = isBigArray(data) ? exactNumbers(data, own, column.validity) : data;
      return { ...base, data: numbers, ...(column.packing && { packing: column.packing }) };
    }
    case "difference":
      return { ...base, data: differences(unpacked(column), BigInt(spec.literal)) };
    case "among":
      return { ...base, data: among(unpacked(column), spec.list) };
    case "part":
      return { ...base, data: timeParts(unpacked(column), own, spec.part) };
    case "inside":
      return { ...base, data: insideInterval(unpacked(column), own, spec) };
  }
}

/** Packed times, say: rare, and small beside what they are compared with. */
function unpacked({ data, packing }: BatchColumn): TypedArray {
  return packing ? unpack(data as TypedArray, packing) : (data as TypedArray);
}

/** @throws `unsupported` for a value that no double holds */
function exactNumbers(values: BigInt64Array | BigUint64Array, own: ExprColumn, validity: Bitmap | undefined): Float64Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const signed = values instanceof BigInt64Array;
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const word = words[2 * i + 1] as number;
    const high = signed ? word | 0 : word;
    const number = high * 4_294_967_296 + (words[2 * i] as number);
    out[i] = number;
    const isNear = high < 0x20_0000 && high >= -0x20_0000;
    if (!isNear && BigInt(number) !== values[i] && !(validity && !isSet(validity, i)))
      throw new GraticuleError("unsupported", `${own.name} holds ${values[i]}, which arithmetic in doubles would round`, {
        variable: own.name,
        hint: "compare the column with a whole number directly",
      });
  }
  return out;
}

function differences(values: TypedArray, literal: bigint): Float64Array {
  const out = new Float64Array(values.length);
  if (!isBigArray(values)) {
    const number = Number(literal);
    for (let i = 0; i < out.length; i++) out[i] = (values[i] as number) - number;
    return out;
  }
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const signed = values instanceof BigInt64Array;
  const literalHigh = Number(literal >> 32n);
  const literalLow = Number(literal & 0xffffffffn);
  for (let i = 0; i < out.length; i++) {
    const word = words[2 * i + 1] as number;
    const high = (signed ? word | 0 : word) - literalHigh;
    out[i] = high !== 0 ? high : (words[2 * i] as number) - literalLow;
  }
  return out;
}

function among(values: TypedArray, list: readonly string[]): Uint8Array {
  const out = new Uint8Array(values.length);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const highs = new Map<number, Set<number>>();
  for (const literal of list) {
    if (values instanceof BigUint64Array && BigInt(literal) < 0n) continue;
    const bits = BigInt.asUintN(64, BigInt(literal));
    const high = Number(bits >> 32n);
    const lows = highs.get(high) ?? new Set();
    highs.set(high, lows.add(Number(bits & 0xffffffffn)));
  }
  for (let i = 0; i < out.length; i++) if (highs.get(words[2 * i + 1] as number)?.has(words[2 * i] as number)) out[i] = 1;
  return out;
}

/** The coding of a time that stays a number. @throws what its units say wrongly, with the column's name */
export function codingOf(column: ExprColumn): TimeCoding {
  const calendar = column.time && parseCalendar(column.time.calendar);
  if (!column.time || !calendar) throw new GraticuleError("usage", `${column.name} has no dates`, { variable: column.name });
  const { units } = column.time;
  try {
    return parseTimeUnits(units, calendar);
  } catch (error) {
    if (!isGraticuleError(error)) throw error;
    throw new GraticuleError(error.tag, `${column.name} has no dates, because it counts "${units}": ${error.message}`, {
      variable: column.name,
      hint: `--where takes its numbers, as in --where "${column.name} < 10"`,
      cause: error,
    });
  }
}

/** Years, months, … of every element, in the column's own calendar; NaN for what is no moment. */
export function timeParts(values: TypedArray, own: ExprColumn, part: string): Float64Array {
  const out = new Float64Array(values.length);
  const coding = own.time ? codingOf(own) : undefined;
  const { days, microseconds } = coding ? toInstants(values, coding) : instantsOf(values);
  const calendar = coding?.calendar ?? "proleptic_gregorian";
  let [seen, value] = [Number.NaN, 0];
  const ofDay = (day: number): number => {
    const date = dateOf(calendar, day);
    if (part === "year") return date.year;
    if (part === "month") return date.month;
    if (part === "day") return date.day;
    return day - firstDayOfYear(calendar, day, date.month, date.day) + 1;
  };
  const isClock = part === "hour" || part === "minute" || part === "second";
  for (let i = 0; i < out.length; i++) {
    const day = days[i] as number;
    if (day === NO_DAY) {
      out[i] = Number.NaN;
      continue;
    }
    if (isClock) {
      out[i] = clockPart(microseconds[i] as number, part);
      continue;
    }
    if (day !== seen) [seen, value] = [day, ofDay(day)];
    out[i] = value;
  }
  return out;
}

function clockPart(microsecond: number, part: string): number {
  if (part === "hour") return Math.floor(microsecond / 3_600_000_000);
  if (part === "minute") return Math.floor(microsecond / 60_000_000) % 60;
  return Math.floor(microsecond / 1_000_000) % 60;
}

function firstDayOfYear(calendar: Parameters<typeof dateOf>[0], day: number, month: number, dayOfMonth: number): number {
  let first = day - dayOfMonth + 1;
  for (let m = month; m > 1; m--) first -= dateOf(calendar, first - 1).day;
  return first;
}

function instantsOf(values: TypedArray): { days: Int32Array; microseconds: Float64Array } {
  const days = new Int32Array(values.length);
  const microseconds = new Float64Array(values.length);
  if (!isBigArray(values)) throw new GraticuleError("internal", "timestamps are not 64-bit integers");
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let i = 0; i < days.length; i++) {
    // By seconds, because microseconds of far years are no doubles: 2^32 = 4294 s + 967296 us.
    const high = (words[2 * i + 1] as number) | 0;
    const rest = high * 967_296 + (words[2 * i] as number);
    const carry = Math.floor(rest / 1_000_000);
    const seconds = high * 4294 + carry;
    const day = Math.floor(seconds / 86_400);
    days[i] = day;
    microseconds[i] = (seconds - day * 86_400) * 1_000_000 + (rest - carry * 1_000_000);
  }
  return { days, microseconds };
}

function insideInterval(values: TypedArray, own: ExprColumn, spec: { start?: string; end?: string }): Uint8Array {
  const interval = parseInterval(intervalText(spec), calendarOf(own));
  if (own.time) return selectInInterval(values, codingOf(own), interval);
  const { start, stop } = toTimestampRange(interval, "proleptic_gregorian");
  const from = start === undefined ? null : differences(values, start);
  const to = stop === undefined ? null : differences(values, stop);
  const out = new Uint8Array(values.length);
  for (let i = 0; i < out.length; i++) if ((!from || (from[i] as number) >= 0) && (!to || (to[i] as number) < 0)) out[i] = 1;
  return out;
}
