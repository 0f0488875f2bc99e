import { asGraticuleError, GraticuleError } from "../../errors.js";
import { readTask } from "../../physical/read-task.js";
import type { PhysicalPlan, TablePlan, Task } from "../../plan/run.js";
import type { MemberCache } from "../../scan/member-cache.js";
import { cellCount, type GridBatch } from "../../schema/grid-batch.js";
import { expandColumn } from "../../sink/expand-column.js";
import { plainBatch } from "../../sink/plain-batch.js";
import { splitBatch, splitSelected } from "../../sink/split-batch.js";
import { splitTask } from "../../sink/split-task.js";
import type { Store } from "../../store/contract.js";
import { compareColumn } from "./compare-column.js";
import { PartRows } from "./part-rows.js";
import type { Difference } from "./result.js";

/** Rows that are compared in one go. */
const ROWS = 1 << 16;

/** Parts that hold the rows of some tasks. */
export interface TaskParts {
  readonly tasks: readonly Task[];
  /** Paths of parts in order, by folder under the table's; null where they cannot be read. */
  readonly folders: ReadonlyMap<string, readonly string[] | null>;
}

export interface Comparison {
  rows: number;
  cells: number;
  readonly differences: Difference[];
}

/**
 * Rows of parts against what their tasks read from the sources now, in order and cell by cell. Memory holds a row group of each
 * folder, and a batch of the source.
 */
export async function compareTasks(
  { tasks, folders }: TaskParts,
  plan: PhysicalPlan,
  resources: MemberCache,
  store: Store,
): Promise<Comparison> {
  const parts = new Map([...folders].map(([folder, paths]) => [folder, paths && new PartRows(paths, store)]));
  const run = new TaskComparison(parts);
  try {
    for (const task of tasks) {
      const table = plan.tables[task.table] as TablePlan;
      for await (const { folder, batch } of splitTask(readTask(plan, task, resources), table, plan.sink))
        for (const piece of piecesOf(batch)) await run.compare(folder, piece);
    }
    return await run.finish();
  } catch (error) {
    const own = asGraticuleError(error);
    if (!["changed", "not-found", "permission", "malformed", "truncated", "checksum"].includes(own.tag)) throw error;
    const path = [...folders.values()].find((paths) => paths)?.[0] ?? "";
    const message = `${own.message}${own.file === undefined ? "" : ` (${own.file})`}`;
    return { rows: 0, cells: 0, differences: [{ kind: "source", path, message }] };
  } finally {
    for (const own of parts.values()) await own?.close();
  }
}

function* piecesOf(batch: GridBatch): Iterable<GridBatch> {
  if (batch.selection?.kind === "cells") for (const piece of splitSelected(batch, ROWS)) yield plainBatch(piece);
  else yield* splitBatch(plainBatch(batch), ROWS);
}

interface Unequal {
  readonly path: string;
  readonly column: string;
  readonly row: number;
  readonly text: string;
  cells: number;
}

class TaskComparison {
  #rows = 0;
  #cells = 0;
  /** By part and column: the first difference, and how many there are. */
  readonly #unequal = new Map<string, Unequal>();
  /** By folder: rows of the source that no part has. */
  readonly #lacking = new Map<string, { readonly path: string; rows: number }>();

  constructor(readonly parts: ReadonlyMap<string, PartRows | null>) {}

  /** @param piece without selection */
  async compare(folder: string, piece: GridBatch): Promise<void> {
    const stored = this.parts.get(folder);
    if (stored === null) return;
    const rows = cellCount(piece);
    const columns = piece.columns.map((column) => expandColumn(piece, column));
    for (let at = 0; at < rows; ) {
      const slice = stored && (await stored.next(rows - at));
      if (!slice) {
        const lacking = this.#lacking.get(folder) ?? { path: stored?.path ?? folder, rows: 0 };
        lacking.rows += rows - at;
        this.#lacking.set(folder, lacking);
        return;
      }
      for (const column of columns) {
        const { name } = column.field;
        const own = slice.columns.get(name);
        if (!own) throw new GraticuleError("malformed", `the part has no column "${name}"`, { file: slice.path, variable: name });
        const mismatch = compareColumn(column, at, own, slice.from, slice.rows);
        this.#cells += slice.rows;
        if (!mismatch) continue;
        const key = `${slice.path}\n${name}`;
        const before = this.#unequal.get(key);
        const text = `${mismatch.found}, where the source has ${mismatch.wanted}`;
        if (before) before.cells += mismatch.cells;
        else
          this.#unequal.set(key, {
            ...{ path: slice.path, column: name, text, cells: mismatch.cells },
            row: slice.row + mismatch.first,
          });
      }
      at += slice.rows;
      this.#rows += slice.rows;
    }
  }

  async finish(): Promise<Comparison> {
    const differences: Difference[] = [...this.#unequal.values()].map(({ path, column, row, text, cells }) => ({
      ...{ kind: "value", path, column, row },
      message: `column "${column}" differs in ${cells} cells, first in row ${row}: ${text}`,
    }));
    for (const { path, rows } of this.#lacking.values())
      differences.push({ kind: "count", path, message: `${rows} rows of the source are missing at its end` });
    for (const stored of this.parts.values()) {
      const more = await stored?.next(1);
      if (more)
        differences.push({
          kind: "count",
          path: more.path,
          message: `it goes on behind the ${more.row} rows that the source has for it`,
        });
    }
    return { rows: this.#rows, cells: this.#cells, differences };
  }
}
