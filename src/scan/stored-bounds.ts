import { encodeBound, type StoredBounds } from "../convention/encode-bound.js";
import type { VariableMeaning } from "../convention/meaning.js";
import { boundsOf } from "../expr/bounds.js";
import type { Expr } from "../expr/nodes.js";
import { conjunctsOf } from "../expr/walk.js";

/**
 * What a filter on one data column allows its stored numbers to be: for chunks whose least and greatest stored value are known.
 * Never too narrow; null where it says nothing of them.
 */
export function storedBoundsOf(
  filter: Expr,
  column: string,
  meaning: Pick<VariableMeaning, "packing" | "stored">,
): StoredBounds | null {
  const decoded = boundsOf(conjunctsOf(filter)).get(column);
  if (!decoded) return null;
  const low = decoded.min === undefined ? {} : encodeBound(meaning, ">=", decoded.min);
  const high = decoded.max === undefined ? {} : encodeBound(meaning, "<=", decoded.max);
  const min = Math.max(low.min ?? Number.NEGATIVE_INFINITY, high.min ?? Number.NEGATIVE_INFINITY);
  const max = Math.min(low.max ?? Number.POSITIVE_INFINITY, high.max ?? Number.POSITIVE_INFINITY);
  if (min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY) return null;
  return { ...(Number.isFinite(min) && { min }), ...(Number.isFinite(max) && { max }) };
}
