import { endianness } from "node:os";
import type { DType, TypedArray, Values } from "graticule/plugin";

const ARRAYS: Partial<Record<DType["name"], new (buffer: ArrayBufferLike) => TypedArray>> = {
  int8: Int8Array,
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

/**
 * Numbers as a typed array in native order, other elements as their stored bytes; whoever receives them swaps them to the
 * stored order again.
 *
 * @param order of the bytes; the stored one unless given
 */
export function nativeValues(dtype: DType, bytes: Uint8Array, order = dtype.byteOrder): Values {
  const own = Uint8Array.from(bytes);
  const isSwapped = order !== undefined && (order === "big") !== (endianness() === "BE");
  if (isSwapped) swap(Buffer.from(own.buffer), dtype.name.startsWith("complex") ? dtype.size / 2 : dtype.size);
  const array = dtype.size === (ELEMENT_BYTES[dtype.name] ?? dtype.size) ? ARRAYS[dtype.name] : undefined;
  return array ? new array(own.buffer) : own;
}

const ELEMENT_BYTES: Partial<Record<DType["name"], number>> = {
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
};

function swap(buffer: Buffer, size: number): void {
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}
