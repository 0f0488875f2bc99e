import type { ByteOrder, CompoundField, DType, NumericName } from "graticule/plugin";

/** What one element of an array is. */
export interface Element {
  readonly dtype: DType;
  /** Elements that are no bytes of a fixed size which other formats know: the plugin makes a list of them. */
  readonly list?: ListCodec;
  /** Integers that count time from 1970 ("datetime") or from one another, in CF's words. */
  readonly time?: ElementTime;
  /** Of a structure: its fields that count time, by their path ("a.b"). */
  readonly fieldTimes?: ReadonlyMap<string, ElementTime>;
}

export interface ElementTime {
  readonly kind: "datetime" | "timedelta";
  readonly unit: string;
}

/** How the bytes of a chunk become a list. */
export type ListCodec =
  | { readonly kind: "utf32"; readonly length: number; readonly byteOrder: ByteOrder }
  | { readonly kind: "vlen-utf8" }
  | { readonly kind: "vlen-bytes" }
  | { readonly kind: "vlen-array"; readonly base: DType }
  | { readonly kind: "json" }
  | { readonly kind: "categories"; readonly labels: readonly string[]; readonly code: DType }
  /** Structures with fields of UTF-32, which other formats do not have. */
  | { readonly kind: "records"; readonly dtype: DType };

const SIZES: Readonly<Record<NumericName, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};

export function numeric(name: NumericName, byteOrder: ByteOrder): DType {
  const size = SIZES[name];
  return size === 1 ? { name, size } : { name, size, byteOrder };
}

export function isNumeric(name: string): name is NumericName {
  return Object.hasOwn(SIZES, name);
}

export function complex(size: 8 | 16, byteOrder: ByteOrder): DType {
  return { name: size === 8 ? "complex64" : "complex128", size, byteOrder };
}

export const BOOL: DType = { name: "bool", size: 1 };

/** Bytes of fixed length that are text, NULs at the end dropped. */
export function fixedText(size: number): DType {
  return { name: "string", size, text: { variable: false, padding: "nul-padded", charset: "utf-8" } };
}

/** Text whose bytes lie outside the array's grid of elements. `size`: what one may take in memory. */
export function listedText(size: number): DType {
  return { name: "string", size, text: { variable: true, padding: "nul-terminated", charset: "utf-8" } };
}

/** A field of UTF-32: only here text has a byte order. */
export function wideField(length: number, byteOrder: ByteOrder): DType {
  return { ...fixedText(4 * length), byteOrder };
}

/** A structure of fields; a list where other formats have no such fields. */
export function structureOf(
  fields: readonly { readonly field: CompoundField; readonly element: Element }[],
  size: number,
): Element {
  const dtype: DType = { name: "compound", size, fields: fields.map(({ field }) => field) };
  const fieldTimes = new Map<string, ElementTime>();
  for (const { field, element } of fields) {
    if (element.time) fieldTimes.set(field.name, element.time);
    for (const [path, time] of element.fieldTimes ?? []) fieldTimes.set(`${field.name}.${path}`, time);
  }
  return { dtype, fieldTimes, ...(isWide(dtype) && { list: { kind: "records", dtype } }) };
}

function isWide({ name, byteOrder, fields = [] }: DType): boolean {
  return (name === "string" && byteOrder !== undefined) || fields.some((field) => isWide(field.dtype));
}

const VARIABLE_SIZE = 16;

export const VLEN_UTF8: Element = { dtype: listedText(VARIABLE_SIZE), list: { kind: "vlen-utf8" } };
export const JSON_TEXT: Element = { dtype: listedText(VARIABLE_SIZE), list: { kind: "json" } };
export const VLEN_BYTES: Element = {
  dtype: { name: "vlen", size: VARIABLE_SIZE, base: { name: "uint8", size: 1 } },
  list: { kind: "vlen-bytes" },
};

export function vlenArray(base: DType): Element {
  return { dtype: { name: "vlen", size: VARIABLE_SIZE, base }, list: { kind: "vlen-array", base } };
}

/** UTF-32 text of `length` characters. */
export function utf32(length: number, byteOrder: ByteOrder): Element {
  return { dtype: listedText(Math.max(1, 4 * length)), list: { kind: "utf32", length, byteOrder } };
}

/** numpy's units of time as CF spells them; shorter than a nanosecond and years have no name of equal length there. */
const UNITS: Readonly<Record<string, string>> = {
  Y: "years",
  M: "months",
  W: "weeks",
  D: "days",
  h: "hours",
  m: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  "\u03bcs": "microseconds",
  ns: "nanoseconds",
  ps: "picoseconds",
  fs: "femtoseconds",
  as: "attoseconds",
};

/** int64 that counts time; of a multiple of a unit ("10 us"), the multiple stands before it. */
export function timeElement(kind: "datetime" | "timedelta", unit: string, step: number, byteOrder: ByteOrder): Element {
  const name = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  const dtype = numeric("int64", byteOrder);
  return name === undefined ? { dtype } : { dtype, time: { kind, unit: step === 1 ? name : `${step} ${name}` } };
}
