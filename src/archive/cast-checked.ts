import { GraticuleError } from "../errors.js";
import { type Bitmap, isSet } from "../schema/bitmap.js";
import type { NumericName } from "../schema/dtype.js";
import { arrayTypeOf, isBigArray, type TypedArray } from "../schema/typed-array.js";

/**
 * Numbers in another type, each as it is: whole ones stay what they are, fractions are rounded to the type's precision alone.
 * Elements that `validity` clears become 0 where the type cannot hold them.
 * @throws `usage` for a value that the type cannot hold, naming it
 */
export function castChecked(
  values: TypedArray,
  to: Exclude<NumericName, "float16">,
  validity: Bitmap | undefined,
  column: string,
): TypedArray {
  const type = arrayTypeOf(to);
  if (values instanceof type) return values;
  const out = new type(values.length);
  const isFloat = out instanceof Float32Array || out instanceof Float64Array;
  const isFromFloat = values instanceof Float32Array || values instanceof Float64Array;
  for (let i = 0; i < out.length; i++) {
    const value = values[i] as number | bigint;
    if (validity && !isSet(validity, i)) continue;
    if (Number.isNaN(value)) {
      if (!isFloat) throw loss(value, to, column);
      out[i] = Number.NaN as never;
      continue;
    }
    if (isBigArray(out)) {
      if (typeof value === "number" && !Number.isInteger(value)) throw loss(value, to, column);
      const whole = BigInt(value);
      out[i] = whole as never;
      if ((out[i] as unknown as bigint) !== whole) throw loss(value, to, column);
      continue;
    }
    const number = Number(value);
    out[i] = number as never;
    const kept = out[i] as number;
    // Rounding a fraction is what a smaller type is for; losing a whole number's digits, or its size, is not.
    const isKept = isFloat && isFromFloat ? Number.isFinite(kept) === Number.isFinite(number) : sameNumber(kept, value);
    if (!isKept) throw loss(value, to, column);
  }
  return out;
}

function sameNumber(kept: number, value: number | bigint): boolean {
  return typeof value === "bigint" ? BigInt(kept) === value : kept === value;
}

function loss(value: number | bigint, to: string, column: string): GraticuleError {
  return new GraticuleError("usage", `--dtype ${column}=${to}: the value ${value} cannot be kept`, {
    variable: column,
    hint: "a wider type holds it",
  });
}
