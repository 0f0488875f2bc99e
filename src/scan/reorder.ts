import { sizeOf, stridesOf } from "../schema/box.js";
import type { TypedArray } from "../schema/typed-array.js";

/**
 * A row-major array with its dimensions in another order, and some of them backwards. The array itself where nothing moves.
 * @param order for each dimension of the result: which one of `shape` it is
 * @param reversed per dimension of `shape`
 */
export function reorder<T extends TypedArray | readonly unknown[]>(
  values: T,
  shape: readonly number[],
  order: readonly number[],
  reversed: readonly boolean[],
): T {
  const moves = order.some((d, i) => d !== i) || shape.some((length, d) => reversed[d] && length > 1);
  if (!moves) return values;
  const strides = stridesOf(shape);
  const outShape = order.map((d) => shape[d] as number);
  const steps = order.map((d) => (reversed[d] ? -(strides[d] as number) : (strides[d] as number)));
  const base = shape.reduce((at, length, d) => at + (reversed[d] ? (length - 1) * (strides[d] as number) : 0), 0);
  const size = sizeOf(shape);
  const out = (ArrayBuffer.isView(values) ? new (values.constructor as new (n: number) => TypedArray)(size) : new Array(size)) as T;
  fill(values as ArrayLike<unknown>, out as { [i: number]: unknown }, outShape, steps, base);
  return out;
}

function fill(
  source: ArrayLike<unknown>,
  out: { [i: number]: unknown },
  shape: readonly number[],
  steps: readonly number[],
  base: number,
): void {
  const rank = shape.length;
  const inner = shape[rank - 1] ?? 1;
  const step = steps[rank - 1] ?? 0;
  const index = new Array<number>(Math.max(0, rank - 1)).fill(0);
  if (shape.some((length) => length === 0)) return;
  for (let at = base, to = 0; ; ) {
    for (let i = 0, from = at; i < inner; i++, from += step) out[to++] = source[from];
    let d = rank - 2;
    for (; d >= 0; d--) {
      at += steps[d] as number;
      index[d] = (index[d] as number) + 1;
      if ((index[d] as number) < (shape[d] as number)) break;
      at -= (shape[d] as number) * (steps[d] as number);
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
