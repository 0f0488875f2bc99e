import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
  /** Workers that the memory of the run has room for. */
  readonly workers: number;
  /** Equal for runs that take the same rows and columns of a file. Absent in what earlier versions wrote. */
  readonly subset?: string;
}

/**
 * Writes the run down. The plan comes last, so that a folder without it was never begun. What an earlier run of the same name
 * left is removed first, and its plan replaced in one step: at every moment either of the two can be finished.
 */
export function createRun(run: RunLayout, file: RunFile): void {
  rmSync(run.tasks, { recursive: true, force: true });
  rmSync(run.staging, { recursive: true, force: true });
  makeFolder(run.tasks);
  makeFolder(run.staging);
  writeAtomic(run.plan, JSON.stringify(file));
  rmSync(run.done, { force: true });
}

/** The plan goes first: a run without it does not exist. */
export function removeRun(run: RunLayout): void {
  rmSync(run.plan, { force: true });
  rmSync(run.folder, { recursive: true, force: true });
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

/** Runs that were begun and not committed. Several only where one that replaces others was killed as it began. */
export function unfinishedRuns(layout: DestinationLayout): RunLayout[] {
  if (!existsSync(layout.runs)) return [];
  return readdirSync(layout.runs)
    .sort()
    .map((id) => layout.run(id))
    .filter((run) => existsSync(run.plan) && !existsSync(run.done));
}

/** The run to resume, if any: of several the one that was begun last. */
export function unfinishedRun(layout: DestinationLayout): RunLayout | null {
  const runs = unfinishedRuns(layout);
  if (runs.length < 2) return runs[0] ?? null;
  return runs.reduce((last, run) => (snapshotOf(run) > snapshotOf(last) ? run : last));
}

/** The snapshot that a run of any version would make. */
export function snapshotOf(run: RunLayout): number {
  return Number((JSON.parse(readFileSync(run.plan, "utf8")) as Partial<RunFile>).snapshot ?? 0);
}

/** Whether graticule ever began to write here. */
export function hasRuns(layout: DestinationLayout): boolean {
  return existsSync(layout.runs) && readdirSync(layout.runs).length > 0;
}
