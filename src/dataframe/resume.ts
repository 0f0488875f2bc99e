import { availableParallelism } from "node:os";
import { GraticuleError } from "../errors.js";
import { layoutOf } from "../sink/commit/layout.js";
import { withLock } from "../sink/commit/lock.js";
import { readRun, unfinishedRun } from "../sink/commit/run-file.js";
import { readLatest } from "../sink/commit/snapshot.js";
import { outputPath } from "../store/output/open-output.js";
import { carryOut, nothingNew } from "./carry-out.js";
import { checkKeys, isCount, isText } from "./check-keys.js";
import { checkHooks } from "./check-request.js";
import type { ConvertResult } from "./convert-result.js";
import { type RunHooks, warningsTo } from "./run-hooks.js";

/**
 * Finishes the run that was interrupted at a destination, with the plan that was made at its beginning; tasks that are done are
 * not done again. What it gives is the whole run's, but for time, memory and warnings, which are its own.
 *
 * @throws `usage` for a key that is not known; `not-found` where there is neither a run nor a dataset; `changed` where an input is no longer the one that was planned
 */
export async function resume(dest: string, options: { jobs?: number } = {}, asHeard: RunHooks = {}): Promise<ConvertResult> {
  checkKeys("resume", { dest, ...options }, { dest: isText, jobs: isCount });
  const hooks = checkHooks("the third argument of resume", asHeard);
  const clock = { started: performance.now() };
  const layout = layoutOf(outputPath(dest));
  const warnings = warningsTo(hooks);
  if (!(await unfinishedRun(layout)) && !(await readLatest(layout)))
    throw new GraticuleError("not-found", "there is no run to resume", {
      file: layout.dest,
      hint: "`graticule convert` begins one",
    });
  return withLock(layout, async (lock) => {
    const run = await unfinishedRun(layout);
    if (!run) return nothingNew(layout, clock, warnings.all);
    const file = await readRun(layout, run);
    const jobs = options.jobs ?? Math.min(availableParallelism(), file.workers);
    return carryOut(layout, file, jobs, lock, clock, warnings, hooks);
  });
}
