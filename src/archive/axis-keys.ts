import { isRealCalendar } from "../calendar/calendar.js";
import { NO_DAY } from "../calendar/instants.js";
import { MICROSECONDS_PER_DAY, type TimeCoding } from "../calendar/time-units.js";
import { isSet } from "../schema/bitmap.js";
import type { TypedArray } from "../schema/typed-array.js";
import { instantsOf, toNumbers } from "./coordinate.js";
import type { Coordinate, VariableDescription } from "./description.js";
import type { FragmentScalar } from "./fragments.js";
import { SpacedKeys } from "./spaced-keys.js";

/**
 * Numbers that order coordinates of several files and say when two are equal. Times count microseconds from the first of
 * them (exact within 285 years of it), texts their order of appearance, missing values are NaN. Numbers are themselves, or where
 * 64-bit integers are among them that no double holds, stand apart as those do.
 */
export class AxisKeys {
  readonly #base: TimeCoding | undefined;
  readonly #spaced: SpacedKeys | undefined;
  #start: number | undefined;
  readonly #texts = new Map<string, number>();
  readonly #known = new Map<string, Float64Array>();

  /**
   * @param scalars or coordinates, all whose keys will be asked for; the first counts times
   * @param single numbers are compared after rounding to float32
   */
  constructor(
    scalars: readonly FragmentScalar[],
    readonly single = false,
  ) {
    this.#base = scalars[0]?.variable.time?.coding;
    if (!this.#base && scalars.some(({ values }) => values.isWide))
      this.#spaced = new SpacedKeys(scalars.flatMap(({ values }) => (ArrayBuffer.isView(values.values) ? values : [])));
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
      if (this.#spaced) return this.#spaced.keysOf(coordinate);
      const keys = toNumbers(numbers, validity);
      return this.single ? keys.map(Math.fround) : keys;
    }
    const { days, microseconds } = instantsOf(numbers, validity, coding);
    const isShared = sharesLine(coding, this.#base);
    if (isShared) this.#start ??= days.find((day) => day !== NO_DAY);
    const start = (isShared ? this.#start : undefined) ?? coding.reference.day;
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
