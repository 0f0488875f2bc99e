import { existsSync, readdirSync, readFileSync, renameSync, rmSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { GraticuleError } from "../../errors.js";
import { makeFolder, pathError, syncFolder, touch, writeAtomic } from "./atomic.js";
import type { FoundFile, OutputStore, PartPlace, StagedPart } from "./contract.js";
import { StagedFileOutput } from "./staged-file.js";

/** The file system. Its calls are synchronous: they are few, and each is short. */
export const diskOutput: OutputStore = {
  kind: "disk",
  async read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      throw pathError(error, path);
    }
  },
  async write(path, text, isDurable = true) {
    writeAtomic(path, text, isDurable);
  },
  async writePrivate(path, text) {
    writeAtomic(path, text, true, 0o600);
  },
  async create(path, text) {
    if (existsSync(path)) return false;
    writeAtomic(path, text);
    return true;
  },
  async touch(path) {
    touch(path);
  },
  async stat(path) {
    const found = statOf(path);
    return found ? foundFile(path, found) : null;
  },
  async list(folder) {
    if (!existsSync(folder)) return [];
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    return paths.flatMap((path) => {
      const found = statOf(join(folder, path));
      return found?.isFile() ? [foundFile(path, found)] : [];
    });
  },
  async makeFolder(path) {
    makeFolder(path);
  },
  async syncFolder(path) {
    syncFolder(path);
  },
  async remove(paths) {
    for (const path of paths) rmSync(path, { force: true });
  },
  async removeFolder(path) {
    rmSync(path, { recursive: true, force: true });
  },
  async openPart({ staging, name }) {
    return new StagedFileOutput(staging, name);
  },
  place,
  async uploads() {
    return [];
  },
  abort: () => Promise.resolve(),
};

/** A rename. Parts that an earlier run put there have gone from staging. */
async function place(
  part: StagedPart & { readonly bytes: number },
  { staging, target }: PartPlace,
  replaces = false,
): Promise<void> {
  if (part.kind !== "file" || target === null)
    throw new GraticuleError("internal", "a part that is none of the disk's was to be renamed", { file: staging });
  const staged = join(staging, part.name);
  const source = existsSync(staged) ? staged : target;
  const found = statOf(source)?.size ?? 0;
  if (found !== part.bytes)
    throw new GraticuleError("conflict", `the part should have ${part.bytes} bytes and has ${found}`, {
      file: source,
      hint: "something else changed it; `graticule resume` makes it anew",
    });
  if (source !== staged) return;
  const there = replaces ? undefined : statOf(target);
  if (there && there.size !== part.bytes)
    throw new GraticuleError("conflict", "a file has appeared at the destination since the run began", {
      file: target,
      hint: "move it away and resume",
    });
  renameSync(staged, target);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function foundFile(path: string, { size, mtimeMs }: Stats): FoundFile {
  return { path, bytes: size, modified: mtimeMs };
}
