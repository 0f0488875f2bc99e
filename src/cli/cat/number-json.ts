import { jsonNumber } from "../../convention/json-number.js";
import type { TypedArray } from "../../schema/typed-array.js";
import type { Json } from "../inspect/attribute-json.js";

/** Nine digits tell every float32 apart. */
const MOST_DIGITS = 9;

/** The double with the fewest digits that reads back as the same float32: 4.2 for 4.199999809265137. */
export function shortFloat32(value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) <= 1 << 24)) return value;
  for (let digits = 6; digits < MOST_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(MOST_DIGITS));
}

/** A number of an array as `cat` prints it. */
export function numberOf(values: TypedArray): (i: number) => Json {
  return values instanceof Float32Array
    ? (i) => jsonNumber(shortFloat32(values[i] as number))
    : (i) => jsonNumber(values[i] as number | bigint);
}

/** As `JSON.stringify`, but that -0 keeps its sign. */
export function jsonText(value: Json): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return Array.isArray(value) ? `[${value.map(jsonText).join(",")}]` : JSON.stringify(value);
}
