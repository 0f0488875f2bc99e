import { peakMemory } from "../execute/peak-memory.js";
import { estimateRun } from "../physical/estimate-run.js";
import type { PhysicalPlan, TablePlan } from "../plan/run.js";
import { MemberCache } from "../scan/member-cache.js";
import type { DestinationLayout } from "../sink/commit/layout.js";
import type { KeepingStore } from "../store/keep-opened.js";
import { secondsSince } from "./carry-out.js";
import type { CheckedRequest } from "./check-request.js";
import { type ConvertResult, tablesOf } from "./convert-result.js";
import type { RunHooks, Warnings } from "./run-hooks.js";
import { shareMemory, WORKER } from "./share-memory.js";

interface PredictedJob {
  readonly request: CheckedRequest;
  readonly hooks: RunHooks;
  readonly layout: DestinationLayout;
  readonly started: number;
  readonly warnings: Warnings;
  readonly store: KeepingStore;
}

/** What a dry run gives: all of it is expected, and nothing is written. */
export async function predict(
  { request, layout, hooks, started, warnings, store }: PredictedJob,
  run: PhysicalPlan,
): Promise<ConvertResult> {
  const resources = new MemberCache(run.members, { store, signal: hooks.signal });
  try {
    const estimate = await estimateRun(run, resources);
    const { workers } = shareMemory(request, warnings.add);
    for (const { group, residual } of run.tables)
      if (residual)
        warnings.add(`rows of ${group.name || "the table"} are counted before the predicate on values: a run will keep fewer`);
    const { files, chunks, pruned, chunkRequests: requests, chunkBytes: bytes, rows, outputBytes, memory } = estimate;
    const parts = run.tasks.map((task) => ({
      table: (run.tables[task.table] as TablePlan).group.name,
      rows: task.rows,
      bytes: rows > 0 ? Math.round((outputBytes * task.rows) / rows) : 0,
    }));
    return {
      dest: layout.dest,
      dry_run: true,
      tables: tablesOf(run, parts),
      reads: { files, chunks, pruned, requests, bytes },
      peak_memory: peakMemory() + Math.min(workers, run.tasks.length) * (memory + WORKER),
      seconds: secondsSince(started),
      warnings: warnings.all,
    };
  } finally {
    await resources.close();
  }
}
