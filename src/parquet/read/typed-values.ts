import type { Bitmap } from "../../schema/bitmap.js";
import { isSet } from "../../schema/bitmap.js";
import type { TextVector, Vector } from "../../schema/row-batch.js";
import { arrayTypeOf, type TypedArray, viewAs } from "../../schema/typed-array.js";
import { damaged } from "./damaged.js";
import { TYPE } from "./metadata.js";
import type { Leaf } from "./schema-tree.js";

/** Values of one size as the vector of their type. @param bytes on a boundary of eight */
export function valuesAs(leaf: Leaf, bytes: Uint8Array, length: number, validity: Bitmap | undefined): Vector {
  const cells = { length, ...(validity && { validity }) };
  const numbers = (values: TypedArray): Vector => ({ kind: "numbers", values, ...cells });
  const { type, physical } = leaf;
  switch (type.kind) {
    case "decimal":
      return { kind: "fixed", size: type.size, bytes: decimals(leaf, bytes, length, type.size), ...cells };
    case "fixed-binary":
      return { kind: "fixed", size: type.size, bytes: bytes.subarray(0, length * type.size), ...cells };
    case "bool":
      return numbers(bytes.subarray(0, length));
    case "timestamp":
      if (physical === TYPE.INT96) return numbers(fromInt96(bytes, length));
      break;
    case "number": {
      const own = arrayTypeOf(type.name);
      if (own.BYTES_PER_ELEMENT < 4 && physical === TYPE.INT32) {
        const narrow = new own(length);
        narrow.set(viewAs("int32", bytes.subarray(0, length * 4)) as Int32Array as never);
        return numbers(narrow);
      }
      return numbers(viewAs(type.name, bytes.subarray(0, length * own.BYTES_PER_ELEMENT)));
    }
  }
  return numbers(
    viewAs(physical === TYPE.INT64 ? "int64" : "int32", bytes.subarray(0, length * (physical === TYPE.INT64 ? 8 : 4))),
  );
}

const JULIAN_EPOCH = 2_440_588;

/** Nanoseconds of the day in 64 bits, the Julian day in 32; to whole microseconds. By words: BigInt takes ten times as long. */
function fromInt96(bytes: Uint8Array, length: number): BigInt64Array {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, length * 3);
  const out = new BigInt64Array(length);
  const pairs = new Int32Array(out.buffer);
  for (let i = 0; i < length; i++) {
    const nanos = (words[3 * i + 1] as number) * 4294967296 + ((words[3 * i] as number) >>> 0);
    const day = (words[3 * i + 2] as number) - JULIAN_EPOCH;
    // A day has 86400000000 us = 20 * 2^32 + 500654080.
    const low = day * 500_654_080 + Math.floor(nanos / 1000);
    const carry = Math.floor(low / 4294967296);
    pairs[2 * i] = (low - carry * 4294967296) | 0;
    pairs[2 * i + 1] = (day * 20 + carry) | 0;
  }
  return out;
}

/** Unscaled integers to `size` bytes, little-endian. */
function decimals({ physical, length: stored, path }: Leaf, bytes: Uint8Array, length: number, size: number): Uint8Array {
  const out = new Uint8Array(length * size);
  const isBytes = physical === TYPE.FIXED_LEN_BYTE_ARRAY;
  const width = isBytes ? stored : physical === TYPE.INT64 ? 8 : 4;
  for (let i = 0; i < length; i++) {
    const from = i * width;
    if (isBytes) reversed(bytes, from, width, out, i * size, size, path);
    else {
      out.set(bytes.subarray(from, from + width), i * size);
      if ((bytes[from + width - 1] as number) >= 128) out.fill(255, i * size + width, (i + 1) * size);
    }
  }
  return out;
}

/** A big-endian integer in two's complement to `size` bytes, little-endian. */
function reversed(
  bytes: Uint8Array,
  from: number,
  length: number,
  out: Uint8Array,
  at: number,
  size: number,
  path: readonly string[],
): void {
  if (length === 0) return;
  const sign = (bytes[from] as number) >= 128 ? 255 : 0;
  for (let k = 0; k < length; k++) {
    const byte = bytes[from + length - 1 - k] as number;
    if (k < size) out[at + k] = byte;
    else if (byte !== sign) throw damaged(`a decimal of ${path.join(".")} has more digits than its type`);
  }
  if (length < size) out.fill(sign, at + length, at + size);
}

/** Byte arrays as the vector of their type: decimals have one size. */
export function textsAs(leaf: Leaf, texts: TextVector): Vector {
  const { type, path } = leaf;
  if (type.kind !== "decimal") return texts;
  const { offsets, bytes, length, validity } = texts;
  const out = new Uint8Array(length * type.size);
  for (let i = 0; i < length; i++) {
    if (validity && !isSet(validity, i)) continue;
    const from = offsets[i] as number;
    reversed(bytes, from, (offsets[i + 1] as number) - from, out, i * type.size, type.size, path);
  }
  return { kind: "fixed", size: type.size, bytes: out, length, ...(validity && { validity }) };
}
