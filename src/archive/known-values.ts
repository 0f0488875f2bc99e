import { endianness } from "node:os";
import { GraticuleError } from "../errors.js";
import { type Bitmap, isSet, sliceBitmap } from "../schema/bitmap.js";
import type { Range } from "../schema/box.js";
import { bytesOf, swapBytes, type TypedArray, type TypedArrayConstructor } from "../schema/typed-array.js";
import type { KnownValues } from "./model.js";

type NumberName = (KnownValues & { kind: "numbers" })["type"];

const ARRAYS: readonly (readonly [NumberName, TypedArrayConstructor])[] = [
  ["int8", Int8Array],
  ["uint8", Uint8Array],
  ["int16", Int16Array],
  ["uint16", Uint16Array],
  ["int32", Int32Array],
  ["uint32", Uint32Array],
  ["float32", Float32Array],
  ["float64", Float64Array],
  ["int64", BigInt64Array],
  ["uint64", BigUint64Array],
];

/** Numbers, or one text per element. Numbers that `validity` clears mean nothing. */
export interface KnownColumn {
  readonly values: TypedArray | readonly (string | null)[];
  /** Absent: all valid. */
  readonly validity?: Bitmap;
}

/** Largest dimension whose indices are `int32`; longer ones are `int64`. */
const MAX_INT32 = 0x7fffffff;

/** The type of an index column over a dimension of `length`. */
export function indexTypeOf(length: number): "int32" | "int64" {
  return length - 1 <= MAX_INT32 ? "int32" : "int64";
}

export function encodeKnown(values: TypedArray | readonly (string | null)[], validity?: Bitmap): KnownValues {
  if (!ArrayBuffer.isView(values)) {
    const texts = values as readonly (string | null)[];
    return {
      kind: "strings",
      values: validity ? texts.map((text, i) => (isSet(validity, i) ? text : null)) : [...texts],
    };
  }
  const array = values as TypedArray;
  const type = ARRAYS.find(([, type]) => type.name === array[Symbol.toStringTag])?.[0];
  if (!type) throw new GraticuleError("internal", `no known values of the kind ${array[Symbol.toStringTag]}`);
  const base64 = toLittleEndian(bytesOf(array), array.BYTES_PER_ELEMENT).toString("base64");
  if (!validity || validity.zeros === 0) return { kind: "numbers", type, base64 };
  return { kind: "numbers", type, base64, validity: Buffer.from(validity.bits).toString("base64") };
}

/**
 * The whole column, in arrays of its own.
 * @param length elements of the column: needed for `index`, checked for the others where given
 * @throws `malformed` where text and length disagree (a plan that was edited or cut short)
 */
export function decodeKnown(known: KnownValues, length?: number): KnownColumn {
  if (known.kind === "index") {
    if (length === undefined) throw new GraticuleError("internal", "an index column is decoded without its length");
    return { values: indexValues(0, length, indexTypeOf(length)) };
  }
  if (known.kind === "strings") {
    checkLength(known.values.length, length);
    return { values: known.values };
  }
  const create = ARRAYS.find(([name]) => name === known.type)?.[1];
  if (!create) throw new GraticuleError("malformed", `a plan names values of the unknown type "${known.type}"`);
  const bytes = Buffer.from(known.base64, "base64");
  const size = create.BYTES_PER_ELEMENT;
  if (bytes.length % size !== 0)
    throw new GraticuleError("malformed", `a plan holds ${bytes.length} bytes for values of ${size} bytes each`);
  const count = bytes.length / size;
  checkLength(count, length);
  const own = new Uint8Array(bytes);
  if (endianness() === "BE") swapBytes(own, size);
  const values = new create(own.buffer, 0, count);
  if (known.validity === undefined) return { values };
  return { values, validity: decodeValidity(known.validity, count) };
}

/** The part of a column inside `range`, without making the rest of a long index. @param length elements of the whole column */
export function decodeKnownRange(known: KnownValues, length: number, range: Range): KnownColumn {
  if (known.kind === "index") return { values: indexValues(range.start, range.stop, indexTypeOf(length)) };
  return sliceKnown(decodeKnown(known, length), range);
}

/** A run of a decoded column. Numbers share the column's memory. */
export function sliceKnown(column: KnownColumn, { start, stop }: Range): KnownColumn {
  const values = ArrayBuffer.isView(column.values)
    ? (column.values as TypedArray).subarray(start, stop)
    : (column.values as readonly (string | null)[]).slice(start, stop);
  if (!column.validity) return { values };
  return { values, validity: sliceBitmap(column.validity, start, stop - start) };
}

function indexValues(start: number, stop: number, type: "int32" | "int64"): TypedArray {
  if (type === "int32") {
    const out = new Int32Array(stop - start);
    for (let i = 0; i < out.length; i++) out[i] = start + i;
    return out;
  }
  return BigInt64Array.from({ length: stop - start }, (_, i) => BigInt(start + i));
}

function decodeValidity(base64: string, length: number): Bitmap {
  const bits = new Uint8Array(Buffer.from(base64, "base64"));
  if (bits.length !== (length + 7) >> 3)
    throw new GraticuleError("malformed", `a plan holds ${bits.length} bytes of validity for ${length} values`);
  const bitmap = { bits, length, zeros: 0 };
  let zeros = 0;
  for (let i = 0; i < length; i++) if (!isSet(bitmap, i)) zeros++;
  return { ...bitmap, zeros };
}

function toLittleEndian(bytes: Uint8Array, size: number): Buffer {
  if (endianness() === "LE") return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const own = new Uint8Array(bytes);
  swapBytes(own, size);
  return Buffer.from(own.buffer);
}

function checkLength(found: number, expected: number | undefined): void {
  if (expected !== undefined && found !== expected)
    throw new GraticuleError("malformed", `a plan holds ${found} values for a column of ${expected}`);
}
