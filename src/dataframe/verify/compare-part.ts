import { asGraticuleError, GraticuleError, isGraticuleError } from "../../errors.js";
import { ParquetFile } from "../../parquet/read/parquet-file.js";
import { readTask } from "../../physical/read-task.js";
import type { PhysicalPlan, Task } from "../../plan/run.js";
import type { MemberCache } from "../../scan/member-cache.js";
import { cellCount, type GridBatch } from "../../schema/grid-batch.js";
import { expandColumn } from "../../sink/expand-column.js";
import { plainBatch } from "../../sink/plain-batch.js";
import { splitBatch, splitSelected } from "../../sink/split-batch.js";
import type { Store } from "../../store/contract.js";
import { compareColumn } from "./compare-column.js";
import { PartRows } from "./part-rows.js";
import type { Difference } from "./result.js";

/** Rows that are compared in one go. */
const ROWS = 1 << 16;

export interface Comparison {
  readonly rows: number;
  readonly cells: number;
  readonly differences: readonly Difference[];
}

/**
 * Rows of a part against what its tasks read from the sources now, in order and cell by cell. Memory holds a row group of the part
 * and a batch of the source.
 *
 * @param path of the part
 */
export async function comparePart(
  path: string,
  plan: PhysicalPlan,
  tasks: readonly Task[],
  resources: MemberCache,
  store: Store,
): Promise<Comparison> {
  const source = await store.open(path);
  try {
    return await compareRows(new PartRows(await ParquetFile.open(source)), path, plan, tasks, resources);
  } catch (error) {
    const own = asGraticuleError(error);
    const isOfSource = ["changed", "not-found", "permission", "malformed", "truncated", "checksum"].includes(own.tag);
    if (!isOfSource || isGraticuleError(error, "interrupted")) throw error;
    const message = `${own.message}${own.file === undefined ? "" : ` (${own.file})`}`;
    return { rows: 0, cells: 0, differences: [{ kind: "source", path, message }] };
  } finally {
    await source.close();
  }
}

async function compareRows(
  stored: PartRows,
  path: string,
  plan: PhysicalPlan,
  tasks: readonly Task[],
  resources: MemberCache,
): Promise<Comparison> {
  /** By column: the first difference, and how many there are. */
  const found = new Map<string, { readonly row: number; readonly text: string; cells: number }>();
  let [rows, cells] = [0, 0];
  for (const task of tasks)
    for await (const batch of readTask(plan, task, resources))
      for (const piece of piecesOf(batch)) {
        const columns = piece.columns.map((column) => expandColumn(piece, column));
        for (let at = 0; at < cellCount(piece); ) {
          const slice = await stored.next(cellCount(piece) - at);
          if (!slice) return { rows, cells, differences: [...differencesOf(found, path), fewer(path, rows)] };
          for (const column of columns) {
            const { name } = column.field;
            const own = slice.columns.get(name);
            if (!own) throw new GraticuleError("malformed", `the part has no column "${name}"`, { file: path, variable: name });
            const mismatch = compareColumn(column, at, own, slice.from, slice.rows);
            cells += slice.rows;
            if (!mismatch) continue;
            const before = found.get(name);
            if (before) before.cells += mismatch.cells;
            else
              found.set(name, {
                row: rows + mismatch.first,
                text: `${mismatch.found}, where the source has ${mismatch.wanted}`,
                cells: mismatch.cells,
              });
          }
          at += slice.rows;
          rows += slice.rows;
        }
      }
  const more = await stored.next(1);
  const differences = differencesOf(found, path);
  if (more) differences.push({ kind: "count", path, message: `the part goes on behind the ${rows} rows of the source` });
  return { rows, cells, differences };
}

function* piecesOf(batch: GridBatch): Iterable<GridBatch> {
  if (batch.selection?.kind === "cells") for (const piece of splitSelected(batch, ROWS)) yield plainBatch(piece);
  else yield* splitBatch(plainBatch(batch), ROWS);
}

function differencesOf(
  found: ReadonlyMap<string, { readonly row: number; readonly text: string; readonly cells: number }>,
  path: string,
): Difference[] {
  return [...found].map(([column, { row, text, cells }]) => ({
    kind: "value",
    path,
    column,
    row,
    message: `column "${column}" differs in ${cells} cells, first in row ${row}: ${text}`,
  }));
}

function fewer(path: string, rows: number): Difference {
  return { kind: "count", path, message: `the part ends after ${rows} rows; the source has more` };
}
