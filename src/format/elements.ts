import { isUtf8 } from "node:buffer";
import { GraticuleError } from "../errors.js";
import { type DType, isInteger } from "../schema/dtype.js";
import { arrayTypeOf, type TypedArray } from "../schema/typed-array.js";
import type { AttributeElement, Values } from "./contract.js";
import { decodeTexts } from "./decode-texts.js";
import { type IntegerField, integerField } from "./integer-field.js";

/** One element at a byte offset. */
export type ElementReader = (view: DataView, at: number) => AttributeElement;

/**
 * Elements of fixed size that are not plain numbers: text and structures as one string or object each, opaque elements as
 * their bytes, numbers of fewer bits than their bytes as a typed array.
 *
 * @param bytes row-major, as stored
 * @throws `unsupported` for elements that lie elsewhere (variable strings, sequences) and for unusual floats
 */
export function decodeElements(dtype: DType, bytes: Uint8Array): Values {
  if (dtype.size === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / dtype.size);
  const integers = integersOf(dtype);
  if (integers) return readIntegers(integers, dtype.size, view, count);
  if (count === 0) return [];
  if (dtype.name === "string" && dtype.text?.padding === "nul-or-space") return decodeTexts(bytes, dtype.size);
  if (dtype.name === "opaque") return Array.from({ length: count }, (_, i) => slice(view, i * dtype.size, dtype.size));
  const read = elementReader(dtype);
  const out = new Array<AttributeElement>(count);
  for (let i = 0, at = 0; i < count; i++, at += dtype.size) out[i] = read(view, at);
  return out;
}

/**
 * How one element is read. Arrays inside structures become nested lists, integers beyond 32 bits bigints, `char` text,
 * complex numbers pairs, opaque bytes hexadecimal text; references are numbers, or such text where they are longer than an
 * address.
 */
export function elementReader(dtype: DType): ElementReader {
  const { size } = dtype;
  switch (dtype.name) {
    case "string":
      return textReader(dtype);
    case "char":
      return (view, at) => decodeText(slice(view, at, 1));
    case "opaque":
      return hexReader(size);
    case "compound":
      return structureReader(dtype);
    case "reference":
      return size > 8 ? hexReader(size) : integerReader(integerField(dtype, false));
    case "bool":
      return (view, at) => slice(view, at, size).some((byte) => byte !== 0);
    case "enum":
      return elementReader(baseOf(dtype));
    case "bitfield":
      return integerReader(integerField(dtype, false));
    case "vlen":
      throw new GraticuleError("unsupported", "sequences of varying length lie outside the chunk");
    case "complex64":
    case "complex128":
      return complexReader(dtype);
    default:
      return isInteger(dtype.name) ? integerReader(integerField(dtype, dtype.name.startsWith("int"))) : floatReader(dtype);
  }
}

interface Integers {
  readonly field: IntegerField;
  readonly name: DType["name"];
}

/** Undefined: the elements are not integers. */
function integersOf(dtype: DType): Integers | undefined {
  if (dtype.name === "enum") return integersOf(baseOf(dtype));
  if (dtype.name === "bitfield") return { field: integerField(dtype, false), name: unsignedOf(dtype.size) };
  if (!isInteger(dtype.name)) return undefined;
  return { field: integerField(dtype, dtype.name.startsWith("int")), name: dtype.name };
}

function readIntegers({ field, name }: Integers, size: number, view: DataView, count: number): TypedArray {
  const type = arrayTypeOf(name);
  const out = new type(count);
  if (out instanceof BigInt64Array || out instanceof BigUint64Array)
    for (let i = 0; i < count; i++) out[i] = field.readBig(view, i * size);
  else for (let i = 0; i < count; i++) out[i] = field.read(view, i * size);
  return out;
}

function unsignedOf(size: number): "uint8" | "uint16" | "uint32" | "uint64" {
  return size <= 1 ? "uint8" : size <= 2 ? "uint16" : size <= 4 ? "uint32" : "uint64";
}

function baseOf({ base }: DType): DType {
  if (!base) throw new GraticuleError("malformed", "an enumeration without a base type");
  return base;
}

function integerReader(field: IntegerField): ElementReader {
  return field.precision <= 32 ? field.read : field.readBig;
}

const FLOAT_SIZES: Partial<Record<DType["name"], number>> = { float16: 2, float32: 4, float64: 8 };

function floatReader({ name, size, byteOrder, bits }: DType): ElementReader {
  if (bits || FLOAT_SIZES[name] !== size)
    throw new GraticuleError("unsupported", `floating point numbers of ${size} bytes that are not IEEE 754's ${name}`);
  const little = byteOrder !== "big";
  if (name === "float64") return (view, at) => view.getFloat64(at, little);
  if (name === "float32") return (view, at) => view.getFloat32(at, little);
  return (view, at) => float16Of(view.getUint16(at, little));
}

function float16Of(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Real and imaginary part. */
function complexReader(dtype: DType): ElementReader {
  const size = dtype.size / 2;
  const read = floatReader({ name: size === 4 ? "float32" : "float64", size, byteOrder: dtype.byteOrder ?? "little" });
  return (view, at) => [read(view, at), read(view, at + size)];
}

function structureReader({ fields = [] }: DType): ElementReader {
  const readers = fields.map(({ name, offset, dtype, shape }) => {
    const one = elementReader(dtype);
    return { name, offset, read: shape ? nestedReader(one, dtype.size, shape) : one };
  });
  return (view, at) => Object.fromEntries(readers.map(({ name, offset, read }) => [name, read(view, at + offset)]));
}

function nestedReader(one: ElementReader, size: number, shape: readonly number[]): ElementReader {
  const [length, ...inner] = shape;
  if (length === undefined) return one;
  const step = inner.reduce((product, n) => product * n, size);
  const read = nestedReader(one, size, inner);
  return (view, at) => Array.from({ length }, (_, i) => read(view, at + i * step));
}

function textReader({ size, text }: DType): ElementReader {
  if (text?.variable) throw new GraticuleError("unsupported", "strings of varying length lie outside the chunk");
  const padding = text?.padding ?? "nul-padded";
  if (padding === "nul-or-space") return (view, at) => decodeTexts(slice(view, at, size), size)[0] ?? "";
  return (view, at) => {
    const bytes = slice(view, at, size);
    const nul = padding === "nul-terminated" ? bytes.indexOf(0) : -1;
    let end = nul < 0 ? size : nul;
    // Writers fill space-padded fields with NULs all the same.
    const pad = padding === "space-padded" ? 0x20 : 0;
    if (padding !== "nul-terminated") while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === pad)) end--;
    const read = decodeText(bytes.subarray(0, end));
    return read.includes("\0") ? read.replaceAll("\0", "") : read;
  };
}

function hexReader(size: number): ElementReader {
  return (view, at) => Buffer.from(slice(view, at, size)).toString("hex");
}

function slice(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

/** UTF-8, and Latin-1 where it is not valid UTF-8. */
function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isUtf8(bytes) ? "utf8" : "latin1");
}
