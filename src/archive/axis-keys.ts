import { isRealCalendar } from "../calendar/calendar.js";
import { NO_DAY, toInstants } from "../calendar/instants.js";
import { MICROSECONDS_PER_DAY, type TimeCoding } from "../calendar/time-units.js";
import { isSet } from "../schema/bitmap.js";
import type { TypedArray } from "../schema/typed-array.js";
import { toNumbers } from "./coordinate.js";
import type { Coordinate, VariableDescription } from "./description.js";

/**
 * Numbers that order coordinates of several files and say when two are equal. Times count microseconds from the reference of the
 * first file (exact within 285 years of it), texts their order of appearance, missing values are NaN.
 */
export class AxisKeys {
  readonly #base: TimeCoding | undefined;
  readonly #texts = new Map<string, number>();
  readonly #known = new Map<string, Float64Array>();

  /** @param single numbers are compared after rounding to float32 */
  constructor(
    first: VariableDescription,
    readonly single = false,
  ) {
    this.#base = first.time?.coding;
  }

  /** Keys of a difference of one in the first file's units. */
  get unit(): number {
    return this.#base ? this.#base.unit.numerator / this.#base.unit.denominator : 1;
  }

  keysOf(coordinate: Coordinate, variable: VariableDescription): Float64Array {
    const known = this.#known.get(coordinate.digest);
    if (known) return known;
    const keys = this.#make(coordinate, variable);
    this.#known.set(coordinate.digest, keys);
    return keys;
  }

  #make(coordinate: Coordinate, variable: VariableDescription): Float64Array {
    const { values, validity } = coordinate;
    if (!ArrayBuffer.isView(values)) {
      const texts = values as readonly (string | null)[];
      return Float64Array.from(texts, (text, i) =>
        text === null || (validity && !isSet(validity, i)) ? Number.NaN : this.#rankOf(text),
      );
    }
    const numbers = values as TypedArray;
    const coding = variable.time?.coding;
    if (!coding || !this.#base) {
      const keys = toNumbers(numbers, validity);
      return this.single ? keys.map(Math.fround) : keys;
    }
    const { days, microseconds } = toInstants(validity && validity.zeros > 0 ? toNumbers(numbers, validity) : numbers, coding);
    const start = sharesLine(coding, this.#base) ? this.#base.reference.day : coding.reference.day;
    return Float64Array.from(days, (day, i) =>
      day === NO_DAY ? Number.NaN : (day - start) * MICROSECONDS_PER_DAY + (microseconds[i] as number),
    );
  }

  #rankOf(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, this.#texts.size);
    return this.#texts.size - 1;
  }
}

/** Whether the day numbers of two codings count the same days. */
export function sharesLine(a: TimeCoding, b: TimeCoding): boolean {
  return a.calendar === b.calendar || (isRealCalendar(a.calendar) && isRealCalendar(b.calendar));
}
