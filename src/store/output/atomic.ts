import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { asGraticuleError, GraticuleError } from "../../errors.js";

/**
 * A file that is either absent, or the old one, or whole: written beside, brought to the disk, renamed. Not for folders that
 * others list: for a moment there is a second name.
 *
 * @param isDurable whether it must outlive a power cut; fsync takes longer than all the rest
 * @param mode permissions of the new file, before the umask
 */
export function writeAtomic(path: string, content: string, isDurable = true, mode = 0o666): void {
  const staged = `${path}.${process.pid}.tmp`;
  try {
    const fd = openSync(staged, "w", mode);
    try {
      writeFileSync(fd, content);
      if (isDurable) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(staged, path);
  } catch (error) {
    rmSync(staged, { force: true });
    throw asGraticuleError(error, { file: path });
  }
  if (isDurable) syncFolder(dirname(path));
}

/** An empty file; to make one is a single step. */
export function touch(path: string): void {
  closeSync(openSync(path, "w"));
  syncFolder(dirname(path));
}

/** Brings a folder's entries to the disk, so that a rename in it outlives a power cut. */
export function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * The folder, with those above it. Made one by one: Node's `recursive` tries for ever where a folder exists and none can be made
 * in it (/proc).
 * @throws `conflict` where a file has the name, `permission`
 */
export function makeFolder(path: string): void {
  if (tryFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  if (!tryFolder(path)) throw new GraticuleError("permission", "no folder can be made here", { file: path });
}

/** @returns false where what it would lie in is not there */
function tryFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT") return false;
    if (code === "EEXIST" && isFolder(path)) return true;
    if (code === "EEXIST")
      throw new GraticuleError("conflict", "a file stands where a folder is needed", { file: path, cause: error });
    throw pathError(error, path);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    throw pathError(error, path);
  }
}

/** What the file system says of a path. */
export function pathError(error: unknown, path: string): GraticuleError {
  const { code } = error as { code?: unknown };
  if (code === "ENAMETOOLONG")
    return new GraticuleError("usage", "the name is longer than the file system takes", { file: path, cause: error });
  if (code === "ENOTDIR" || code === "EEXIST")
    return new GraticuleError("conflict", "a file stands where a folder is needed", { file: path, cause: error });
  return asGraticuleError(error, { file: path });
}
