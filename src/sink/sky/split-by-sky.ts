import { GraticuleError } from "../../errors.js";
import { HEALPIX_COLUMN, type SkyPartition, type SkyPlan } from "../../plan/sky.js";
import { type Field, numberType } from "../../schema/field.js";
import { cellCount, type GridBatch, type GridColumn } from "../../schema/grid-batch.js";
import { takeEntries } from "../column-cells.js";
import { joinRows } from "../join-rows.js";
import { plainBatch, rowBatch } from "../plain-batch.js";
import { COUNT_ORDER } from "./choose-partitions.js";
import { pixelAt } from "./healpix.js";
import { degreesOf, pixelsOf } from "./sky-rows.js";

/** HATS' column of pixels. */
export const HEALPIX_FIELD: Field = { name: HEALPIX_COLUMN, type: numberType("int64"), nullable: false, metadata: {} };

/** A column of right ascensions or declinations as HATS has it: in degrees. */
export function skyField(field: Field): Field {
  return { ...field, type: numberType("float64"), metadata: { ...field.metadata, units: "deg" } };
}

/**
 * The rows of a task by the partition in which they lie, ordered by their places, with the folder of each. All rows of the task
 * lie in memory.
 */
export async function* splitBySky(
  batches: AsyncIterable<GridBatch>,
  sky: SkyPlan,
): AsyncGenerator<{ readonly folder: string; readonly batch: GridBatch }, void, undefined> {
  const rows: GridBatch[] = [];
  for await (const batch of batches) {
    const plain = plainBatch(batch);
    if (cellCount(plain) > 0) rows.push(rowBatch(plain));
  }
  if (rows.length === 0) return;
  const placed = withPlaces(joinRows(rows), sky);
  for (const { partition, positions } of runsOf(placed, sky.partitions))
    yield { folder: folderOf(partition), batch: takeRows(placed.columns, positions) };
}

/** IVOA note on HATS: as HiPS names its tiles, at most ten thousand to a folder. */
function folderOf({ order, pixel }: SkyPartition): string {
  return `dataset/Norder=${order}/Dir=${Math.floor(pixel / 10_000) * 10_000}/Npix=${pixel}`;
}

interface PlacedRows {
  readonly columns: readonly GridColumn[];
  /** Pixels of order 29, in halves. */
  readonly halves: Int32Array;
}

function withPlaces(batch: GridBatch, sky: SkyPlan): PlacedRows {
  const [ra, dec] = [batch.columns[sky.ra], batch.columns[sky.dec]];
  if (!ra || !dec) throw new TypeError("a batch lacks the places of its rows");
  const pixels = pixelsOf(ra, dec, sky);
  const inDegrees = (column: GridColumn): GridColumn => ({
    ...{ field: skyField(column.field), axes: column.axes },
    data: degreesOf(column, sky.unit, Number.POSITIVE_INFINITY),
  });
  const isConverted = sky.unit === "radian";
  const own = batch.columns.map((column) => (isConverted && (column === ra || column === dec) ? inDegrees(column) : column));
  return {
    columns: [...own, { field: HEALPIX_FIELD, axes: [0], data: pixels }],
    halves: new Int32Array(pixels.buffer),
  };
}

/** Rows by partition, in the order of their pixels. Partitions ascend, and so do the pixels in them. */
function* runsOf(
  { halves }: PlacedRows,
  partitions: readonly SkyPartition[],
): Iterable<{ readonly partition: SkyPartition; readonly positions: Uint32Array }> {
  const sorted = Uint32Array.from({ length: halves.length / 2 }, (_, i) => i).sort((a, b) => compare(halves, a, b));
  let at = 0;
  for (const partition of partitions) {
    const end = (partition.pixel + 1) * 4 ** (COUNT_ORDER - partition.order);
    const start = at;
    while (at < sorted.length && pixelAt(COUNT_ORDER, halves, sorted[at] as number) < end) at++;
    if (at > start) yield { partition, positions: sorted.subarray(start, at) };
  }
  if (at < sorted.length)
    throw new GraticuleError("changed", `${sorted.length - at} rows lie in pixels that had none when the rows were counted`, {
      hint: "the inputs changed meanwhile: begin again",
    });
}

function compare(halves: Int32Array, a: number, b: number): number {
  const upper = (halves[2 * a + 1] as number) - (halves[2 * b + 1] as number);
  return upper !== 0 ? upper : ((halves[2 * a] as number) >>> 0) - ((halves[2 * b] as number) >>> 0);
}

function takeRows(columns: readonly GridColumn[], positions: Uint32Array): GridBatch {
  const taken = columns.map((column): GridColumn => {
    const { field, packing } = column;
    return { field, axes: [0], ...(packing && { packing }), ...takeEntries(column, positions) };
  });
  return { axes: [{ dim: "row", start: 0, length: positions.length }], columns: taken };
}
