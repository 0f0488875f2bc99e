import type { ConvertResult } from "../dataframe/convert-result.js";
import { count, formatBytes } from "./progress.js";
import type { Style } from "./style.js";

/** What a conversion did, or would do, in a few lines. */
export function renderConversion(result: ConvertResult, style: Style): string {
  const { reads } = result;
  const lines = [`${style.bold(result.dest)}${result.dry_run ? "  (dry run: nothing is written)" : ""}`];
  if (result.tables.length === 0) lines.push("  nothing to do: everything is there already");
  for (const table of result.tables) {
    const parts = `${table.parts} ${table.parts === 1 ? "part" : "parts"}`;
    lines.push(
      `  ${style.name(table.name || "(scalar)")}  ${table.rows.toLocaleString("en-US")} rows, ${formatBytes(table.bytes)} in ${parts}`,
    );
    lines.push(`    ${style.dim(table.columns.join(", "))}`);
  }
  const pruned = reads.pruned > 0 ? `, ${count(reads.pruned)} pruned` : "";
  const files = `${count(reads.files)} ${reads.files === 1 ? "file" : "files"}`;
  lines.push(
    `  read ${formatBytes(reads.bytes)} of ${files} in ${count(reads.requests)} requests (${count(reads.chunks)} chunks${pruned})`,
  );
  lines.push(
    `  ${result.seconds.toFixed(2)} s, ${formatBytes(result.peak_memory)} of memory at most${result.dry_run ? " expected" : ""}`,
  );
  return lines.join("\n");
}
