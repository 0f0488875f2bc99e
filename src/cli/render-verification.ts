import type { Difference, VerifyResult } from "../dataframe/verify/result.js";
import { exitCodeOf, GraticuleError } from "../errors.js";
import { formatBytes } from "./progress.js";
import type { Style } from "./style.js";

const OF_SOURCES: readonly Difference["kind"][] = ["source", "value", "count"];

/** 0 where all is well; as `conflict` where the dataset is not its manifest's; as `malformed` where only values differ. */
export function verificationExit({ differences }: VerifyResult): number {
  if (differences.length === 0) return 0;
  const isOfSources = differences.every(({ kind }) => OF_SOURCES.includes(kind));
  return exitCodeOf(new GraticuleError(isOfSources ? "malformed" : "conflict", "the dataset differs"));
}

export function renderVerification(result: VerifyResult, style: Style): string {
  const { rows, parts, bytes, source, differences, litter, foreign } = result;
  const lines = [
    style.bold(result.dest),
    `  snapshot ${result.snapshot}: ${rows.toLocaleString("en-US")} rows, ${formatBytes(bytes)} in ${parts} ${parts === 1 ? "part" : "parts"}`,
  ];
  if (source) lines.push(`  ${source.cells.toLocaleString("en-US")} cells compared with the sources`);
  for (const { kind, path, message } of differences) lines.push(`  ${style.bad(kind)}  ${path}: ${message}`);
  for (const { kind, path } of litter) lines.push(`  ${style.dim("litter")}  ${path} (${kind}): graticule gc removes it`);
  for (const path of foreign) lines.push(`  ${style.dim("foreign")}  ${path}: not of this dataset, left alone`);
  if (result.unfinished !== null) lines.push(`  an unfinished run lies here: graticule resume ${result.dest}`);
  lines.push(differences.length === 0 ? "  no differences" : `  ${differences.length} differences`);
  return lines.join("\n");
}
