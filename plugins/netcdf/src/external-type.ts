import type { AttributeElement, DType, DTypeName } from "graticule/plugin";
import { decodeText } from "./text.js";

/** A type as the file numbers it (`nc_type` in the classic format specification; 7 to 11 are CDF-5's). */
export interface ExternalType {
  readonly code: number;
  readonly dtype: DType;
  /** One element of an attribute. */
  readonly read: (view: DataView, at: number) => AttributeElement;
}

function type(code: number, name: DTypeName, size: number, read: ExternalType["read"]): ExternalType {
  return { code, dtype: size === 1 ? { name, size } : { name, size, byteOrder: "big" }, read };
}

const TYPES: readonly ExternalType[] = [
  type(1, "int8", 1, (view, at) => view.getInt8(at)),
  type(2, "char", 1, (view, at) => view.getUint8(at)),
  type(3, "int16", 2, (view, at) => view.getInt16(at)),
  type(4, "int32", 4, (view, at) => view.getInt32(at)),
  type(5, "float32", 4, (view, at) => view.getFloat32(at)),
  type(6, "float64", 8, (view, at) => view.getFloat64(at)),
  type(7, "uint8", 1, (view, at) => view.getUint8(at)),
  type(8, "uint16", 2, (view, at) => view.getUint16(at)),
  type(9, "uint32", 4, (view, at) => view.getUint32(at)),
  type(10, "int64", 8, (view, at) => view.getBigInt64(at)),
  type(11, "uint64", 8, (view, at) => view.getBigUint64(at)),
];

/** The type of that number in a file of that version, or undefined where it has none. */
export function externalType(code: number, version: number): ExternalType | undefined {
  return version !== 5 && code > 6 ? undefined : TYPES[code - 1];
}

/** The values of an attribute; text is one string. */
export function attributeValues(of: ExternalType, bytes: Uint8Array): readonly AttributeElement[] {
  if (of.dtype.name === "char") return [decodeText(bytes)];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: AttributeElement[] = [];
  for (let at = 0; at < bytes.byteLength; at += of.dtype.size) values.push(of.read(view, at));
  return values;
}
