import { GraticuleError } from "../errors.js";
import { sizeOf } from "../schema/box.js";
import { viewAs } from "../schema/typed-array.js";
import type { Codec, CodecSpec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";

/**
 * Zarr 3's `transpose`: dimension i of the stored array is dimension `order[i]` of the chunk. Parameters, as text: `shape`, the
 * chunk's ("4,5,6"), and `order` ("2,0,1"; also "C", "F").
 */
export const transpose: Codec = {
  id: "transpose",
  label: labelOf,
  decode(bytes, spec, context) {
    checkOutputLength(bytes.length, context, "transpose");
    const shape = integersOf(spec, "shape");
    const order = orderOf(spec, shape.length);
    const count = sizeOf(shape);
    const size = bytes.length / count;
    if (count === 0 || order.every((dimension, i) => dimension === i)) return bytes;
    if (!Number.isInteger(size))
      throw new GraticuleError("malformed", `transpose: ${bytes.length} bytes for a chunk of ${shape.join(" × ")}`);
    const out = new Uint8Array(bytes.length);
    scatter(bytes, out, size, shape, order);
    return out;
  },
};

function integersOf({ parameters }: CodecSpec, name: string): number[] {
  const text = parameters[name];
  if (text === "") return [];
  const numbers = String(text).split(",").map(Number);
  if (typeof text !== "string" || numbers.some((n) => !Number.isInteger(n) || n < 0))
    throw new GraticuleError("malformed", `transpose: its ${name} is ${JSON.stringify(text)}, not integers`);
  return numbers;
}

function orderOf(spec: CodecSpec, rank: number): number[] {
  const { order } = spec.parameters;
  const straight = Array.from({ length: rank }, (_, i) => i);
  if (order === "C") return straight;
  if (order === "F") return straight.reverse();
  const given = integersOf(spec, "order");
  if (given.length === rank && straight.every((dimension) => given.includes(dimension))) return given;
  throw new GraticuleError("malformed", `transpose: ${JSON.stringify(order)} is no order of ${rank} dimensions`);
}

/** Walks the stored array in its own order; its innermost dimension is a loop with one stride. */
function scatter(bytes: Uint8Array, out: Uint8Array, size: number, shape: readonly number[], order: readonly number[]): void {
  const strides = shape.map((_, i) => size * sizeOf(shape.slice(i + 1)));
  const stored = order.map((dimension) => ({ length: shape[dimension] as number, stride: strides[dimension] as number }));
  const inner = stored[stored.length - 1] as { length: number; stride: number };
  const outer = stored.slice(0, -1);
  const copy = copierOf(bytes, out, size);
  const at = outer.map(() => 0);
  const step = inner.stride / size;
  let to = 0;
  for (let from = 0; from < bytes.length; from += inner.length * size) {
    copy(from / size, to / size, inner.length, step);
    for (let i = outer.length - 1; i >= 0; i--) {
      const { length, stride } = outer[i] as { length: number; stride: number };
      to += stride;
      at[i] = (at[i] as number) + 1;
      if ((at[i] as number) < length) break;
      to -= length * stride;
      at[i] = 0;
    }
  }
}

/** Copies `count` elements to places `step` elements apart; positions are in elements. */
type Copy = (from: number, to: number, count: number, step: number) => void;

/** Sizes that are a multiple of 4 go by words; never as floats, which may change the bits of a NaN. */
function copierOf(bytes: Uint8Array, out: Uint8Array, size: number): Copy {
  const unit = size % 4 === 0 ? 4 : size % 2 === 0 ? 2 : 1;
  const name = unit === 4 ? "uint32" : unit === 2 ? "uint16" : "uint8";
  const source = viewAs(name, bytes);
  const target = viewAs(name, out);
  const units = size / unit;
  if (units === 1)
    return (from, to, count, step) => {
      for (let i = 0, k = to; i < count; i++, k += step) target[k] = source[from + i] as number;
    };
  return (from, to, count, step) => {
    for (let i = 0; i < count; i++)
      for (let u = 0; u < units; u++) target[(to + i * step) * units + u] = source[(from + i) * units + u] as number;
  };
}
