import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { asGraticuleError, GraticuleError } from "../errors.js";

/** Entries of a folder and all below it, beyond which it is taken for a maze of links. */
const MOST_ENTRIES = 20_000_000;

export interface FoundEntry {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
}

/** A folder on the way, where it really lies, and the one that led to it. */
interface Place {
  readonly path: string;
  readonly real: string;
  readonly above: Place | null;
  /** A link is among what led here: folders may come again. */
  readonly isLinked: boolean;
}

/**
 * The files below a folder, folder by folder. Links count as what they lead to, except to a folder that led to them; one that leads
 * nowhere counts as a file, so that reading it says so.
 *
 * @throws `not-found`, `permission`; `unsupported` where there is no end of them
 */
export function* walkFiles(root: string): Generator<readonly FoundEntry[]> {
  const waiting: Place[] = [{ path: root, real: realPathOf(root), above: null, isLinked: false }];
  let entries = 0;
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const files: FoundEntry[] = [];
    for (const entry of entriesOf(place.path)) {
      if (++entries > MOST_ENTRIES) throw endless(root);
      const path = join(place.path, entry.name);
      const kind = kindOf(entry, path);
      if (kind === "file") files.push({ path, folder: place.path, name: entry.name });
      if (kind !== "folder") continue;
      const below = placeBelow(place, entry, path);
      if (below) waiting.push(below);
    }
    yield files;
  }
}

/** Null for a folder that led here. */
function placeBelow(above: Place, entry: Dirent, path: string): Place | null {
  const isLinked = above.isLinked || entry.isSymbolicLink();
  const real = entry.isSymbolicLink() ? realPathOf(path) : join(above.real, entry.name);
  if (isLinked) for (let place: Place | null = above; place; place = place.above) if (place.real === real) return null;
  return { path, real, above, isLinked };
}

function kindOf(entry: Dirent, path: string): "file" | "folder" | null {
  if (!entry.isSymbolicLink()) return entry.isFile() ? "file" : entry.isDirectory() ? "folder" : null;
  try {
    const target = statSync(path);
    return target.isFile() ? "file" : target.isDirectory() ? "folder" : null;
  } catch (error) {
    if (leadsNowhere(error)) return "file";
    throw asGraticuleError(error, { file: path });
  }
}

/** Whether following a link ended where nothing is, or in a circle. */
export function leadsNowhere(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw asGraticuleError(error, { file: folder });
  }
}

function realPathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    throw asGraticuleError(error, { file: folder });
  }
}

function endless(root: string): GraticuleError {
  return new GraticuleError("unsupported", `the folder has more than ${MOST_ENTRIES} entries, counting what its links lead to`, {
    file: root,
    hint: "name the files or folders below it one by one",
  });
}
