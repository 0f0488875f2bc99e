import { GraticuleError } from "../errors.js";
import type { ArrayVariable } from "../format/contract.js";
import { type Bitmap, packBits } from "../schema/bitmap.js";
import { isFloat, type NumericName } from "../schema/dtype.js";
import { isBigArray, type TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";
import { maskBig } from "./big-loops.js";
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
  const values = meaning.packing ? unpack(numbers, meaning.packing) : numbers;
  return flags ? { values, validity: packBits(flags) } : { values };
}

/** Stored numbers with their mask, still packed. */
export function maskValues(raw: TypedArray, variable: ArrayVariable, meaning: VariableMeaning): DecodedValues {
  const stored = requireStored(variable, meaning);
  const values = asStored(raw, stored);
  const flags = maskOf(values, stored, meaning);
  return flags ? { values, validity: packBits(flags) } : { values };
}

/**
 * 1 where an element is valid, and its decoded value is no NaN; null where all are.
 * @param numbers as {@link asStored} gives them
 */
export function maskOf(numbers: TypedArray, stored: NumericName, meaning: VariableMeaning): Uint8Array | null {
  if (isBigArray(numbers)) return maskBig(numbers, meaning.missing as readonly bigint[]);
  const flags = loopsFor(numbers).mask(numbers, meaning.missing as readonly number[], isFloat(stored));
  // Scale and offset are finite: nothing else than an infinity times zero gives NaN.
  return isFloat(stored) && meaning.packing?.scale === 0 ? withoutInfinities(numbers, flags) : flags;
}

function withoutInfinities(numbers: TypedArray, flags: Uint8Array | null): Uint8Array {
  const out = flags ?? new Uint8Array(numbers.length).fill(1);
  for (let i = 0; i < out.length; i++) if (!Number.isFinite(numbers[i])) out[i] = 0;
  return out;
}

export function requireStored(variable: ArrayVariable, meaning: VariableMeaning): NumericName {
  if (meaning.stored !== undefined) return meaning.stored;
  throw new GraticuleError("unsupported", `${variable.dtype.name} has no numeric values`, { variable: variable.path });
}
