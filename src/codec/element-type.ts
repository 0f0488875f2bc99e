import { endianness } from "node:os";
import { GraticuleError } from "../errors.js";
import type { NumericName } from "../schema/dtype.js";
import { arrayTypeOf, swapBytes, type TypedArray, viewAs, widenFloat16 } from "../schema/typed-array.js";
import type { CodecSpec } from "./contract.js";

/** The numbers of a codec's input or output. */
export interface ElementType {
  readonly name: NumericName;
  readonly size: number;
  /** Whether they stand in another byte order than this machine's. */
  readonly isSwapped: boolean;
}

const MACHINE = endianness() === "LE" ? "<" : ">";

/** NumPy's kinds; booleans, dates and durations are as their integers. */
const KINDS: Readonly<Record<string, string>> = { i: "int", u: "uint", f: "float", b: "uint", M: "int", m: "int" };

/**
 * The type that a parameter names as NumPy writes it: `<f4`, `|u1`, `float32`, `<M8[ns]`.
 * @throws `malformed`, `unsupported`
 */
export function elementTypeOf({ id, parameters }: CodecSpec, parameter: string): ElementType {
  const text = parameters[parameter];
  if (typeof text !== "string")
    throw new GraticuleError("malformed", `${id}: its ${parameter} is ${JSON.stringify(text)}, not a type`);
  const short = /^([<>|=]?)([iufbMm])(\d+)(\[[^\]]*\])?$/.exec(text);
  const long = /^(u?int|float)(8|16|32|64)$/.exec(text);
  const size = short ? Number(short[3]) : long ? Number(long[2]) / 8 : text === "bool" ? 1 : 0;
  const kind = short ? KINDS[short[2] as string] : (long?.[1] ?? "uint");
  const order = short?.[1] ?? "";
  const isSwapped = size > 1 && (order === "<" || order === ">") && order !== MACHINE;
  const isKnown = kind === "float" ? [2, 4, 8].includes(size) : [1, 2, 4, 8].includes(size);
  if (!isKnown) throw new GraticuleError("unsupported", `${id}: elements of type ${text}`);
  return { name: `${kind}${8 * size}` as NumericName, size, isSwapped };
}

/**
 * The elements in this machine's byte order; halves are widened. May be a view of `bytes`.
 * @throws `malformed` where the bytes are no whole elements
 */
export function readElements(bytes: Uint8Array, type: ElementType, label: string): TypedArray {
  if (bytes.length % type.size !== 0)
    throw new GraticuleError("malformed", `${label}: ${bytes.length} bytes are no whole elements of ${type.size}`);
  let native = bytes;
  if (type.isSwapped) {
    native = new Uint8Array(bytes);
    swapBytes(native, type.size);
  }
  const elements = viewAs(type.name, native);
  return type.name === "float16" ? widenFloat16(elements as Uint16Array) : elements;
}

/** Memory for `count` elements, and the bytes of it. */
export function newElements(type: ElementType, count: number, label: string): TypedArray {
  if (type.name === "float16") throw new GraticuleError("unsupported", `${label}: output of type float16`);
  return new (arrayTypeOf(type.name))(count);
}

/** Bytes of the elements in the type's own byte order, in their memory. */
export function writtenElements(elements: TypedArray, type: ElementType): Uint8Array {
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  if (type.isSwapped) swapBytes(bytes, type.size);
  return bytes;
}
