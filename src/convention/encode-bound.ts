import { isInteger } from "../schema/dtype.js";
import type { VariableMeaning } from "./meaning.js";

export type BoundOperator = "<" | "<=" | ">" | ">=" | "=";

/** Closed limits on stored numbers; an absent side is open. */
export interface StoredBounds {
  readonly min?: number;
  readonly max?: number;
}

/**
 * What a comparison of decoded values allows the stored numbers to be, for pruning: never too narrow. Integers are widened by a
 * step for the rounding of the quotient, and the bound beforehand by the rounding of the decoded value; a negative scale
 * exchanges the sides. A scale of 0, or a bound that is no number, allows everything.
 */
export function encodeBound(
  meaning: Pick<VariableMeaning, "packing" | "stored">,
  op: BoundOperator,
  value: number | bigint,
): StoredBounds {
  const bound = Number(value);
  const { packing, stored } = meaning;
  if (Number.isNaN(bound) || stored === undefined) return {};
  const lower = op === "<" || op === "<=" ? undefined : bound;
  const upper = op === ">" || op === ">=" ? undefined : bound;
  if (!packing) return widen(lower, upper, typeof value === "bigint" ? Math.abs(bound) * 2 ** -52 : 0);
  const { scale, offset, target } = packing;
  if (scale === 0 || !Number.isFinite(scale) || !Number.isFinite(offset)) return {};
  const rounding = target === "float32" ? 2 ** -23 : 2 ** -51;
  const slack = (x: number) => rounding * (Math.abs(x) + Math.abs(offset));
  const toStored = (x: number | undefined, side: 1 | -1) => {
    if (x === undefined) return undefined;
    const outward = (scale < 0 ? -side : side) as 1 | -1;
    const exact = (x + side * slack(x) - offset) / scale;
    if (isInteger(stored)) return outward < 0 ? Math.floor(exact) - 1 : Math.ceil(exact) + 1;
    return exact + outward * (Math.abs(exact) * 2 ** -22 + Number.MIN_VALUE);
  };
  const [low, high] = [toStored(lower, -1), toStored(upper, 1)];
  return scale < 0 ? widen(high, low, 0) : widen(low, high, 0);
}

function widen(min: number | undefined, max: number | undefined, by: number): StoredBounds {
  return { ...(min !== undefined && { min: min - by }), ...(max !== undefined && { max: max + by }) };
}
