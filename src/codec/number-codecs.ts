import { GraticuleError } from "../errors.js";
import { isBigArray, type TypedArray } from "../schema/typed-array.js";
import type { Codec, CodecSpec } from "./contract.js";
import { elementTypeOf, newElements, readElements, writtenElements } from "./element-type.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";

type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;
type BigArray = BigInt64Array | BigUint64Array;

/** A codec of numcodecs from one type of numbers to another, each value on its own or after the one before. */
function numberCodec(
  id: string,
  stored: string,
  given: string,
  convert: (from: TypedArray, to: TypedArray, spec: CodecSpec) => void,
): Codec {
  return {
    id,
    label: labelOf,
    decode(bytes, spec, context) {
      const to = elementTypeOf(spec, given);
      const from = spec.parameters[stored] === undefined ? to : elementTypeOf(spec, stored);
      const elements = readElements(bytes, from, id);
      checkOutputLength(elements.length * to.size, context, id);
      const out = newElements(to, elements.length, id);
      convert(elements, out, spec);
      return writtenElements(out, to);
    },
  };
}

/** Values as another type: fractions are cut off, integers wrap round, as NumPy's `astype`. */
function castInto(from: TypedArray, to: TypedArray): void {
  if (isBigArray(from)) {
    if (isBigArray(to)) for (let i = 0; i < from.length; i++) to[i] = from[i] as bigint;
    else if (to instanceof Float32Array || to instanceof Float64Array)
      for (let i = 0; i < from.length; i++) to[i] = Number(from[i] as bigint);
    else for (let i = 0; i < from.length; i++) to[i] = Number(BigInt.asIntN(32, from[i] as bigint));
  } else if (isBigArray(to)) for (let i = 0; i < from.length; i++) to[i] = wholeOf(from[i] as number);
  else to.set(from);
}

/** What C makes of a float that no int64 can hold, on the usual machines. */
const NO_INTEGER = -(2n ** 63n);

function wholeOf(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : NO_INTEGER;
}

/** Sums of the stored differences, in the type of the result, which wraps round. */
function sumInto(from: TypedArray, to: TypedArray): void {
  castInto(from, to);
  if (isBigArray(to)) sumBig(to);
  else sumNumbers(to);
}

function sumBig(values: BigArray): void {
  for (let i = 1; i < values.length; i++) values[i] = (values[i - 1] as bigint) + (values[i] as bigint);
}

function sumNumbers(values: NumberArray): void {
  for (let i = 1; i < values.length; i++) values[i] = (values[i - 1] as number) + (values[i] as number);
}

/** `stored / scale + offset`: in float32 where that is stored, in float64 else. */
function scaleInto(from: TypedArray, to: TypedArray, spec: CodecSpec): void {
  const scale = numberOf(spec, "scale");
  const offset = numberOf(spec, "offset");
  const values = from instanceof Float32Array ? from.slice() : Float64Array.from(from as Float64Array, Number);
  const narrow = from instanceof Float32Array ? Math.fround(scale) : scale;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / narrow;
  const shift = from instanceof Float32Array ? Math.fround(offset) : offset;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + shift;
  castInto(values, to);
}

function numberOf({ id, parameters }: CodecSpec, parameter: string): number {
  const value = parameters[parameter];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new GraticuleError("malformed", `${id}: its ${parameter} is ${JSON.stringify(value)}, not a number`);
}

export const delta = numberCodec("delta", "astype", "dtype", sumInto);
export const fixedScaleOffset = numberCodec("fixedscaleoffset", "astype", "dtype", scaleInto);
export const quantize = numberCodec("quantize", "astype", "dtype", castInto);
export const asType = numberCodec("astype", "encode_dtype", "decode_dtype", castInto);
