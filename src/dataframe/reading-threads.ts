import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { BoxReaders } from "../execute/read-boxes.js";
import type { Dataset } from "../format/contract.js";
import { sizeOf } from "../schema/box.js";
import { pathOf } from "../store/file.js";
import { isRemoteUrl } from "../store/scheme.js";

/** From this size on, one of a file's variables is probably worth threads. */
const LARGE = 48 << 20;

/** Asked once: the system's answer takes some files of its own. */
let cores: number | undefined;

/** Threads for reading the large variables of a file, beside the one that asks. */
export function readingThreads(): BoxReaders {
  cores ??= availableParallelism();
  return new BoxReaders(Math.max(1, cores - 1));
}

/** Starts the threads where a variable of a local file is worth them. */
export function startForLarge(readers: BoxReaders, { variables, source }: Dataset): void {
  if (source.size < LARGE || (cores ?? 1) < 2 || isRemoteUrl(source.url)) return;
  if (!variables.some(({ shape, dtype }) => sizeOf(shape) * dtype.size >= LARGE)) return;
  if (statSync(pathOf(source.url), { throwIfNoEntry: false })?.isFile()) readers.start();
}
