import type { DestinationLayout, RunLayout } from "./layout.js";
import { readMarkers, removeMarker, type TaskMarker, type TaskPart } from "./markers.js";
import { partPath } from "./part-path.js";
import type { RunFile } from "./run-file.js";
import { readLatest } from "./snapshot.js";

/**
 * Forgets tasks whose parts are not there as their markers say: a power cut, somebody's hand, or a rule of a bucket that ends
 * uploads took them. They are run again.
 * @returns how many
 */
export async function forgetLostTasks(layout: DestinationLayout, run: RunLayout, file: RunFile): Promise<number> {
  const latest = await readLatest(layout);
  if (latest?.number === file.snapshot && latest.runId === file.plan.runId) return 0;
  const markers = await readMarkers(layout, run, file.snapshot);
  if (markers.size === 0) return 0;
  const isThere = await presence(layout, run, file);
  const lost = [...markers.values()].filter((marker) => !marker.parts.every((part) => isThere(marker, part)));
  for (const { task } of lost) await removeMarker(layout, run, task);
  return lost.length;
}

/** Whether a part is staged as its marker says, or in its place. */
async function presence(
  { store, dest, single }: DestinationLayout,
  run: RunLayout,
  file: RunFile,
): Promise<(marker: TaskMarker, part: TaskPart) => boolean> {
  const sizes = async (folder: string): Promise<Map<string, number>> =>
    new Map((await store.list(folder)).map(({ path, bytes }) => [path, bytes]));
  const staged = await sizes(run.staging);
  const placed = single ? new Map<string, number>() : await sizes(dest);
  const uploads = new Set((single ? [] : await store.uploads(`${dest}/`)).map(({ id }) => id));
  return ({ task }, part) => {
    const own = file.plan.tasks[task];
    if (!own || (!single && placed.get(partPath(file, own, part)) === part.bytes)) return true;
    return part.staged.kind === "upload" ? uploads.has(part.staged.id) : staged.get(part.staged.name) === part.bytes;
  };
}
