import type { OrderedBlock, TablePlan, Task } from "../plan/run.js";
import { blockSelection } from "../scan/block-selection.js";
import type { OrderedCells } from "../scan/order-cells.js";
import type { Box, Range } from "../schema/box.js";
import { MOST_SLABS, slabsOfSegment, tooManySlabs } from "./slabs.js";

export interface OrderedTaskOptions {
  /** Positions of the columns that are read. */
  readonly columns: readonly number[];
  /** Decoded bytes of a cell. */
  readonly cellBytes: number;
  /** Decoded bytes of a block, which is held whole, and of a slab that is read into it. */
  readonly blockBytes: number;
  readonly slabBytes: number;
  /** Decoded bytes and rows of a part at most. */
  readonly partBytes: number;
  readonly partRows: number;
}

/**
 * The tasks of a table whose rows come out in an order of their own. A block holds whole inner loops, a run of the one that no
 * longer fits, one cell of those outside it; for each the slabs that hold its cells are read, so that what blocks share is read
 * for each of them.
 * @throws `unsupported` for more slabs than a plan holds
 */
export function* orderedTasks(
  table: TablePlan,
  at: number,
  cells: readonly OrderedCells[],
  options: OrderedTaskOptions,
): Iterable<Omit<Task, "id">> {
  const { cellBytes, partBytes, partRows } = options;
  let open: { slabs: Box[]; blocks: OrderedBlock[]; rows: number } = { slabs: [], blocks: [], rows: 0 };
  let count = 0;
  for (const ranges of blocksOf(cells, options)) {
    const rows = ranges.reduce((n, { start, stop }) => n * (stop - start), 1);
    const slabs = slabsOf(table, cells, ranges, options);
    count += slabs.length;
    if (count > MOST_SLABS) throw tooManySlabs(table.group.name);
    if (open.blocks.length > 0 && ((open.rows + rows) * cellBytes > partBytes || open.rows + rows > partRows)) {
      yield { table: at, ...open };
      open = { slabs: [], blocks: [], rows: 0 };
    }
    for (const slab of slabs) open.slabs.push(slab);
    open.blocks.push({ ranges, slabs: slabs.length });
    open.rows += rows;
  }
  if (open.blocks.length > 0) yield { table: at, ...open };
}

function* blocksOf(cells: readonly OrderedCells[], { cellBytes, blockBytes }: OrderedTaskOptions): Iterable<Box> {
  if (cells.some(({ count }) => count === 0)) return;
  const budgets = cells.map(() => 1);
  let bytes = cellBytes;
  for (let g = cells.length - 1; g >= 0; g--) {
    const { count } = cells[g] as OrderedCells;
    budgets[g] = Math.min(count, Math.max(1, Math.floor(blockBytes / bytes)));
    if ((budgets[g] as number) < count) break;
    bytes *= count;
  }
  yield* combine([], cells, budgets);
}

function* combine(outer: readonly Range[], cells: readonly OrderedCells[], budgets: readonly number[]): Iterable<Box> {
  const g = outer.length;
  if (g === cells.length) {
    yield outer;
    return;
  }
  const [{ count }, step] = [cells[g] as OrderedCells, budgets[g] as number];
  for (let start = 0; start < count; start += step)
    yield* combine([...outer, { start, stop: Math.min(count, start + step) }], cells, budgets);
}

function slabsOf(
  { group }: TablePlan,
  cells: readonly OrderedCells[],
  ranges: Box,
  { columns, cellBytes, slabBytes }: OrderedTaskOptions,
): Box[] {
  const selection = blockSelection(cells, ranges, group.axes.length);
  return group.segments.flatMap((segment) => {
    const grid = slabsOfSegment(group, segment, { columns, selection, cellBytes, target: slabBytes, order: "storage" });
    return Array.from(grid.slabs(), ({ box }) => box);
  });
}
