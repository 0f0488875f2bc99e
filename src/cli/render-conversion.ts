import type { ConvertResult } from "../dataframe/convert-result.js";
import { count, formatBytes } from "./progress.js";
import type { Style } from "./style.js";

/** What a conversion did, or would do, in a few lines. */
export function renderConversion(result: ConvertResult, style: Style): string {
  const { reads } = result;
  const lines = [`${style.bold(result.dest)}${result.dry_run ? "  (dry run: nothing is written)" : ""}`];
  if (result.tables.length === 0) lines.push("  nothing to do: everything is there already");
  for (const table of result.tables) {
    const parts = `${table.parts} ${plural(table.parts, "part")}`;
    lines.push(
      `  ${style.name(table.name || "(scalar)")}  ${table.rows.toLocaleString("en-US")} rows, ${formatBytes(table.bytes)} in ${parts}`,
    );
    lines.push(`    ${style.dim(table.columns.join(", "))}`);
    for (const [column, rows] of Object.entries(table.outside_valid ?? {}))
      lines.push(`    ${column}: ${rows.toLocaleString("en-US")} ${plural(rows, "value")} outside of the valid range`);
  }
  const pruned = reads.pruned > 0 ? `, ${count(reads.pruned)} pruned` : "";
  const files = `${count(reads.files)} ${plural(reads.files, "file")}`;
  const requests = `${count(reads.requests)} ${plural(reads.requests, "request")}`;
  const chunks = `${count(reads.chunks)} ${plural(reads.chunks, "chunk")}${pruned}`;
  lines.push(`  read ${formatBytes(reads.bytes)} of ${files} in ${requests} (${chunks})`);
  lines.push(
    `  ${result.seconds.toFixed(2)} s, ${formatBytes(result.peak_memory)} of memory at most${result.dry_run ? " expected" : ""}`,
  );
  return lines.join("\n");
}

function plural(n: number, noun: string): string {
  return n === 1 ? noun : `${noun}s`;
}
