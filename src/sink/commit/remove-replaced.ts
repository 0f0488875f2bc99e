import { readdirSync, rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DestinationLayout } from "./layout.js";
import { snapshotOfPart } from "./part-path.js";
import type { Snapshot } from "./snapshot.js";

/** Removes parts that the snapshot does not name: replaced ones, and what a run that was given up had already put into place. */
export async function removeReplaced(layout: DestinationLayout, snapshot: Snapshot): Promise<void> {
  const current = new Set(snapshot.parts.map((part) => part.path));
  const paths = (await layout.store.list(layout.dest)).map(({ path }) => path);
  await removeParts(
    layout,
    paths.filter((path) => snapshotOfPart(basename(path)) !== null && !current.has(path)),
  );
}

/** Removes parts, and the folders that are empty then. @param paths of the manifest */
export async function removeParts(layout: DestinationLayout, paths: readonly string[]): Promise<void> {
  await layout.store.remove(paths.map((path) => layout.part(path)));
  if (layout.store.kind === "disk") for (const path of paths) removeEmpty(layout.dest, dirname(path));
}

function removeEmpty(dest: string, folder: string): void {
  for (let at = folder; at !== "." && readdirIfThere(join(dest, at)) === 0; at = dirname(at)) rmdirSync(join(dest, at));
}

/** Entries of a folder; null where there is none. */
function readdirIfThere(path: string): number | null {
  try {
    return readdirSync(path).length;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}
