import type { ArrayVariable } from "../format/contract.js";
import { type DType, isInteger, isNumericName, type NumericName } from "../schema/dtype.js";
import { arrayTypeOf, type TypedArray, viewAs, widenFloat16 } from "../schema/typed-array.js";
import { textOf } from "./attribute-value.js";

/** The type of a variable's numbers as they lie in the file; undefined where they are no numbers. */
export function numericType(dtype: DType): NumericName | undefined {
  if (isNumericName(dtype.name)) return dtype.name;
  if (dtype.name === "bool") return "uint8";
  return dtype.name === "enum" && dtype.base ? numericType(dtype.base) : undefined;
}

/** The type after `_Unsigned` (netCDF users' guide, best practices: "true" on signed integers, "false" on unsigned). */
export function applyUnsigned(variable: ArrayVariable, warn: (text: string) => void): NumericName | undefined {
  const stored = numericType(variable.dtype);
  if (stored === undefined || !variable.attributes.has("_Unsigned")) return stored;
  const said = textOf(variable.attributes, "_Unsigned")?.toLowerCase();
  if (said !== "true" && said !== "false") {
    warn(`_Unsigned is neither "true" nor "false": ignored`);
    return stored;
  }
  if (!isInteger(stored)) {
    warn(`_Unsigned on ${stored}: ignored`);
    return stored;
  }
  const width = stored.replace(/^u?int/, "");
  return (said === "true" ? `uint${width}` : `int${width}`) as NumericName;
}

/**
 * Raw elements as numbers of the stored type: the signedness by `_Unsigned` (a view), float16 widened to float32 (a copy).
 */
export function asStored(raw: TypedArray, stored: NumericName): TypedArray {
  if (stored === "float16") return raw instanceof Uint16Array ? widenFloat16(raw) : raw;
  const type = arrayTypeOf(stored);
  if (raw.constructor === type) return raw;
  if (raw.BYTES_PER_ELEMENT === type.BYTES_PER_ELEMENT) return new type(raw.buffer, raw.byteOffset, raw.length);
  return viewAs(stored, new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
}
