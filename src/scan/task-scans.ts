import type { TablePlan, Task } from "../plan/run.js";
import { blockSelection } from "./block-selection.js";
import type { ScanResources } from "./member-cache.js";
import { orderedCellsOf } from "./ordered-cells.js";
import type { ScanTask } from "./read-slabs.js";
import type { ScanTable } from "./scan-table.js";

/** What is read for a task, one after the other: of a table with an order, for each of its blocks. */
export async function* taskScans(
  table: TablePlan,
  task: Task,
  resources?: ScanResources,
): AsyncGenerator<{ readonly scan: ScanTable; readonly part: ScanTask }, void, undefined> {
  if (!task.blocks) {
    yield { scan: table, part: task };
    return;
  }
  const groups = await orderedCellsOf(table, resources);
  let at = 0;
  for (const block of task.blocks) {
    const slabs = task.slabs.slice(at, at + block.slabs);
    at += block.slabs;
    yield { scan: { ...table, selection: blockSelection(groups, block.ranges, table.group.axes.length) }, part: { slabs } };
  }
}
