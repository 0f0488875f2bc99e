import { accessSync, constants, existsSync, lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { GraticuleError } from "../../errors.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import type { SinkSpec } from "../../plan/nodes.js";
import type { PhysicalPlan } from "../../plan/run.js";
import { makeFolder, pathError } from "./atomic.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import { createRun, hasRuns, type RunFile, removeRun, snapshotOf, unfinishedRun, unfinishedRuns } from "./run-file.js";
import { readLatest, type Snapshot } from "./snapshot.js";

/**
 * Whether a run may begin here. Existing output is never touched without `append` or `overwrite`, and an unfinished run is
 * resumed or, with `overwrite`, given up.
 *
 * @throws `conflict`, `usage`, `permission`
 */
export function checkDestination(layout: DestinationLayout, mode: SinkSpec["mode"]): void {
  if (layout.single && mode === "append")
    throw new GraticuleError("usage", "--append needs a folder of parts; one file cannot grow", { file: layout.dest });
  if (unfinishedRun(layout) && mode !== "overwrite")
    throw new GraticuleError("conflict", "an unfinished run lies here", {
      file: layout.dest,
      hint: `\`graticule resume ${layout.dest}\` finishes it; --overwrite gives it up and begins again`,
    });
  const found = statOf(layout.dest);
  if (found) checkKind(layout, found);
  else refuseDanglingLink(layout.dest);
  const latest = readLatest(layout);
  if (latest && mode === "append") checkParts(layout, latest);
  if (found && !(found.isDirectory() && readdirSync(layout.dest).length === 0)) checkExisting(layout, mode, latest);
  checkWritable(layout);
}

function checkKind({ dest, single }: DestinationLayout, found: Stats): void {
  if (!single && !found.isDirectory())
    throw new GraticuleError("conflict", "the destination is a file; a folder was asked for", {
      file: dest,
      hint: "name a folder, or a file that ends in .parquet",
    });
  if (single && !found.isFile())
    throw new GraticuleError("conflict", `the destination is ${found.isDirectory() ? "a folder" : "no plain file"}`, {
      file: dest,
      hint: "a name that ends in .parquet asks for one file; name a folder without it",
    });
}

/** A link that leads nowhere: what it stands for can neither be made nor replaced in one step. */
function refuseDanglingLink(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new GraticuleError("conflict", `the destination is a symbolic link to ${readlinkSync(path)}, which is not there`, {
    file: path,
    hint: "make what it leads to, or name another destination",
  });
}

function checkExisting(layout: DestinationLayout, mode: SinkSpec["mode"], latest: Snapshot | null): void {
  if (mode === "create")
    throw new GraticuleError("conflict", "the destination exists", {
      file: layout.dest,
      hint: layout.single ? "--overwrite replaces it" : "--append adds to it, --overwrite replaces it",
    });
  if (!layout.single && !latest && !hasRuns(layout))
    throw new GraticuleError("conflict", "the destination holds files that graticule did not write", {
      file: layout.dest,
      hint: "choose another folder; what is not ours is neither added to nor replaced",
    });
  if (mode === "append" && !latest)
    throw new GraticuleError("conflict", "the destination holds what is left of a run that was given up", {
      file: layout.dest,
      hint: "--overwrite replaces it",
    });
}

/** What is added to must be what the manifest says it is. */
function checkParts(layout: DestinationLayout, latest: Snapshot): void {
  for (const part of latest.parts) {
    const path = join(layout.dest, part.path);
    const bytes = statOf(path)?.size;
    if (bytes === part.bytes) continue;
    throw new GraticuleError(
      "conflict",
      bytes === undefined
        ? "a part of the dataset is gone"
        : `a part of the dataset has ${bytes} bytes where the manifest says ${part.bytes}`,
      { file: path, hint: "put it back, or make the dataset anew with --overwrite" },
    );
  }
}

/** Before hours of reading, not after. */
function checkWritable(layout: DestinationLayout): void {
  let folder = dirname(resolve(layout.dest));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  for (const path of [folder, layout.state, ...(layout.single ? [] : [layout.dest])]) {
    if (!existsSync(path)) continue;
    try {
      accessSync(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new GraticuleError("permission", "the destination cannot be written", { file: path, cause: error });
    }
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A link that leads to itself leads nowhere.
    if ((error as { code?: unknown }).code === "ELOOP") return undefined;
    throw pathError(error, path);
  }
}

/** Writes the run down; from here on it can be resumed. Holds only with the lock. */
export function beginRun(
  layout: DestinationLayout,
  plan: PhysicalPlan,
  descriptions: readonly FileDescription[],
  workers: number,
  subset: string,
): { run: RunLayout; file: RunFile } {
  makeFolder(layout.state);
  const run = layout.run(plan.runId);
  const givenUp = unfinishedRuns(layout);
  const previous = readLatest(layout)?.number ?? null;
  // No number is used twice: parts that a run put into place before it was given up are never taken for new ones.
  const snapshot = Math.max(previous ?? 0, ...givenUp.map(snapshotOf)) + 1;
  const file: RunFile = { plan, descriptions, snapshot, previous, workers, subset };
  createRun(run, file);
  for (const stale of givenUp) if (stale.folder !== run.folder) removeRun(stale);
  return { run, file };
}
