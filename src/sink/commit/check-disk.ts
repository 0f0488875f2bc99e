import { accessSync, constants, existsSync, lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { GraticuleError } from "../../errors.js";
import { pathError } from "../../store/output/atomic.js";
import type { DestinationLayout } from "./layout.js";

/**
 * Whether what is at a destination of the file system is of the kind that was asked for.
 * @returns whether anything is there
 * @throws `conflict`
 */
export function checkFolder(layout: DestinationLayout): boolean {
  const found = statOf(layout.dest);
  if (!found) {
    refuseDanglingLink(layout.dest);
    return false;
  }
  checkKind(layout, found);
  return !(found.isDirectory() && readdirSync(layout.dest).length === 0);
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

/** Before hours of reading, not after. @throws `permission` */
export function checkWritable(layout: DestinationLayout): void {
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
