import type { FileDescription } from "../../parquet/file-layout.js";
import type { PhysicalPlan } from "../../plan/run.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import { createRun, type RunFile, removeRun, snapshotOf, unfinishedRuns } from "./run-file.js";
import { readLatest } from "./snapshot.js";

/** What of a run is not in its plan. */
export type RunTerms = Pick<RunFile, "workers" | "subset" | "replaced" | "keepsReplaced">;

/** Writes the run down; from here on it can be resumed. Holds only with the lock. */
export async function beginRun(
  layout: DestinationLayout,
  plan: PhysicalPlan,
  descriptions: readonly FileDescription[],
  terms: RunTerms,
): Promise<{ run: RunLayout; file: RunFile }> {
  await layout.store.makeFolder(layout.state);
  const run = layout.run(plan.runId);
  const givenUp = await unfinishedRuns(layout);
  const numbers = await Promise.all(givenUp.map((stale) => snapshotOf(layout, stale)));
  const previous = (await readLatest(layout))?.number ?? null;
  // No number is used twice: parts that a run put into place before it was given up are never taken for new ones.
  const snapshot = Math.max(previous ?? 0, ...numbers) + 1;
  const file: RunFile = { plan, descriptions, snapshot, previous, ...terms };
  await createRun(layout, run, file);
  for (const stale of givenUp) if (stale.folder !== run.folder) await removeRun(layout, stale);
  return { run, file };
}
