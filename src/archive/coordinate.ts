import { createHash } from "node:crypto";
import { isRealCalendar } from "../calendar/calendar.js";
import { type Instants, NO_DAY, toInstants } from "../calendar/instants.js";
import type { TimeCoding } from "../calendar/time-units.js";
import { type Bitmap, isSet } from "../schema/bitmap.js";
import { bytesOf, isBigArray, type TypedArray } from "../schema/typed-array.js";
import type { Coordinate } from "./description.js";
import type { KnownColumn } from "./known-values.js";

/**
 * Values with what tells them apart. Times are told apart by their moments, so that the same days counted from two references
 * are one coordinate; numbers by their value as float64, so that 1 as int32 and 1.0 as float32 are the same.
 */
export function coordinateOf(column: KnownColumn, time?: TimeCoding): Coordinate {
  const length = column.values.length;
  if (!ArrayBuffer.isView(column.values)) {
    const texts = column.values as readonly (string | null)[];
    const shown = texts.map((text, i) => (column.validity && !isSet(column.validity, i) ? null : text));
    const digest = hash("text", Buffer.from(JSON.stringify(shown)));
    return { ...column, length, digest, digest32: digest };
  }
  const values = column.values as TypedArray;
  if (time) {
    const { days, microseconds } = instantsOf(values, column.validity, time);
    const line = isRealCalendar(time.calendar) ? "real" : time.calendar;
    const digest = hash(`time ${line}`, bytesOf(days), bytesOf(microseconds));
    return { ...column, length, digest, digest32: digest };
  }
  if (isBigArray(values)) {
    const valid = withoutMasked(values, column.validity);
    if (!valid.every(isSafe)) {
      const digest = hash("int64", bytesOf(valid), ...(column.validity ? [column.validity.bits] : []));
      return { ...column, length, isWide: true, digest, digest32: digest };
    }
  }
  const numbers = toNumbers(values, column.validity);
  return { ...column, length, digest: hash("number", bytesOf(numbers)), digest32: hash("float32", bytesOf(canonical(numbers))) };
}

/** As float64: missing ones NaN, no negative zero. */
export function toNumbers(values: TypedArray, validity?: Bitmap): Float64Array<ArrayBuffer> {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = validity && !isSet(validity, i) ? Number.NaN : Number(values[i]);
    out[i] = Number.isNaN(value) ? Number.NaN : value + 0;
  }
  return out;
}

function canonical(numbers: Float64Array): Float32Array {
  const out = new Float32Array(numbers.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(numbers[i] as number) + 0;
  return out;
}

/** Moments, 64-bit integers taken exactly; missing ones have no day. */
export function instantsOf(values: TypedArray, validity: Bitmap | undefined, time: TimeCoding): Instants {
  const instants = toInstants(values, time);
  if (!validity || validity.zeros === 0) return instants;
  for (let i = 0; i < values.length; i++) {
    if (isSet(validity, i)) continue;
    instants.days[i] = NO_DAY;
    instants.microseconds[i] = 0;
  }
  return instants;
}

/** The same integers, zero where they are missing: what a mask hides must tell nothing apart. */
export function withoutMasked<A extends BigInt64Array | BigUint64Array>(values: A, validity: Bitmap | undefined): A {
  if (!validity || validity.zeros === 0) return values;
  const out = values.slice() as A;
  for (let i = 0; i < out.length; i++) if (!isSet(validity, i)) out[i] = 0n;
  return out;
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function hash(kind: string, ...parts: readonly Uint8Array[]): string {
  const sum = createHash("sha256").update(`${kind}\n`);
  for (const part of parts) sum.update(`${part.length}\n`).update(part);
  return sum.digest("base64");
}
