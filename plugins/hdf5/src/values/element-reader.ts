import type { AttributeElement, CompoundField, DType } from "graticule/plugin";
import { decodeText } from "../cursor.js";
import { malformed, unsupported } from "../errors.js";
import { isCustomFloat, readCustomFloat } from "../messages/float-format.js";
import type { HeapObjects } from "./heap-objects.js";

/** One element at a byte offset. */
export type ElementReader = (view: DataView, at: number) => AttributeElement;

/** Where a file keeps variable elements, and how wide its addresses are. */
export interface ElementPlaces {
  readonly heap: HeapObjects;
  readonly sizeOfOffsets: number;
}

/**
 * How an element that lies in the global heap, or a structure with such fields, is read. Arrays become nested lists,
 * integers beyond 32 bits bigints. What the heap has not loaded yet reads as empty (see {@link HeapObjects}).
 *
 * @throws `unsupported` for types without a reader
 */
export function elementReader(dtype: DType, places: ElementPlaces): ElementReader {
  const { size } = dtype;
  if (isCustomFloat(dtype)) return (view, at) => readCustomFloat(dtype, slice(view, at, size));
  switch (dtype.name) {
    case "string":
      return dtype.text?.variable ? variableTextReader(places) : fixedTextReader(dtype);
    case "char":
      return (view, at) => decodeText(slice(view, at, 1));
    case "vlen":
      return sequenceReader(dtype, places);
    case "compound":
      return structureReader(dtype.fields ?? [], places);
    case "enum":
      if (!dtype.base) throw malformed("an enumeration without a base type");
      return elementReader(dtype.base, places);
    case "opaque":
      return hexReader(size);
    case "reference":
      return size > 8 ? hexReader(size) : integerReader({ name: "uint64", size, byteOrder: "little" });
    case "complex64":
    case "complex128":
      return complexReader(dtype);
    case "float16":
    case "float32":
    case "float64":
      return floatReader(dtype);
    default:
      return integerReader(dtype);
  }
}

/** A heap object's place: the number of elements (4 bytes), the collection's address, the index in it (4 bytes). */
function variableTextReader({ heap, sizeOfOffsets }: ElementPlaces): ElementReader {
  return heap.memoised((view, at) => {
    const bytes = heap.bytesAt(view, at, sizeOfOffsets, 1);
    const nul = bytes.indexOf(0);
    return decodeText(nul < 0 ? bytes : bytes.subarray(0, nul));
  });
}

function sequenceReader({ base }: DType, places: ElementPlaces): ElementReader {
  if (!base) throw malformed("a sequence without a base type");
  const read = elementReader(base, places);
  const { heap, sizeOfOffsets } = places;
  return heap.memoised((view, at) => {
    const bytes = heap.bytesAt(view, at, sizeOfOffsets, base.size);
    const inner = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: Math.floor(bytes.length / base.size) }, (_, i) => read(inner, i * base.size));
  });
}

function structureReader(fields: readonly CompoundField[], places: ElementPlaces): ElementReader {
  const readers = fields.map(({ name, offset, dtype, shape }) => {
    const one = elementReader(dtype, places);
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

function fixedTextReader({ size, text }: DType): ElementReader {
  // Writers fill space-padded fields with NULs all the same.
  const isSpaced = text?.padding === "space-padded";
  return (view, at) => {
    const bytes = slice(view, at, size);
    const nul = text?.padding === "nul-terminated" ? bytes.indexOf(0) : -1;
    let end = nul < 0 ? size : nul;
    while (end > 0 && (bytes[end - 1] === 0 || (isSpaced && bytes[end - 1] === 0x20))) end--;
    const read = decodeText(bytes.subarray(0, end));
    return read.includes("\0") ? read.replaceAll("\0", "") : read;
  };
}

function floatReader({ name, size, byteOrder, bits }: DType): ElementReader {
  if (bits) throw unsupported(`${name} of fewer bits than its ${size} bytes`);
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

function complexReader({ size, byteOrder = "little" }: DType): ElementReader {
  const part = size / 2;
  const read = floatReader({ name: part === 4 ? "float32" : "float64", size: part, byteOrder });
  return (view, at) => [read(view, at), read(view, at + part)];
}

function integerReader({ name, size, byteOrder, bits }: DType): ElementReader {
  if (size > 8) throw unsupported(`${name} of ${size} bytes`);
  const { offset, precision } = bits ?? { offset: 0, precision: 8 * size };
  const isBig = byteOrder === "big";
  const signed = name.startsWith("int");
  const shift = BigInt(offset);
  const readBig = (view: DataView, at: number): bigint => {
    let value = 0n;
    for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(view.getUint8(isBig ? at + i : at + size - 1 - i));
    value >>= shift;
    return signed ? BigInt.asIntN(precision, value) : BigInt.asUintN(precision, value);
  };
  return precision <= 32 ? (view, at) => Number(readBig(view, at)) : readBig;
}

function hexReader(size: number): ElementReader {
  return (view, at) => Buffer.from(slice(view, at, size)).toString("hex");
}

function slice(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}
