import { existsSync, readdirSync, readFileSync } from "node:fs";
import { GraticuleError } from "../../errors.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import { PHYSICAL_PLAN_VERSION, type PhysicalPlan } from "../../plan/run.js";
import { makeFolder, writeAtomic } from "./atomic.js";
import type { DestinationLayout, RunLayout } from "./layout.js";

/** All that a worker or a resuming process needs beside the input files. */
export interface RunFile {
  readonly plan: PhysicalPlan;
  /** One per table of the plan. */
  readonly descriptions: readonly FileDescription[];
  /** The snapshot that this run makes, and the one that it follows; parts of earlier ones are kept, or replaced. */
  readonly snapshot: number;
  readonly previous: number | null;
}

/** Makes the run's folders; the plan comes last, so that a folder without it was never begun. */
export function createRun(run: RunLayout, file: RunFile): void {
  makeFolder(run.tasks);
  makeFolder(run.staging);
  writeAtomic(run.plan, JSON.stringify(file));
}

/** @throws `malformed` where the plan is of another version */
export function readRun(run: RunLayout): RunFile {
  const file = JSON.parse(readFileSync(run.plan, "utf8")) as RunFile;
  if (file.plan?.version !== PHYSICAL_PLAN_VERSION)
    throw new GraticuleError(
      "malformed",
      `the run's plan has version ${String(file.plan?.version)}, this graticule writes ${PHYSICAL_PLAN_VERSION}`,
      {
        file: run.plan,
        hint: "finish it with the graticule that began it, or begin again with --overwrite",
      },
    );
  return file;
}

/** The run that was begun and not committed, if any. */
export function unfinishedRun(layout: DestinationLayout): RunLayout | null {
  if (!existsSync(layout.runs)) return null;
  for (const id of readdirSync(layout.runs).sort()) {
    const run = layout.run(id);
    if (existsSync(run.plan) && !existsSync(run.done)) return run;
  }
  return null;
}
