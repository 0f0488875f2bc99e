import { isSet } from "../schema/bitmap.js";
import type { TypedArray } from "../schema/typed-array.js";
import type { Coordinate } from "./description.js";

/** Keys stay below it, so that every one of them is exact. */
const MOST = 2 ** 52;

/**
 * Doubles in place of numbers of which some are 64-bit integers that no double holds: distinct numbers get distinct keys in the
 * same order. Keys lie as far apart as the numbers do, or at least `2 ** 52` divided by the count of distinct ones.
 */
export class SpacedKeys {
  /** Ascending, each once: whole numbers as bigint, others as they are. */
  readonly #numbers: readonly (number | bigint)[];
  readonly #keys: Float64Array;

  /** @param coordinates all whose numbers will be asked for */
  constructor(coordinates: readonly Coordinate[]) {
    const numbers = new Set<number | bigint>();
    for (const coordinate of new Set(coordinates))
      forEachValid(coordinate, (value) => {
        numbers.add(value);
      });
    this.#numbers = [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    this.#keys = new Float64Array(this.#numbers.length);
    const widest = Math.floor(MOST / Math.max(1, this.#numbers.length));
    for (let i = 1; i < this.#keys.length; i++) {
      const gap = distance(this.#numbers[i - 1] as number | bigint, this.#numbers[i] as number | bigint);
      this.#keys[i] = (this.#keys[i - 1] as number) + Math.min(gap, widest);
    }
  }

  /** NaN for missing ones. */
  keysOf(coordinate: Coordinate): Float64Array {
    const keys = new Float64Array(coordinate.length).fill(Number.NaN);
    forEachValid(coordinate, (value, i) => {
      keys[i] = this.#keys[this.#find(value)] as number;
    });
    return keys;
  }

  #find(value: number | bigint): number {
    let [low, high] = [0, this.#numbers.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] as number | bigint) < value) low = middle + 1;
      else high = middle;
    }
    if (this.#numbers[low] !== value) throw new TypeError(`no key is known for ${value}`);
    return low;
  }
}

/** A value with a fraction is no further than 2^52 from zero: beside it the other's rounding changes nothing. */
function distance(a: number | bigint, b: number | bigint): number {
  return typeof a === "bigint" && typeof b === "bigint" ? Number(b - a) : Number(b) - Number(a);
}

function forEachValid({ values, validity }: Coordinate, visit: (value: number | bigint, i: number) => void): void {
  const numbers = values as TypedArray;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number | bigint;
    if ((validity && !isSet(validity, i)) || Number.isNaN(value)) continue;
    visit(Number.isInteger(value) ? BigInt(value) : value, i);
  }
}
