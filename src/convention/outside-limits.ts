import { type Bitmap, isSet } from "../schema/bitmap.js";
import { specialised } from "../schema/specialise.js";
import { isBigArray, type TypedArray } from "../schema/typed-array.js";
import type { VariableMeaning } from "./meaning.js";

type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

const loopsFor = specialised(() => ({
  mark(values: NumberArray, scale: number, offset: number, low: number, high: number, out: Uint8Array): number {
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as number) * scale + offset;
      if (value < low || value > high) {
        out[i] = 1;
        count++;
      }
    }
    return count;
  },
}));

/**
 * 1 where a valid number lies outside of `valid_min` … `valid_max`; null where none does, or where the attributes give no limits
 * (CF-1.12 section 8.1: of stored numbers, or of what they mean, as the limits' own type says).
 * @param numbers as stored, signedness applied
 */
export function outsideLimits(numbers: TypedArray, meaning: VariableMeaning, validity: Bitmap | undefined): Uint8Array | null {
  const { validMin, validMax, validDomain, packing } = meaning;
  if (!validDomain) return null;
  const out = new Uint8Array(numbers.length);
  const count = isBigArray(numbers) ? markBig(numbers, meaning, out) : markNumbers();
  if (count === 0) return null;
  if (validity && validity.zeros > 0) for (let i = 0; i < out.length; i++) if (!isSet(validity, i)) out[i] = 0;
  return out.includes(1) ? out : null;

  function markNumbers(): number {
    const { scale, offset } = validDomain === "stored" || !packing ? { scale: 1, offset: 0 } : packing;
    const [low, high] = [Number(validMin ?? Number.NEGATIVE_INFINITY), Number(validMax ?? Number.POSITIVE_INFINITY)];
    return loopsFor(numbers).mark(numbers as NumberArray, scale, offset, low, high, out);
  }
}

function markBig(numbers: BigInt64Array | BigUint64Array, meaning: VariableMeaning, out: Uint8Array): number {
  const { validMin, validMax, validDomain, packing } = meaning;
  const [low, high] = [validMin ?? Number.NEGATIVE_INFINITY, validMax ?? Number.POSITIVE_INFINITY];
  const isStored = validDomain === "stored" || !packing;
  let count = 0;
  for (let i = 0; i < out.length; i++) {
    const value = isStored ? (numbers[i] as bigint) : Number(numbers[i]) * packing.scale + packing.offset;
    if (value >= low && value <= high) continue;
    out[i] = 1;
    count++;
  }
  return count;
}
