import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DestinationLayout } from "./layout.js";

/** Removes what writers left that were killed between writing and renaming. */
export function removeTemporaries(layout: DestinationLayout): void {
  for (const path of temporaries(layout)) rmSync(path, { force: true });
}

export function temporaries({ state, snapshots, runs }: DestinationLayout): string[] {
  const folders = [state, snapshots, ...foldersIn(runs)].flatMap((folder) => [folder, join(folder, "tasks")]);
  return folders.flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith(".tmp")).map((name) => join(folder, name)),
  );
}

function foldersIn(path: string): string[] {
  return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
}
