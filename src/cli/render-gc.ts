import type { GcResult } from "../dataframe/gc.js";
import { formatBytes } from "./progress.js";
import type { Style } from "./style.js";

/** What was removed, one line each. */
export function renderGc(result: GcResult, style: Style): string {
  const lines = [`${style.bold(result.dest)}${result.dry_run ? "  (dry run: nothing is removed)" : ""}`];
  for (const { kind, path, bytes } of result.removed)
    lines.push(`  ${style.type(kind)}  ${path}${kind === "upload" ? "" : `  ${style.dim(formatBytes(bytes))}`}`);
  const what = result.removed.length === 0 ? "nothing to remove" : `${result.removed.length} things, ${formatBytes(result.bytes)}`;
  lines.push(`  ${what}`);
  if (result.unfinished !== null) lines.push(`  an unfinished run is kept: graticule resume ${result.dest}`);
  return lines.join("\n");
}
