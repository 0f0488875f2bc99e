import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { BoxReaders } from "../execute/read-boxes.js";
import { pathOf } from "../store/file.js";
import { isRemoteUrl } from "../store/scheme.js";

/** From this size on, one of a file's variables is probably worth threads. */
const LARGE = 48 << 20;

/** Threads for reading the large variables of a file, beside the one that asks. Of a large local file they start now, while its header is read. */
export function readingThreads(url: string): BoxReaders {
  const readers = new BoxReaders(Math.max(1, availableParallelism() - 1));
  const size = isRemoteUrl(url) ? 0 : (statSync(pathOf(url), { throwIfNoEntry: false })?.size ?? 0);
  if (size >= LARGE && availableParallelism() > 1) readers.start();
  return readers;
}
