import { asGraticuleError } from "../errors.js";
import type { FileDescription } from "../parquet/file-layout.js";
import { readTask } from "../physical/read-task.js";
import type { TablePlan, Task } from "../plan/run.js";
import type { MemberCache } from "../scan/member-cache.js";
import { layoutOf } from "../sink/commit/layout.js";
import { bytesOf, rowsOf, writeMarker } from "../sink/commit/markers.js";
import type { RunFile } from "../sink/commit/run-file.js";
import { countingOutside, type OutsideCounts } from "../sink/count-outside.js";
import { withGeometry } from "../sink/geo/geometry-column.js";
import { stageParts } from "../sink/write-task.js";
import type { TaskDone } from "./messages.js";

/**
 * Runs one task: reads, filters, encodes, stages a part, leaves a marker. Idempotent: each attempt has names of its own, and
 * nothing is visible at the destination before the finaliser puts it there.
 */
export async function runTask(file: RunFile, dest: string, id: number, attempt: string, cache: MemberCache): Promise<TaskDone> {
  const { plan } = file;
  const task = plan.tasks[id] as Task;
  const layout = layoutOf(dest);
  const run = layout.run(plan.runId);
  const before = cache.counters;
  try {
    const table = plan.tables[task.table] as TablePlan;
    const description = file.descriptions[task.table] as FileDescription;
    const outside: OutsideCounts = {};
    const isCounted = table.group.columns.some(({ validRange }) => validRange === "report");
    const read = readTask(plan, task, cache);
    const batches = isCounted ? countingOutside(read, outside) : read;
    const whole = table.geometry ? withGeometry(batches, table.geometry) : batches;
    const { parts, encodings } = await stageParts(whole, plan.sink, table, {
      layout,
      run,
      file,
      task,
      attempt,
      description,
    });
    await cache.verify();
    const after = cache.counters;
    const reads = {
      chunks: after.chunks - before.chunks,
      requests: after.chunkRequests - before.chunkRequests,
      bytes: after.chunkBytes - before.chunkBytes,
      index: {
        requests: after.requests - after.chunkRequests - (before.requests - before.chunkRequests),
        bytes: after.bytes - after.chunkBytes - (before.bytes - before.chunkBytes),
      },
    };
    await writeMarker(layout, run, {
      task: id,
      attempt,
      snapshot: file.snapshot,
      parts,
      reads,
      ...(encodings && { encodings }),
      ...(isCounted && { outside }),
    });
    return { task: id, rows: rowsOf({ parts }), bytes: bytesOf({ parts }), reads };
  } catch (error) {
    throw asGraticuleError(error);
  }
}
