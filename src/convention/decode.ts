import { GraticuleError } from "../errors.js";
import type { ArrayVariable } from "../format/contract.js";
import { type Bitmap, packBits } from "../schema/bitmap.js";
import { isFloat, type NumericName } from "../schema/dtype.js";
import { isBigArray, type TypedArray } from "../schema/typed-array.js";
import { maskBig, scaleBig } from "./big-loops.js";
import type { VariableMeaning } from "./meaning.js";
import { loopsFor } from "./number-loops.js";
import { asStored } from "./stored-type.js";

export interface DecodedValues {
  /** Of the type `meaning.decoded`. Missing elements hold whatever their code gives. A view of `raw` where nothing was scaled. */
  readonly values: TypedArray;
  /** Absent where all are valid; NaN is not. */
  readonly validity?: Bitmap;
}

/**
 * Stored numbers as the values they mean: signedness, then mask, then `stored * scale + offset` in float64, rounded to the type
 * of the packing (CF-1.12 sections 2.5.1 and 8.1). @param raw native byte order, any number of elements
 * @throws `unsupported` for what is no number
 */
export function decodeValues(raw: TypedArray, variable: ArrayVariable, meaning: VariableMeaning): DecodedValues {
  const stored = requireStored(variable, meaning);
  const numbers = asStored(raw, stored);
  const flags = maskOf(numbers, stored, meaning);
  const values = unpack(numbers, meaning);
  return flags ? { values, validity: packBits(flags) } : { values };
}

/** Stored numbers with their mask, still packed. */
export function maskValues(raw: TypedArray, variable: ArrayVariable, meaning: VariableMeaning): DecodedValues {
  const stored = requireStored(variable, meaning);
  const values = asStored(raw, stored);
  const flags = maskOf(values, stored, meaning);
  return flags ? { values, validity: packBits(flags) } : { values };
}

/** 1 where an element is valid; null where all are. @param numbers as {@link asStored} gives them */
export function maskOf(numbers: TypedArray, stored: NumericName, meaning: VariableMeaning): Uint8Array | null {
  if (isBigArray(numbers)) return maskBig(numbers, meaning.missing as readonly bigint[]);
  return loopsFor(numbers).mask(numbers, meaning.missing as readonly number[], isFloat(stored));
}

/** @param numbers stored numbers of the variable */
export function unpack(numbers: TypedArray, meaning: Pick<VariableMeaning, "packing">): TypedArray {
  const { packing } = meaning;
  if (!packing) return numbers;
  const { scale, offset, target } = packing;
  if (isBigArray(numbers)) {
    const out = target === "float32" ? new Float32Array(numbers.length) : new Float64Array(numbers.length);
    scaleBig(numbers, scale, offset, out);
    return out;
  }
  if (target === "float32") {
    const out = new Float32Array(numbers.length);
    loopsFor(numbers).scaleTo32(numbers, scale, offset, out);
    return out;
  }
  const out = new Float64Array(numbers.length);
  loopsFor(numbers).scaleTo64(numbers, scale, offset, out);
  return out;
}

export function requireStored(variable: ArrayVariable, meaning: VariableMeaning): NumericName {
  if (meaning.stored !== undefined) return meaning.stored;
  throw new GraticuleError("unsupported", `${variable.dtype.name} has no numeric values`, { variable: variable.path });
}
