/** How one element is stored. Plain data, so that it can stand in a plan and be posted to a worker. */

export type NumericName =
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float16"
  | "float32"
  | "float64";

export type DTypeName =
  | NumericName
  | "bool"
  | "char"
  | "string"
  | "enum"
  | "compound"
  | "vlen"
  | "opaque"
  | "reference"
  | "bitfield"
  | "complex64"
  | "complex128";

export type ByteOrder = "little" | "big";

export interface CompoundField {
  readonly name: string;
  /** Byte offset inside the compound. */
  readonly offset: number;
  readonly dtype: DType;
  /** Dimensions of an array field; absent for a scalar. */
  readonly shape?: readonly number[];
}

export interface DType {
  readonly name: DTypeName;
  /** Bytes of one element as stored. */
  readonly size: number;
  /** Absent where it has no meaning (one byte, text). */
  readonly byteOrder?: ByteOrder;
  /** Of `enum` and `vlen`: what it is made of. */
  readonly base?: DType;
  /** Of `enum`: in stored order. Values beyond ±2⁵³ are decimal text. */
  readonly members?: Readonly<Record<string, number | string>>;
  /** Of `compound`: in stored order. */
  readonly fields?: readonly CompoundField[];
  /** Of `string`. `variable` strings lie elsewhere (HDF5's global heap); others take `size` bytes. */
  readonly text?: {
    readonly variable: boolean;
    /** `nul-or-space`: ends at the first NUL, and blanks on the right mean nothing (FITS). */
    readonly padding: "nul-terminated" | "nul-padded" | "space-padded" | "nul-or-space";
    readonly charset: "ascii" | "utf-8";
  };
  /** Bits that carry the value where they are fewer than `8 * size` (HDF5 precision and offset). */
  readonly bits?: { readonly offset: number; readonly precision: number };
  /**
   * How stored bits stand for the value where they are not it. `offset-binary`: an integer stored as that of the other
   * signedness, off by half the range (FITS's BZERO 32768 on 16 bits). `letters`: of `bool`, T for true, NUL for missing,
   * anything else false (FITS's L); read as 1, 2 and 0.
   */
  readonly coding?: "offset-binary" | "letters";
}

const NUMERIC_NAMES: ReadonlySet<DTypeName> = new Set<NumericName>([
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float16",
  "float32",
  "float64",
]);

export function isNumericName(name: DTypeName): name is NumericName {
  return NUMERIC_NAMES.has(name);
}

/** Whether an enumeration stands for true and false, as h5py and PyTables write them. */
export function isBooleanEnum({ name, members, base }: DType): boolean {
  if (name !== "enum" || base?.size !== 1 || members === undefined) return false;
  const entries = Object.entries(members).map(([key, value]) => `${key.toUpperCase()} ${value}`);
  return entries.length === 2 && entries.includes("FALSE 0") && entries.includes("TRUE 1");
}

export function isInteger(name: DTypeName): boolean {
  return name.startsWith("int") || name.startsWith("uint");
}

export function isFloat(name: DTypeName): boolean {
  return name.startsWith("float");
}
