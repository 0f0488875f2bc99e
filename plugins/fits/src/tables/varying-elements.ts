import type { Attribute, AttributeElement, DType, NumericName, TypedArray } from "graticule/plugin";
import { describeNumbers, NUMBERS, type Scaling } from "../numbers.js";
import { unpackBits } from "./bits.js";
import { isScaled, scalePairs } from "./complex-numbers.js";

/** What an array of the heap is made of. */
export interface VaryingElement {
  readonly dtype: DType;
  /** Bytes of an element, at least. */
  readonly size: number;
  readonly attributes: readonly (readonly [string, Attribute])[];
  /** What a row without elements has. */
  readonly none: AttributeElement;
  bytes(count: number): number;
  decode(bytes: Uint8Array, count: number): AttributeElement;
}

type ArrayType = new (buffer: ArrayBuffer) => TypedArray;

const ARRAYS: Partial<Record<NumericName, ArrayType>> = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The byte 0 of a logical column is neither true nor false: it is given as 2 (FITS 4.0, section 7.3.3). */
export const LOGICAL_NULL: readonly [string, Attribute] = ["_FillValue", { dtype: "uint8", values: [2] }];

/** Undefined for a letter that is none. Numbers that TSCAL and TZERO scale are given scaled, as float64 and complex128. */
export function elementOf(letter: string, scaling: Scaling): VaryingElement | undefined {
  const stored = NUMBERS[letter];
  if (stored) return numbersOf(stored, scaling);
  switch (letter) {
    case "A":
      return {
        ...plain({ name: "char", size: 1 }, 1),
        none: "",
        decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"),
      };
    case "L":
      return {
        ...plain({ name: "bool", size: 1 }, 1),
        attributes: [LOGICAL_NULL],
        decode: (bytes) => Array.from(bytes, (byte) => (byte === 0x54 ? 1 : byte === 0 ? 2 : 0)),
      };
    case "X":
      return {
        ...plain({ name: "bool", size: 1 }, 1),
        bytes: (count) => Math.ceil(count / 8),
        decode: (bytes, count) => Array.from(unpackBits(bytes, bytes.length, 1, count)),
      };
    case "C":
    case "M": {
      const size = letter === "C" ? 8 : 16;
      if (isScaled(scaling)) {
        const scaled: DType = { name: "complex128", size: 16, byteOrder: "little" };
        return { ...plain(scaled, size), decode: (stored) => pairsOf(scalePairs(stored, size, scaling)) };
      }
      const dtype: DType = { name: letter === "C" ? "complex64" : "complex128", size, byteOrder: "big" };
      return { ...plain(dtype, size), decode: (bytes) => pairsOf(scalePairs(bytes, size, {})) };
    }
    default:
      return undefined;
  }
}

function plain(dtype: DType, size: number) {
  return { dtype, size, attributes: [], none: [] as readonly AttributeElement[], bytes: (count: number) => count * size };
}

function numbersOf(stored: NumericName, scaling: Scaling): VaryingElement {
  const { dtype, attributes } = describeNumbers(stored, scaling, { single: false });
  const { size } = dtype;
  const isPacked = attributes.some(([name]) => name === "scale_factor");
  const { scale = 1, zero = 0, blank } = scaling;
  const make = ARRAYS[dtype.name as NumericName] as ArrayType;
  const decode = (bytes: Uint8Array): AttributeElement => {
    const own = new Uint8Array(bytes);
    if (dtype.coding === "offset-binary") for (let i = 0; i < own.length; i += size) own[i] = (own[i] as number) ^ 0x80;
    swap(own, size);
    const numbers = new make(own.buffer);
    if (!isPacked) return Array.from(numbers as ArrayLike<number | bigint>);
    const missing = blank === undefined || stored.startsWith("float") ? undefined : Number(blank);
    return Array.from(numbers as ArrayLike<number | bigint>, (value) =>
      Number(value) === missing ? Number.NaN : Number(value) * scale + Number(zero),
    );
  };
  return {
    ...plain(isPacked ? { name: "float64", size: 8 } : dtype, size),
    attributes: isPacked ? [] : attributes,
    decode,
  };
}

function swap(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}

function pairsOf(numbers: Float64Array): AttributeElement {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i] as number, numbers[2 * i + 1] as number]);
}
