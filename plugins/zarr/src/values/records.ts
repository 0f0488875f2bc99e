import type { AttributeElement, DType } from "graticule/plugin";
import { isNumeric } from "../element.js";
import { numberReader } from "./number-reader.js";

type Reader = (view: DataView, at: number) => AttributeElement;

/** Structures as objects, as the other formats' are: arrays inside nested lists, complex numbers pairs, opaque bytes hexadecimal. */
export function readRecords(bytes: Uint8Array, dtype: DType): AttributeElement[] {
  const read = readerOf(dtype);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / dtype.size) }, (_, i) => read(view, i * dtype.size));
}

/** The text of `length` characters of UTF-32: NULs at the end are padding, as numpy has it; what is no character becomes U+FFFD. */
export function wideText(view: DataView, at: number, length: number, little: boolean): string {
  let end = length;
  while (end > 0 && view.getUint32(at + 4 * (end - 1), little) === 0) end--;
  let text = "";
  for (let i = 0; i < end; i++) {
    const code = view.getUint32(at + 4 * i, little);
    text += code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? "\ufffd" : String.fromCodePoint(code);
  }
  return text;
}

function readerOf(dtype: DType): Reader {
  const { name, size, byteOrder, fields = [] } = dtype;
  if (isNumeric(name)) return numberReader(dtype);
  switch (name) {
    case "bool":
      return (view, at) => view.getUint8(at) !== 0;
    case "complex64":
    case "complex128": {
      const half = numberReader({ name: size === 8 ? "float32" : "float64", size: size / 2, byteOrder: byteOrder ?? "little" });
      return (view, at) => [half(view, at), half(view, at + size / 2)];
    }
    case "string":
      if (byteOrder) return (view, at) => wideText(view, at, size / 4, byteOrder === "little");
      return (view, at) => bufferOf(view, at, size).toString("utf8").replaceAll("\0", "");
    case "compound": {
      const readers = fields.map((field) => ({
        ...field,
        read: arrayReader(readerOf(field.dtype), field.dtype.size, field.shape ?? []),
      }));
      return (view, at) => Object.fromEntries(readers.map((field) => [field.name, field.read(view, at + field.offset)]));
    }
    default:
      return (view, at) => bufferOf(view, at, size).toString("hex");
  }
}

function arrayReader(one: Reader, size: number, shape: readonly number[]): Reader {
  const [length, ...inner] = shape;
  if (length === undefined) return one;
  const step = inner.reduce((product, n) => product * n, size);
  const read = arrayReader(one, size, inner);
  return (view, at) => Array.from({ length }, (_, i) => read(view, at + i * step));
}

function bufferOf(view: DataView, at: number, length: number): Buffer {
  return Buffer.from(view.buffer, view.byteOffset + at, length);
}
