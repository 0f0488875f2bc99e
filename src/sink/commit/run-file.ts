import { GraticuleError } from "../../errors.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import { PHYSICAL_PLAN_VERSION, type PhysicalPlan } from "../../plan/run.js";
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
  /** Parts of the snapshot before whose rows this run makes anew, by their paths. */
  readonly replaced?: readonly string[];
  /** Replaced parts stay until `gc` removes them. */
  readonly keepsReplaced?: boolean;
}

/**
 * Writes the run down. The plan comes last, so that a folder without it was never begun. What an earlier run of the same name
 * left is removed first, and its plan replaced in one step: at every moment either of the two can be finished.
 */
export async function createRun({ store }: DestinationLayout, run: RunLayout, file: RunFile): Promise<void> {
  await store.removeFolder(run.tasks);
  await store.removeFolder(run.staging);
  await store.makeFolder(run.tasks);
  await store.makeFolder(run.staging);
  // Addresses may hold passwords and signatures, without which the run cannot be resumed.
  await store.writePrivate(run.plan, JSON.stringify(file));
  await store.remove([run.done]);
}

/** The plan goes first: a run without it does not exist. */
export async function removeRun({ store }: DestinationLayout, run: RunLayout): Promise<void> {
  await store.remove([run.plan]);
  await store.removeFolder(run.folder);
}

/** @throws `malformed` where the plan is of another version */
export async function readRun({ store }: DestinationLayout, run: RunLayout): Promise<RunFile> {
  const file = JSON.parse((await store.read(run.plan)) ?? "{}") as RunFile;
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

/** Folders of runs, and which of their two files are there. */
export interface RunState {
  readonly run: RunLayout;
  readonly isBegun: boolean;
  readonly isDone: boolean;
}

export async function runsOf(layout: DestinationLayout): Promise<RunState[]> {
  const found = new Map<string, { isBegun: boolean; isDone: boolean }>();
  for (const { path } of await layout.store.list(layout.runs)) {
    const [id = "", name = "", more] = path.split("/");
    const state = found.get(id) ?? { isBegun: false, isDone: false };
    found.set(id, state);
    if (more !== undefined) continue;
    if (name === "plan.json") state.isBegun = true;
    if (name === "done.json") state.isDone = true;
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, state]) => ({ run: layout.run(id), ...state }));
}

/** Runs that were begun and not committed. Several only where one that replaces others was killed as it began. */
export async function unfinishedRuns(layout: DestinationLayout): Promise<RunLayout[]> {
  return (await runsOf(layout)).filter(({ isBegun, isDone }) => isBegun && !isDone).map(({ run }) => run);
}

/** The run to resume, if any: of several the one that was begun last. */
export async function unfinishedRun(layout: DestinationLayout): Promise<RunLayout | null> {
  const runs = await unfinishedRuns(layout);
  if (runs.length < 2) return runs[0] ?? null;
  const numbers = await Promise.all(runs.map((run) => snapshotOf(layout, run)));
  return runs[numbers.indexOf(Math.max(...numbers))] ?? null;
}

/** The snapshot that a run of any version would make. */
export async function snapshotOf({ store }: DestinationLayout, run: RunLayout): Promise<number> {
  return Number((JSON.parse((await store.read(run.plan)) ?? "{}") as Partial<RunFile>).snapshot ?? 0);
}
