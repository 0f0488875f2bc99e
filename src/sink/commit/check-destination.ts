import { GraticuleError } from "../../errors.js";
import type { SinkSpec } from "../../plan/nodes.js";
import { checkFolder, checkWritable } from "./check-disk.js";
import type { DestinationLayout } from "./layout.js";
import { runsOf, unfinishedRun } from "./run-file.js";
import { readLatest, type Snapshot } from "./snapshot.js";

/**
 * Whether a run may begin here. Existing output is never touched without `append` or `overwrite`, and an unfinished run is
 * resumed or, with `overwrite`, given up.
 *
 * @throws `conflict`, `usage`, `permission`
 */
export async function checkDestination(layout: DestinationLayout, mode: SinkSpec["mode"]): Promise<void> {
  if (layout.single && mode === "append")
    throw new GraticuleError("usage", "--append needs a folder of parts; one file cannot grow", { file: layout.dest });
  if ((await unfinishedRun(layout)) && mode !== "overwrite")
    throw new GraticuleError("conflict", "an unfinished run lies here", {
      file: layout.dest,
      hint: `\`graticule resume ${layout.dest}\` finishes it; --overwrite gives it up and begins again`,
    });
  const isFilled = layout.store.kind === "disk" ? checkFolder(layout) : await hasObjects(layout);
  const latest = await readLatest(layout);
  if (latest && mode === "append") await checkParts(layout, latest);
  if (isFilled) await checkExisting(layout, mode, latest);
  if (layout.store.kind === "disk") checkWritable(layout);
}

async function hasObjects({ store, dest, single }: DestinationLayout): Promise<boolean> {
  return single ? (await store.stat(dest)) !== null : (await store.list(dest)).length > 0;
}

async function checkExisting(layout: DestinationLayout, mode: SinkSpec["mode"], latest: Snapshot | null): Promise<void> {
  if (mode === "create")
    throw new GraticuleError("conflict", "the destination exists", {
      file: layout.dest,
      hint: layout.single ? "--overwrite replaces it" : "--append adds to it, --overwrite replaces it",
    });
  if (!layout.single && !latest && (await runsOf(layout)).length === 0)
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
async function checkParts(layout: DestinationLayout, latest: Snapshot): Promise<void> {
  const there = new Map((await layout.store.list(layout.dest)).map(({ path, bytes }) => [path, bytes]));
  for (const part of latest.parts) {
    const bytes = there.get(part.path);
    if (bytes === part.bytes) continue;
    throw new GraticuleError(
      "conflict",
      bytes === undefined
        ? "a part of the dataset is gone"
        : `a part of the dataset has ${bytes} bytes where the manifest says ${part.bytes}`,
      { file: layout.part(part.path), hint: "put it back, or make the dataset anew with --overwrite" },
    );
  }
}
