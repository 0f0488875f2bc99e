import { specialised } from "../schema/specialise.js";
import type { TypedArray } from "../schema/typed-array.js";

type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/** Running minimum, maximum and sum, and the number of values among them. */
export interface Moments {
  min: number;
  max: number;
  sum: number;
  valid: number;
}

/** Loops over one array type. */
export interface NumberLoops {
  /** 1 where the element is neither missing nor NaN; null where all are valid. */
  readonly mask: (raw: NumberArray, missing: readonly number[], isFloat: boolean) => Uint8Array | null;
  readonly moments: (raw: NumberArray, flags: Uint8Array | null, scale: number, offset: number, into: Moments) => void;
  /** Valid elements outside of the closed range, after scaling. */
  readonly outside: (
    raw: NumberArray,
    flags: Uint8Array | null,
    scale: number,
    offset: number,
    low: number,
    high: number,
  ) => number;
  readonly countEqual: (raw: NumberArray, flags: Uint8Array | null, value: number) => number;
}

/** One set of functions for each array type. */
export const loopsFor: (raw: NumberArray) => NumberLoops = specialised(makeLoops);

/** Refers to nothing outside of itself, because its source is copied. */
function makeLoops(): NumberLoops {
  // Partial sums of so many elements are added with compensation: the error stays near that of one block.
  const BLOCK = 1024;
  const INFINITY_BITS = 0x7f800000;
  const MAGNITUDE = 0x7fffffff;

  /** 1 where a whole number is another one. */
  function othersThan(raw: NumberArray, code: number): Uint8Array {
    const flags = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) {
      const difference = (raw[i] as number) ^ code;
      flags[i] = (difference | -difference) >>> 31;
    }
    return flags;
  }

  /** Whether all are nearer to zero than NaN and each missing value: true of most data, and told by their bits without a comparison. */
  function areBelow(raw: Float32Array, missing: readonly number[]): boolean {
    const magnitudes = new Int32Array(Float32Array.from(missing).buffer);
    let limit = INFINITY_BITS;
    for (let k = 0; k < magnitudes.length; k++) limit = Math.min(limit, ((magnitudes[k] as number) & MAGNITUDE) - 1);
    const bits = new Int32Array(raw.buffer, raw.byteOffset, raw.length);
    for (let start = 0; start < bits.length; start += 4 * BLOCK) {
      const stop = Math.min(bits.length, start + 4 * BLOCK);
      const whole = stop - ((stop - start) & 3);
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let i = start; i < whole; i += 4) {
        a |= limit - ((bits[i] as number) & MAGNITUDE);
        b |= limit - ((bits[i + 1] as number) & MAGNITUDE);
        c |= limit - ((bits[i + 2] as number) & MAGNITUDE);
        d |= limit - ((bits[i + 3] as number) & MAGNITUDE);
      }
      for (let i = whole; i < stop; i++) a |= limit - ((bits[i] as number) & MAGNITUDE);
      if ((a | b | c | d) < 0) return false;
    }
    return true;
  }

  return {
    mask(raw, missing, isFloat) {
      if (missing.length === 0 && !isFloat) return null;
      const first = missing.length > 0 ? (missing[0] as number) : Number.NaN;
      if (raw instanceof Float32Array && areBelow(raw, missing)) return null;
      if (!isFloat && missing.length === 1) return raw.indexOf(first) < 0 ? null : othersThan(raw, first | 0);
      let suspect = 0;
      for (let i = 0; i < raw.length; i++) {
        const value = raw[i] as number;
        // biome-ignore lint/suspicious/noSelfCompare: the fastest test for NaN
        suspect += value === value && value !== first ? 0 : 1;
      }
      if (suspect === 0 && missing.length < 2) return null;
      const flags = new Uint8Array(raw.length);
      let valid = 0;
      // With NaN as `first`, `value !== first` holds always, and a NaN value fails `value === value`.
      for (let i = 0; i < raw.length; i++) {
        const value = raw[i] as number;
        // biome-ignore lint/suspicious/noSelfCompare: the fastest test for NaN
        const keep = value === value && value !== first ? 1 : 0;
        flags[i] = keep;
        valid += keep;
      }
      for (let k = 1; k < missing.length; k++) {
        const code = missing[k] as number;
        for (let i = 0; i < raw.length; i++)
          if (raw[i] === code && flags[i] === 1) {
            flags[i] = 0;
            valid--;
          }
      }
      return valid === raw.length ? null : flags;
    },
    moments(raw, flags, scale, offset, into) {
      let { min, max, sum, valid } = into;
      let lost = 0;
      for (let start = 0; start < raw.length; start += BLOCK) {
        const stop = Math.min(raw.length, start + BLOCK);
        let part = 0;
        for (let i = start; i < stop; i++) {
          if (flags !== null && flags[i] === 0) continue;
          const value = (raw[i] as number) * scale + offset;
          if (value < min) min = value;
          if (value > max) max = value;
          part += value;
          valid++;
        }
        const total = sum + part;
        const correction = Math.abs(sum) >= Math.abs(part) ? sum - total + part : part - total + sum;
        // Infinities are values: their sums have no remainder.
        if (Number.isFinite(correction)) lost += correction;
        sum = total;
      }
      into.min = min;
      into.max = max;
      into.sum = sum + lost;
      into.valid = valid;
    },
    outside(raw, flags, scale, offset, low, high) {
      let count = 0;
      for (let i = 0; i < raw.length; i++) {
        if (flags !== null && flags[i] === 0) continue;
        const value = (raw[i] as number) * scale + offset;
        if (value < low || value > high) count++;
      }
      return count;
    },
    countEqual(raw, flags, value) {
      let count = 0;
      for (let i = 0; i < raw.length; i++) if (raw[i] === value && (flags === null || flags[i] === 1)) count++;
      return count;
    },
  };
}
