import { GraticuleError } from "../errors.js";
import type { CompoundField, DType, NumericName } from "../schema/dtype.js";
import { arrayTypeOf, swapBytes, type TypedArray, viewAs } from "../schema/typed-array.js";
import type { AttributeElement, Values } from "./contract.js";

/**
 * Elements of a fixed layout that are not plain numbers: fixed text, compounds, opaque bytes, numbers of odd precision.
 * @param bytes whole elements as stored, in `dtype`'s byte order
 */
export function decodeElements(dtype: DType, bytes: Uint8Array): Values {
  const count = dtype.size === 0 ? 0 : Math.floor(bytes.length / dtype.size);
  const element = (i: number) => bytes.subarray(i * dtype.size, (i + 1) * dtype.size);
  switch (dtype.name) {
    case "string":
      return Array.from({ length: count }, (_, i) => decodeText(element(i), dtype.text?.padding ?? "nul-padded"));
    case "opaque":
      return Array.from({ length: count }, (_, i) => element(i));
    case "compound":
      return Array.from({ length: count }, (_, i) => compoundOf(dtype, element(i)));
    case "vlen":
    case "reference":
      return Array.from({ length: count }, (_, i) => Buffer.from(element(i)).toString("hex"));
    default:
      return decodeNumbers(dtype, bytes);
  }
}

/** UTF-8, Latin-1 where it is not valid UTF-8; cut at the first NUL, blanks stripped where they are the padding. */
export function decodeText(bytes: Uint8Array, padding: "nul-terminated" | "nul-padded" | "space-padded"): string {
  const end = bytes.indexOf(0);
  const text = textOf(end < 0 ? bytes : bytes.subarray(0, end));
  return padding === "space-padded" ? text.trimEnd() : text;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function textOf(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  }
}

function compoundOf(dtype: DType, bytes: Uint8Array): AttributeElement {
  return Object.fromEntries((dtype.fields ?? []).map((field) => [field.name, fieldValue(field, bytes)]));
}

function fieldValue(field: CompoundField, bytes: Uint8Array): AttributeElement {
  const count = (field.shape ?? []).reduce((n, length) => n * length, 1);
  const values = elementsOf(field.dtype, bytes.subarray(field.offset, field.offset + count * field.dtype.size));
  return field.shape ? values : (values[0] ?? "");
}

/** Any fixed-layout elements as a list. */
export function elementsOf(dtype: DType, bytes: Uint8Array): AttributeElement[] {
  const values = decodeElements(dtype, bytes);
  return Array.from(values as ArrayLike<AttributeElement | Uint8Array>, (value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
  );
}

/** Numbers (also of enum, bool, bitfield, char) in native byte order; odd precisions shifted and sign-extended. */
export function decodeNumbers(dtype: DType, bytes: Uint8Array): TypedArray {
  const base = dtype.name === "enum" && dtype.base ? dtype.base : dtype;
  const own = bytes.slice();
  const width = base.name === "complex64" ? 4 : base.name === "complex128" ? 8 : base.size;
  if (base.byteOrder === "big") swapBytes(own, width);
  if (!base.bits || (base.bits.offset === 0 && base.bits.precision === base.size * 8)) return viewAs(numberName(base), own);
  return base.name.startsWith("float") ? refuseFloat(base) : cutBits(base, own);
}

function numberName(dtype: DType): NumericName {
  if (dtype.name === "complex64") return "float32";
  if (dtype.name === "complex128") return "float64";
  if (dtype.name in { char: 0, bool: 0, bitfield: 0 }) {
    const name = ({ 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" } as Record<number, NumericName>)[dtype.size];
    if (name) return name;
  }
  return dtype.name as NumericName;
}

function refuseFloat(dtype: DType): never {
  throw new GraticuleError(
    "unsupported",
    `floating point of ${dtype.bits?.precision} bits in ${dtype.size} bytes, which is not IEEE 754`,
  );
}

/** Bits `[offset, offset + precision)` of each little-endian element, sign-extended for signed types. */
function cutBits(dtype: DType, bytes: Uint8Array): TypedArray {
  const { offset, precision } = dtype.bits as { offset: number; precision: number };
  const name = numberName(dtype);
  const signed = name.startsWith("int");
  const type = arrayTypeOf(name);
  if (![1, 2, 4, 8].includes(dtype.size)) throw new GraticuleError("unsupported", `integers of ${dtype.size} bytes`);
  const out = new type(Math.floor(bytes.length / dtype.size));
  const raw = viewAs(({ 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" } as const)[dtype.size as 1 | 2 | 4 | 8], bytes);
  for (let i = 0; i < out.length; i++) {
    const bits = (BigInt(raw[i] as number | bigint) >> BigInt(offset)) & ((1n << BigInt(precision)) - 1n);
    const value = signed ? BigInt.asIntN(precision, bits) : bits;
    if (out instanceof BigInt64Array || out instanceof BigUint64Array) out[i] = value;
    else out[i] = Number(value);
  }
  return out;
}
