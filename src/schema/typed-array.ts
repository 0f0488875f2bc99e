import type { DTypeName, NumericName } from "./dtype.js";

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export type TypedArrayConstructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
};

/** float16 travels as its 16 bits and is widened by whoever needs its value (see `widenFloat16`). */
const CONSTRUCTORS: Record<NumericName, TypedArrayConstructor> = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The array type that holds elements of `name`; bytes for whatever is not a number. */
export function arrayTypeOf(name: DTypeName): TypedArrayConstructor {
  return (CONSTRUCTORS as Partial<Record<DTypeName, TypedArrayConstructor>>)[name] ?? Uint8Array;
}

export function isBigArray(array: TypedArray): array is BigInt64Array | BigUint64Array {
  return array instanceof BigInt64Array || array instanceof BigUint64Array;
}

/** A view of the bytes as elements of `name`, without a copy where the alignment allows it. `bytes` is native-endian. */
export function viewAs(name: DTypeName, bytes: Uint8Array): TypedArray {
  const type = arrayTypeOf(name);
  const size = type.BYTES_PER_ELEMENT;
  const length = Math.floor(bytes.byteLength / size);
  if (bytes.byteOffset % size === 0) return new type(bytes.buffer, bytes.byteOffset, length);
  // Not `slice`: that of a Buffer is a view.
  const copy = new Uint8Array(bytes.subarray(0, length * size));
  return new type(copy.buffer, 0, length);
}

export function bytesOf(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Swaps every element in place between big- and little-endian. @param size bytes of an element: 1, 2, 4 or 8 */
export function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength - (bytes.byteLength % size));
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
  else throw new RangeError(`no byte order for elements of ${size} bytes`);
}

/** IEEE 754 binary16 to binary32. */
export function widenFloat16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const h = halves[i] as number;
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >> 10) & 0x1f;
    const fraction = h & 0x3ff;
    if (exponent === 0) out[i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) out[i] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else out[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return out;
}
