import type { Edges, GeometryPlan } from "../../plan/geometry.js";
import { toHalfTurns } from "../../plan/on-earth.js";
import { isSet } from "../../schema/bitmap.js";
import { sizeOf, stridesOf } from "../../schema/box.js";
import type { Field } from "../../schema/field.js";
import type { BatchAxis, GridBatch, GridColumn } from "../../schema/grid-batch.js";
import type { TypedArray } from "../../schema/typed-array.js";
import { unpack } from "../../schema/unpack.js";
import { PointWriter, rectangles } from "./wkb.js";

/** Null where a coordinate is missing. */
export function geometryField({ name }: GeometryPlan): Field {
  return { name, type: { kind: "binary" }, nullable: true, metadata: {} };
}

/**
 * The batches with a geometry column behind the others. It varies over the axes of its coordinates, and is made once for batches
 * that have the same of these.
 */
export async function* withGeometry(
  batches: AsyncIterable<GridBatch>,
  plan: GeometryPlan,
): AsyncGenerator<GridBatch, void, undefined> {
  const shapeOf = plan.edges ? cellShapes(plan.edges) : pointShapes;
  let last: Made | null = null;
  for await (const batch of batches) {
    const [x, y] = [coordinateOf(batch, plan.x), coordinateOf(batch, plan.y)];
    if (!last || !isSame(last.x, x) || !isSame(last.y, y)) last = make(batch, x, y, plan, shapeOf);
    yield { ...batch, columns: [...batch.columns, last.column] };
  }
}

/** What a cell looks like; null where a coordinate is missing. */
type Shape = (longitude: number, latitude: number) => Uint8Array | null;

interface Coordinate {
  readonly axes: readonly number[];
  readonly lengths: readonly number[];
  /** NaN where it is missing. */
  readonly values: Float64Array;
}

interface Made {
  readonly x: Coordinate;
  readonly y: Coordinate;
  readonly column: GridColumn;
}

/** In memory of its own: that of the batch is used again. */
function coordinateOf(batch: GridBatch, at: number): Coordinate {
  const column = batch.columns[at];
  if (!column || !ArrayBuffer.isView(column.data)) throw new TypeError("a batch lacks the coordinates of its geometry");
  const { axes, packing, validity } = column;
  const values = Float64Array.from(packing ? unpack(column.data as TypedArray, packing) : (column.data as TypedArray), Number);
  if (validity && validity.zeros > 0) for (let i = 0; i < values.length; i++) if (!isSet(validity, i)) values[i] = Number.NaN;
  return { axes, lengths: axes.map((axis) => batch.axes[axis]?.length ?? 0), values };
}

function isSame(a: Coordinate, b: Coordinate): boolean {
  if (a.axes.join() !== b.axes.join() || a.lengths.join() !== b.lengths.join()) return false;
  for (let i = 0; i < a.values.length; i++) if (!Object.is(a.values[i], b.values[i])) return false;
  return true;
}

function make({ axes: all }: GridBatch, x: Coordinate, y: Coordinate, plan: GeometryPlan, shapeOf: (count: number) => Shape): Made {
  const axes = [...new Set([...x.axes, ...y.axes])].sort((a, b) => a - b);
  const lengths = axes.map((axis) => (all[axis] as BatchAxis).length);
  const shape = shapeOf(sizeOf(lengths));
  const [stepsX, stepsY] = [stepsOf(axes, x), stepsOf(axes, y)];
  const data: (Uint8Array | null)[] = [];
  const walk = (depth: number, atX: number, atY: number): void => {
    if (depth === axes.length) {
      data.push(shape(x.values[atX] as number, y.values[atY] as number));
      return;
    }
    const [stepX, stepY] = [stepsX[depth] as number, stepsY[depth] as number];
    for (let i = 0; i < (lengths[depth] as number); i++) walk(depth + 1, atX + i * stepX, atY + i * stepY);
  };
  walk(0, 0, 0);
  return { x, y, column: { field: geometryField(plan), axes, data } };
}

/** Along some axes, the steps in a coordinate's values. */
function stepsOf(axes: readonly number[], { axes: own, lengths }: Coordinate): number[] {
  const strides = stridesOf(lengths);
  return axes.map((axis) => strides[own.indexOf(axis)] ?? 0);
}

function pointShapes(count: number): Shape {
  const writer = new PointWriter(count);
  return (longitude, latitude) =>
    Number.isFinite(longitude) && Number.isFinite(latitude) ? writer.point(toHalfTurns(longitude), latitude) : null;
}

function cellShapes({ x, y }: NonNullable<GeometryPlan["edges"]>): () => Shape {
  const [east, north] = [byValue(x), byValue(y)];
  return () => (longitude, latitude) => {
    const [across, along] = [east.get(longitude), north.get(latitude)];
    return across && along ? cellAt(across, along) : null;
  };
}

function byValue({ values, pairs }: Edges): ReadonlyMap<number, readonly [number, number]> {
  return new Map(values.map((value, i) => [value, pairs[i] as readonly [number, number]]));
}

/** A rectangle; two where it crosses the antimeridian (RFC 7946, section 3.1.9), none beyond a whole turn. */
function cellAt([west, east]: readonly [number, number], [south, north]: readonly [number, number]): Uint8Array {
  if (east - west >= 360) return rectangles([[-180, south, 180, north]]);
  const from = fromOf(west);
  const to = from + (east - west);
  if (to <= 180) return rectangles([[from, south, to, north]]);
  return rectangles([
    [from, south, 180, north],
    [-180, south, to - 360, north],
  ]);
}

/** In [−180, 180). */
function fromOf(west: number): number {
  const turned = toHalfTurns(west);
  return turned === 180 ? -180 : turned;
}

/** Whether some cell crosses the antimeridian. */
export function crosses({ pairs }: Edges): boolean {
  return pairs.some(([west, east]) => {
    return east - west < 360 && fromOf(west) + (east - west) > 180;
  });
}
