import type { Attribute, AttributeElement, DType, NumericName } from "graticule/plugin";

/** How stored numbers are to be taken: `stored * scale + zero`; integers equal to `blank` are missing. */
export interface Scaling {
  readonly scale?: number | undefined;
  readonly zero?: number | bigint | undefined;
  readonly blank?: number | bigint | undefined;
}

export interface NumbersDescription {
  readonly dtype: DType;
  /** `scale_factor`, `add_offset` and `_FillValue`, as CF has them. */
  readonly attributes: readonly (readonly [name: string, attribute: Attribute])[];
}

/** What the letters of TFORM mean that are real numbers (FITS 4.0, table 18). */
export const NUMBERS: Readonly<Record<string, NumericName>> = {
  B: "uint8",
  I: "int16",
  J: "int32",
  K: "int64",
  E: "float32",
  D: "float64",
};

/** Offsets that mean nothing but the other signedness (FITS 4.0, tables 11 and 19). */
const OTHER_SIGN: Partial<Record<NumericName, { readonly zero: number; readonly name: NumericName }>> = {
  uint8: { zero: -128, name: "int8" },
  int16: { zero: 2 ** 15, name: "uint16" },
  int32: { zero: 2 ** 31, name: "uint32" },
  int64: { zero: 2 ** 63, name: "uint64" },
};

const SIZES: Partial<Record<NumericName, number>> = { uint8: 1, int16: 2, int32: 4, int64: 8, float32: 4, float64: 8 };

/**
 * The type and the CF attributes of big-endian numbers.
 *
 * @param options.single decoded as float32 where that tells all packed numbers of up to 16 bits apart, as images are
 */
export function describeNumbers(
  stored: NumericName,
  { scale = 1, zero = 0, blank }: Scaling,
  options: { readonly single: boolean },
): NumbersDescription {
  const size = SIZES[stored] ?? 1;
  const other = OTHER_SIGN[stored];
  const isOther = other !== undefined && scale === 1 && Number(zero) === other.zero;
  const name = isOther ? other.name : stored;
  const dtype: DType = { name, size, ...(size > 1 && { byteOrder: "big" }), ...(isOther && { coding: "offset-binary" }) };
  const attributes: [string, Attribute][] = [];
  if (!isOther && (scale !== 1 || Number(zero) !== 0)) {
    const real = options.single && isSingleEnough(stored, scale, Number(zero)) ? "float32" : "float64";
    attributes.push(["scale_factor", { dtype: real, values: [scale] }]);
    attributes.push(["add_offset", { dtype: real, values: [Number(zero)] }]);
  }
  const missing = blank === undefined ? undefined : missingOf(stored, BigInt(blank), isOther ? BigInt(other.zero) : 0n);
  if (missing !== undefined) attributes.push(["_FillValue", { dtype: name, values: [missing] }]);
  return { dtype, attributes };
}

/** The missing value as the type has it; undefined where it has it not, as floats never do. */
function missingOf(stored: NumericName, blank: bigint, offset: bigint): AttributeElement | undefined {
  if (stored.startsWith("float")) return undefined;
  const bits = BigInt(stored.replace(/\D/g, ""));
  const low = stored.startsWith("u") ? 0n : -(1n << (bits - 1n));
  const high = low + (1n << bits) - 1n;
  if (blank < low || blank > high) return undefined;
  return bits === 64n ? blank + offset : Number(blank + offset);
}

function isSingleEnough(stored: NumericName, scale: number, zero: number): boolean {
  if (stored === "float32") return true;
  if (stored !== "uint8" && stored !== "int16") return false;
  const most = Math.max(Math.abs(zero - 2 ** 15 * scale), Math.abs(zero + 2 ** 15 * scale));
  return most * 2 ** -24 <= Math.abs(scale) / 2;
}
