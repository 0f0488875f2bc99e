import type { DType } from "graticule/plugin";
import { elementBytes } from "../chunks/chunk-grid.js";
import { unsupported } from "../errors.js";
import { isCustomFloat } from "../messages/float-format.js";
import type { DatasetHeader } from "../model.js";
import { readNumber } from "../numbers.js";
import type { Cells } from "./cells.js";

/**
 * Elements of a source in the type of the virtual dataset, as the library converts them: numbers too large become the largest,
 * fractions are cut off.
 *
 * @throws `unsupported` for types that are not converted into each other
 */
export function convertedTo(target: DatasetHeader, source: DatasetHeader, cells: Cells): Cells {
  const count = target.arrayShape.reduce((product, n) => product * n, 1);
  const fits = source.arrayShape.reduce((product, n) => product * n, 1) === count;
  if (fits && isStoredAlike(target.dtype, source.dtype)) return cells;
  if (cells.kind === "list" || !fits || !isNumber(source.dtype) || !isNumber(target.dtype))
    throw unsupported(`a virtual dataset of ${nameOf(target.dtype)} over a source of ${nameOf(source.dtype)}`);
  return { kind: "bytes", bytes: converted(source.dtype, target.dtype, cells.bytes), size: elementBytes(target) };
}

function nameOf({ name, size, byteOrder }: DType): string {
  return byteOrder ? `${byteOrder}-endian ${name}` : `${name} of ${size} bytes`;
}

/** Whether the bytes of one are bytes of the other; names of an enumeration's members and paddings do not matter. */
export function isStoredAlike(a: DType, b: DType): boolean {
  const [x, y] = [a.name === "enum" ? (a.base as DType) : a, b.name === "enum" ? (b.base as DType) : b];
  if (isCustomFloat(x) || isCustomFloat(y))
    return (
      isCustomFloat(x) && isCustomFloat(y) && x.byteOrder === y.byteOrder && JSON.stringify(x.format) === JSON.stringify(y.format)
    );
  if (x.name !== y.name || x.size !== y.size || x.byteOrder !== y.byteOrder) return false;
  if (x.bits?.offset !== y.bits?.offset || x.bits?.precision !== y.bits?.precision) return false;
  if (x.text?.variable !== y.text?.variable || (x.base && !(y.base && isStoredAlike(x.base, y.base)))) return false;
  return (
    x.fields?.length === y.fields?.length &&
    (x.fields ?? []).every((field, i) => {
      const other = y.fields?.[i];
      return (
        other?.name === field.name &&
        other.offset === field.offset &&
        String(other.shape) === String(field.shape) &&
        isStoredAlike(field.dtype, other.dtype)
      );
    })
  );
}

function isNumber(dtype: DType): boolean {
  return /^u?int/.test(dtype.name) || /^float(16|32|64)$/.test(dtype.name);
}

function converted(from: DType, to: DType, bytes: Buffer): Buffer {
  const count = Math.floor(bytes.length / from.size);
  const out = Buffer.alloc(count * to.size);
  const write = writer(to, out);
  for (let i = 0; i < count; i++) write(i * to.size, readNumber(from, bytes.subarray(i * from.size, (i + 1) * from.size)));
  return out;
}

function writer(to: DType, out: Buffer): (at: number, value: number | bigint) => void {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const little = to.byteOrder !== "big";
  if (to.name === "float64") return (at, value) => view.setFloat64(at, Number(value), little);
  if (to.name === "float32") return (at, value) => view.setFloat32(at, Number(value), little);
  if (!/^u?int/.test(to.name) || to.bits) throw unsupported(`a virtual dataset of ${nameOf(to)} over a source of another type`);
  const bits = BigInt(8 * to.size);
  const isSigned = to.name.startsWith("int");
  const lowest = isSigned ? -(1n << (bits - 1n)) : 0n;
  const highest = isSigned ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  return (at, value) => {
    const whole = wholeOf(value, lowest, highest);
    let rest = BigInt.asUintN(Number(bits), whole < lowest ? lowest : whole > highest ? highest : whole);
    for (let i = 0; i < to.size; i++, rest >>= 8n) out[little ? at + i : at + to.size - 1 - i] = Number(rest & 0xffn);
  };
}

function wholeOf(value: number | bigint, lowest: bigint, highest: bigint): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) return value < 0 ? lowest : highest;
  return BigInt(Math.trunc(value));
}
