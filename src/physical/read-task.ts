import { GraticuleError } from "../errors.js";
import type { PhysicalPlan, Task } from "../plan/run.js";
import type { ScanResources } from "../scan/member-cache.js";
import { readBlocks } from "../scan/read-blocks.js";
import { type BatchMemory, readSlabs } from "../scan/read-slabs.js";
import type { GridBatch } from "../schema/grid-batch.js";

/**
 * The batches of a task, in order; see `readSlabs`. Reading it twice gives the same.
 * @param resources opens the members of the plan: a `MemberCache` over `plan.members`
 */
export function readTask(
  plan: PhysicalPlan,
  task: Task,
  resources: ScanResources,
  memory: BatchMemory = "reused",
): AsyncIterable<GridBatch> {
  const table = plan.tables[task.table];
  if (!table) throw new GraticuleError("malformed", `the plan has no table ${task.table}`);
  return table.order ? readBlocks(table, task, resources) : readSlabs(table, task, resources, memory);
}
