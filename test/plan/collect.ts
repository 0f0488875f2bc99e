import type { Archive } from "../../src/archive/model.js";
import { openArchive } from "../../src/archive/open-archive.js";
import { readContext } from "../../src/format/read-context.js";
import { readTask } from "../../src/physical/read-task.js";
import type { SinkSpec } from "../../src/plan/nodes.js";
import type { PhysicalPlan } from "../../src/plan/run.js";
import { MemberCache, type ScanResources } from "../../src/scan/member-cache.js";
import { isSet } from "../../src/schema/bitmap.js";
import type { GridBatch, GridColumn } from "../../src/schema/grid-batch.js";

export const SINK: SinkSpec = {
  format: "parquet",
  dest: "out",
  compression: { codec: "zstd" },
  rowGroupRows: 1 << 17,
  mode: "create",
};
export const SMALL = { jobs: 1, memory: 1 << 30, recipe: { test: true } };

export type Row = Record<string, number | bigint | string | null>;

/** Every row as an object: for tests of a few thousand cells. */
export function rowsOf(batch: GridBatch): Row[] {
  const rows: Row[] = [];
  const shape = batch.axes.map((axis) => axis.length);
  const { selection } = batch;
  const index = shape.map(() => 0);
  const size = shape.reduce((n, length) => n * length, 1);
  const kept = (axis: number): boolean => {
    const indices = selection?.kind === "axes" ? selection.perAxis[axis] : null;
    return !indices || indices.includes(index[axis] as number);
  };
  for (let cell = 0; cell < size; cell++) {
    const isRow = selection?.kind === "cells" ? isSet(selection.bitmap, cell) : shape.every((_, axis) => kept(axis));
    if (isRow) rows.push(Object.fromEntries(batch.columns.map((column) => [column.field.name, valueAt(column, shape, index)])));
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d] = (index[d] as number) + 1;
      if ((index[d] as number) < (shape[d] as number)) break;
      index[d] = 0;
    }
  }
  return rows;
}

function valueAt(column: GridColumn, shape: readonly number[], index: readonly number[]): number | bigint | string | null {
  const at = column.axes.reduce((sum, axis) => sum * (shape[axis] as number) + (index[axis] as number), 0);
  if (column.validity && !isSet(column.validity, at)) return null;
  const value = (column.data as ArrayLike<unknown>)[at] as number | bigint | string | null;
  if (!column.packing || typeof value !== "number") return value;
  const unpacked = value * column.packing.scale + column.packing.offset;
  return column.packing.target === "float32" ? Math.fround(unpacked) : unpacked;
}

/** All rows of a run, in the order of its tasks. */
export async function collect(plan: PhysicalPlan, resources: ScanResources): Promise<Row[]> {
  const rows: Row[] = [];
  for (const task of plan.tasks) for await (const batch of readTask(plan, task, resources)) rows.push(...rowsOf(batch));
  return rows;
}

export async function archiveOf(urls: readonly string[]): Promise<Archive> {
  const context = readContext();
  try {
    return await openArchive(urls, {}, context);
  } finally {
    await context.close();
  }
}

export async function withMembers<T>(archive: Archive, use: (cache: MemberCache) => Promise<T>): Promise<T> {
  const cache = new MemberCache(archive.members);
  try {
    return await use(cache);
  } finally {
    await cache.close();
  }
}
