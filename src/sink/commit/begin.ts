import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { GraticuleError } from "../../errors.js";
import type { FileDescription } from "../../parquet/file-layout.js";
import type { SinkSpec } from "../../plan/nodes.js";
import type { PhysicalPlan } from "../../plan/run.js";
import { makeFolder } from "./atomic.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import { createRun, type RunFile, unfinishedRun } from "./run-file.js";
import { readLatest } from "./snapshot.js";

/**
 * Whether a run may begin here. Existing output is never touched without `append` or `overwrite`, and an unfinished run is
 * resumed or, with `overwrite`, given up.
 *
 * @throws `conflict`, `usage`
 */
export function checkDestination(layout: DestinationLayout, mode: SinkSpec["mode"]): void {
  if (layout.single && mode === "append")
    throw new GraticuleError("usage", "--append needs a folder of parts; one file cannot grow", { file: layout.dest });
  if (unfinishedRun(layout) && mode !== "overwrite")
    throw new GraticuleError("conflict", "an unfinished run lies here", {
      file: layout.dest,
      hint: `\`graticule resume ${layout.dest}\` finishes it; --overwrite gives it up and begins again`,
    });
  const found = statSync(layout.dest, { throwIfNoEntry: false });
  if (!found) return;
  if (!layout.single && !found.isDirectory())
    throw new GraticuleError("conflict", "the destination is a file; a folder was asked for", {
      file: layout.dest,
      hint: "name a folder, or a file that ends in .parquet",
    });
  if (layout.single && found.isDirectory())
    throw new GraticuleError("conflict", "the destination is a folder", { file: layout.dest });
  const empty = found.isDirectory() && readdirSync(layout.dest).length === 0;
  if (empty) return;
  if (mode === "create")
    throw new GraticuleError("conflict", "the destination exists", {
      file: layout.dest,
      hint: "--append adds to it, --overwrite replaces it",
    });
  if (!layout.single && !readLatest(layout) && !unfinishedRun(layout))
    throw new GraticuleError("conflict", "the destination holds files that graticule did not write", {
      file: layout.dest,
      hint: "choose another folder; what is not ours is neither added to nor replaced",
    });
}

/** Writes the run down; from here on it can be resumed. Holds only with the lock. */
export function beginRun(
  layout: DestinationLayout,
  plan: PhysicalPlan,
  descriptions: readonly FileDescription[],
): { run: RunLayout; file: RunFile } {
  makeFolder(layout.state);
  // A single file is not known by a snapshot when an older tool made it; --overwrite replaces it all the same.
  for (let stale = unfinishedRun(layout); stale; stale = unfinishedRun(layout)) rmSync(stale.folder, { recursive: true });
  const run = layout.run(plan.runId);
  if (existsSync(run.folder)) rmSync(run.folder, { recursive: true });
  const latest = readLatest(layout);
  const file: RunFile = { plan, descriptions, snapshot: (latest?.number ?? 0) + 1, previous: latest?.number ?? null };
  createRun(run, file);
  return { run, file };
}
