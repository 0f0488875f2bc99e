import { basename, dirname } from "node:path";
import { concatenateFiles } from "../../src/parquet/concatenate.js";
import type { FileDescription } from "../../src/parquet/file-layout.js";
import { openStore } from "../../src/store/open-store.js";
import { StagedFileOutput } from "../../src/store/output/staged-file.js";

/** Parquet files as one, as the finaliser of a destination that is one file makes it. */
export function joinFiles(paths: readonly string[], target: string, description: FileDescription) {
  return concatenateFiles(paths, openStore(), new StagedFileOutput(dirname(target), basename(target)), description);
}
