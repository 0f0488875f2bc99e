import type { TableColumn, TableGroup } from "../archive/model.js";
import { GraticuleError } from "../errors.js";
import { compareCodePoints } from "../expr/compare-text.js";
import { isSet } from "../schema/bitmap.js";
import { sizeOf, stridesOf } from "../schema/box.js";
import type { GridColumn } from "../schema/grid-batch.js";
import type { TypedArray } from "../schema/typed-array.js";
import { unpack } from "../schema/unpack.js";
import { knownColumnsOf } from "./known-columns.js";
import { loadColumn } from "./load-auxiliaries.js";
import type { ScanResources } from "./member-cache.js";

/**
 * A column's values over its own axes as numbers that compare as they do, NaN where one is missing: one array, or, of 64-bit
 * integers, two of which the first counts more.
 * @throws `unsupported` for lists and bytes, which have no order; what reading throws
 */
export async function keyValues(group: TableGroup, at: number, resources: ScanResources | undefined): Promise<Float64Array[]> {
  const column = group.columns[at] as TableColumn;
  const shape = column.axes.map((axis) => group.axes[axis]?.length ?? 0);
  const known = knownColumnsOf(group);
  if (known.has(column)) {
    const { values, validity } = known.whole(column);
    const whole = column.axes.map((_, d) => d);
    return keysOf(
      [{ own: { field: column.field, axes: whole, data: values, ...(validity && { validity }) }, start: 0 }],
      shape,
      -1,
    );
  }
  const loaded = resources && (await loadColumn(group, at, column, resources));
  if (!loaded)
    throw new GraticuleError("unsupported", `rows cannot be sorted by "${column.field.name}": not every file has it`, {
      variable: column.field.name,
      hint: "sort by a coordinate, or leave out the files that lack it",
    });
  const parts = loaded.map((own, segment) => ({
    own: { ...own, axes: own.axes.map((axis) => column.axes.indexOf(axis)) },
    start: group.segments[segment]?.start ?? 0,
    stop: group.segments[segment]?.stop ?? 0,
  }));
  return keysOf(parts, shape, group.joined === null ? -1 : column.axes.indexOf(group.joined));
}

interface Part {
  /** Its axes are positions in the column's. */
  readonly own: Pick<GridColumn, "field" | "axes" | "data" | "validity" | "packing">;
  /** On the joined axis. */
  readonly start: number;
  readonly stop?: number;
}

/** @param joined which of the column's axes the parts follow each other along; -1: none */
function keysOf(parts: readonly Part[], shape: readonly number[], joined: number): Float64Array[] {
  const cells = sizeOf(shape);
  const out: Float64Array[] = [];
  const place = (k: number): Float64Array => (out[k] ??= new Float64Array(cells).fill(Number.NaN));
  const ranks = rankTexts(parts);
  for (const { own, start, stop } of parts) {
    const numbers = numbersOf(own, ranks);
    const size = shape.map((length, d) => (d === joined ? (stop ?? length) - start : length));
    const from = own.axes.map((axis) => size[axis] as number);
    const strides = stridesOf(from);
    const steps = size.map((_, d) => strides[own.axes.indexOf(d)] ?? 0);
    const outer = stridesOf(shape);
    const base = joined < 0 ? 0 : start * (outer[joined] as number);
    const write = (k: number, values: Float64Array): void => {
      const target = place(k);
      const visit = (d: number, source: number, to: number): void => {
        if (d === size.length) {
          target[to] = own.validity && !isSet(own.validity, source) ? Number.NaN : (values[source] as number);
          return;
        }
        const [step, stride, count] = [steps[d] as number, outer[d] as number, size[d] as number];
        for (let i = 0; i < count; i++) visit(d + 1, source + i * step, to + i * stride);
      };
      visit(0, 0, base);
    };
    for (const [k, values] of numbers.entries()) write(k, values);
  }
  return out.length > 0 ? out : [place(0)];
}

function numbersOf({ field, data, packing }: Part["own"], ranks: ReadonlyMap<string, number>): Float64Array[] {
  if (!ArrayBuffer.isView(data)) {
    if (field.type.kind !== "string")
      throw new GraticuleError("unsupported", `rows cannot be sorted by "${field.name}": its values are ${field.type.kind}s`, {
        variable: field.name,
      });
    return [Float64Array.from(data as readonly (string | null)[], (text) => (text === null ? Number.NaN : (ranks.get(text) ?? 0)))];
  }
  const numbers = packing ? unpack(data as TypedArray, packing) : (data as TypedArray);
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array) {
    const [high, low] = [new Float64Array(numbers.length), new Float64Array(numbers.length)];
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i] as bigint;
      high[i] = Number(value >> 32n);
      low[i] = Number(value & 0xffffffffn);
    }
    return [high, low];
  }
  return [Float64Array.from(numbers as Float64Array)];
}

function rankTexts(parts: readonly Part[]): ReadonlyMap<string, number> {
  const texts = new Set<string>();
  for (const { own } of parts)
    if (!ArrayBuffer.isView(own.data) && own.field.type.kind === "string")
      for (const text of own.data as readonly (string | null)[]) if (text !== null) texts.add(text);
  return new Map([...texts].sort(compareCodePoints).map((text, rank) => [text, rank]));
}
