import type { Moments } from "./number-loops.js";

export type BigArray = BigInt64Array | BigUint64Array;

/** 1 where the element is not missing; null where all are valid. */
export function maskBig(raw: BigArray, missing: readonly bigint[]): Uint8Array | null {
  if (missing.length === 0) return null;
  const flags = new Uint8Array(raw.length);
  let valid = 0;
  for (let i = 0; i < raw.length; i++)
    if (!missing.includes(raw[i] as bigint)) {
      flags[i] = 1;
      valid++;
    }
  return valid === raw.length ? null : flags;
}

/** Exact extremes of 64-bit integers; the sum is that of their doubles. */
export interface BigMoments {
  min?: bigint;
  max?: bigint;
}

export function momentsBig(raw: BigArray, flags: Uint8Array | null, into: Moments & { exact: BigMoments }): void {
  let { min, max } = into.exact;
  let sum = 0;
  for (let i = 0; i < raw.length; i++) {
    if (flags !== null && flags[i] === 0) continue;
    const value = raw[i] as bigint;
    if (min === undefined || value < min) min = value;
    if (max === undefined || value > max) max = value;
    sum += Number(value);
    into.valid++;
  }
  into.sum += sum;
  if (min !== undefined) into.exact.min = min;
  if (max !== undefined) into.exact.max = max;
}

export function countBig(raw: BigArray, flags: Uint8Array | null, test: (value: bigint) => boolean): number {
  let count = 0;
  for (let i = 0; i < raw.length; i++) if ((flags === null || flags[i] === 1) && test(raw[i] as bigint)) count++;
  return count;
}
