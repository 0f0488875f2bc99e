import type { ArrayVariable } from "../format/contract.js";
import type { Box } from "../schema/box.js";
import { isBigArray, type TypedArray } from "../schema/typed-array.js";
import { type BigMoments, countBig, momentsBig } from "./big-loops.js";
import { maskOf, requireStored } from "./decode.js";
import { flatIndexInArray } from "./flat-index.js";
import { jsonNumber } from "./json-number.js";
import type { VariableMeaning } from "./meaning.js";
import { loopsFor, type Moments } from "./number-loops.js";
import { asStored } from "./stored-type.js";

/** `decoded` of `inspect --stats`, with exact numbers. Without valid values only `size` and `valid`. */
export interface DecodedStatistics {
  readonly size: number;
  readonly valid: number;
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  readonly mean?: number;
  readonly first_valid?: number | bigint;
  /** Row-major index in the whole array. */
  readonly first_valid_index?: number;
  readonly last_valid?: number | bigint;
  readonly last_valid_index?: number;
  /** Valid elements outside of valid_min … valid_max; absent where the attributes give no range. */
  readonly outside_valid?: number;
  /** Valid elements equal to netCDF's default fill; absent where there are none. */
  readonly default_fill?: number;
}

/**
 * Statistics of decoded values in float64 (`stored * scale + offset`, missing left out), one box after another in any order.
 * Without packing, integers stay exact.
 */
export class StatisticsAccumulator {
  private readonly moments: Moments & { exact: BigMoments } = {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    sum: 0,
    valid: 0,
    exact: {},
  };
  private size = 0;
  private first: { index: number; value: number | bigint } | undefined;
  private last: { index: number; value: number | bigint } | undefined;
  private outside = 0;
  private defaultFill = 0;

  /** @throws `unsupported` for a variable that is no number */
  constructor(
    private readonly variable: ArrayVariable,
    private readonly meaning: VariableMeaning,
    private readonly shape: readonly number[] = variable.shape,
  ) {
    requireStored(variable, meaning);
  }

  /** @param raw stored elements of the box, row-major, native byte order */
  add(raw: TypedArray, box: Box): void {
    const stored = requireStored(this.variable, this.meaning);
    const numbers = asStored(raw, stored);
    const flags = maskOf(numbers, stored, this.meaning);
    this.size += numbers.length;
    const scale = this.meaning.packing?.scale ?? 1;
    const offset = this.meaning.packing?.offset ?? 0;
    if (isBigArray(numbers)) this.addBig(numbers, flags);
    else {
      const loops = loopsFor(numbers);
      loops.moments(numbers, flags, scale, offset, this.moments);
      this.countNumbers(numbers, flags, scale, offset);
    }
    this.note(numbers, flags, box);
  }

  result(): DecodedStatistics {
    const { size, first, last } = this;
    const { valid, sum, exact } = this.moments;
    const counts = {
      ...(this.meaning.validDomain && { outside_valid: this.outside }),
      ...(this.defaultFill > 0 && { default_fill: this.defaultFill }),
    };
    if (valid === 0 || !first || !last) return { size, valid };
    const isExact = exact.min !== undefined && exact.max !== undefined && !this.meaning.packing;
    return {
      size,
      valid,
      min: isExact ? (exact.min as bigint) : this.decode(exact, this.moments.min, "low"),
      max: isExact ? (exact.max as bigint) : this.decode(exact, this.moments.max, "high"),
      // Of truth values, the share that is true: a missing one is not.
      mean: this.variable.dtype.name === "bool" ? sum / size : this.mean(sum, valid, exact.min !== undefined),
      first_valid: this.value(first.value),
      first_valid_index: first.index,
      last_valid: this.value(last.value),
      last_valid_index: last.index,
      ...counts,
    };
  }

  /** The result with numbers as JSON can carry them. */
  toJSON(): Readonly<Record<string, number | string>> {
    return Object.fromEntries(Object.entries(this.result()).map(([key, value]) => [key, jsonNumber(value as number | bigint)]));
  }

  /** Extremes of packed 64-bit integers are kept stored: the scale's sign says which is which. */
  private decode(exact: BigMoments, moment: number, side: "low" | "high"): number {
    const { packing } = this.meaning;
    if (!packing || exact.min === undefined || exact.max === undefined) return moment;
    const stored = (side === "low") === packing.scale >= 0 ? exact.min : exact.max;
    return Number(stored) * packing.scale + packing.offset;
  }

  private mean(sum: number, valid: number, isBig: boolean): number {
    const { packing } = this.meaning;
    const mean = sum / valid;
    return isBig && packing ? mean * packing.scale + packing.offset : mean;
  }

  private value(stored: number | bigint): number | bigint {
    const { packing } = this.meaning;
    return packing ? Number(stored) * packing.scale + packing.offset : stored;
  }

  private countNumbers(
    numbers: Exclude<TypedArray, BigInt64Array | BigUint64Array>,
    flags: Uint8Array | null,
    scale: number,
    offset: number,
  ): void {
    const { validMin, validMax, validDomain, defaultFill } = this.meaning;
    const loops = loopsFor(numbers);
    if (validDomain) {
      const [low, high] = [Number(validMin ?? Number.NEGATIVE_INFINITY), Number(validMax ?? Number.POSITIVE_INFINITY)];
      const isStored = validDomain === "stored";
      this.outside += loops.outside(numbers, flags, isStored ? 1 : scale, isStored ? 0 : offset, low, high);
    }
    if (defaultFill !== undefined) this.defaultFill += loops.countEqual(numbers, flags, Number(defaultFill));
  }

  private addBig(numbers: BigInt64Array | BigUint64Array, flags: Uint8Array | null): void {
    momentsBig(numbers, flags, this.moments);
    const { validMin, validMax, validDomain, defaultFill, packing } = this.meaning;
    if (validDomain) {
      const [low, high] = [validMin ?? Number.NEGATIVE_INFINITY, validMax ?? Number.POSITIVE_INFINITY];
      const of =
        validDomain === "decoded" && packing ? (v: bigint) => Number(v) * packing.scale + packing.offset : (v: bigint) => v;
      this.outside += countBig(numbers, flags, (v) => of(v) < low || of(v) > high);
    }
    if (defaultFill !== undefined) this.defaultFill += countBig(numbers, flags, (v) => v === defaultFill);
  }

  /** Remembers the first and last valid element of the whole array: order inside a box is that of the array. */
  private note(numbers: TypedArray, flags: Uint8Array | null, box: Box): void {
    const low = flags === null ? 0 : flags.indexOf(1);
    const high = flags === null ? numbers.length - 1 : flags.lastIndexOf(1);
    if (low < 0 || high < 0) return;
    const first = flatIndexInArray(low, box, this.shape);
    const last = flatIndexInArray(high, box, this.shape);
    if (!this.first || first < this.first.index) this.first = { index: first, value: numbers[low] as number | bigint };
    if (!this.last || last > this.last.index) this.last = { index: last, value: numbers[high] as number | bigint };
  }
}
