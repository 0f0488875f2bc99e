import { type ConvertRequest, parseSize } from "../dataframe/convert-request.js";
import type { WritingRequest } from "../dataframe/sink-of.js";
import { GraticuleError } from "../errors.js";
import { namesIn } from "./subset-flags.js";

/** The flags of `convert` as they arrive. */
export interface ConvertFlags {
  readonly out: string;
  readonly vars?: string | undefined;
  readonly bbox?: string | undefined;
  readonly time?: string | undefined;
  readonly where?: string | undefined;
  readonly table?: string | undefined;
  readonly compression: string;
  readonly order: string;
  readonly "sort-by"?: string | undefined;
  readonly "partition-by"?: string | undefined;
  readonly "row-group-size"?: string | undefined;
  readonly encoding?: readonly string[] | undefined;
  readonly "page-version"?: string | undefined;
  readonly geo?: string | undefined;
  readonly layout?: string | undefined;
  readonly bloom?: readonly string[] | undefined;
  readonly "part-size"?: string | undefined;
  readonly rename?: readonly string[] | undefined;
  readonly units?: readonly string[] | undefined;
  readonly dtype?: readonly string[] | undefined;
  readonly "valid-range"?: string | undefined;
  readonly with?: readonly string[] | undefined;
  readonly align: string;
  readonly "on-duplicate-time": string;
  readonly "skip-damaged": boolean;
  readonly jobs?: number | undefined;
  readonly memory: string;
  readonly append: boolean;
  readonly overwrite: boolean;
  readonly "keep-replaced": boolean;
  readonly "dry-run": boolean;
}

/** @throws `usage` */
export function convertRequestOf(inputs: readonly string[], flags: ConvertFlags): ConvertRequest {
  const stray = inputs.find((input) => input.startsWith("-") && input !== "-");
  if (stray !== undefined)
    throw new GraticuleError("usage", `unknown flag ${stray}`, { hint: "`graticule convert --help` lists them" });
  return {
    inputs,
    out: flags.out,
    ...(flags.vars !== undefined && {
      vars: namesIn(flags.vars),
    }),
    ...(flags.bbox !== undefined && { bbox: flags.bbox }),
    ...(flags.time !== undefined && { time: flags.time }),
    ...(flags.where !== undefined && { where: flags.where }),
    ...(flags.table !== undefined && { table: flags.table }),
    ...writingOf(flags),
    order: flags.order as "storage" | "array",
    ...(flags["partition-by"] !== undefined && { partitionBy: flags["partition-by"] }),
    ...(flags["sort-by"] !== undefined && { sortBy: flags["sort-by"] }),
    ...(flags["part-size"] !== undefined && { partBytes: parseSize(flags["part-size"]) }),
    ...(flags["valid-range"] !== undefined && { validRange: flags["valid-range"] as "mask" | "report" }),
    ...(flags.units && { units: pairsOf("--units", flags.units, "COLUMN=UNIT") }),
    ...(flags.dtype && { dtype: pairsOf("--dtype", flags.dtype, "COLUMN=TYPE") }),
    ...(flags.rename && { rename: pairsOf("--rename", flags.rename, "OLD=NEW") }),
    withSource: flags.with?.includes("source") ?? false,
    withScalars: flags.with?.includes("scalars") ?? false,
    align: alignmentOf(flags.align),
    onDuplicateTime: flags["on-duplicate-time"] as "error" | "first" | "last",
    ...(flags["skip-damaged"] && { skipDamaged: true }),
    ...(flags["keep-replaced"] && { keepReplaced: true }),
    ...(flags.jobs !== undefined && { jobs: flags.jobs }),
    memory: parseSize(flags.memory),
    ...(flags.layout !== undefined && { layout: flags.layout as "parts" | "hats" | "huggingface" }),
    mode: flags.append ? "append" : flags.overwrite ? "overwrite" : "create",
    dryRun: flags["dry-run"],
  };
}

/** How parts are to be written. @throws `usage` */
export function writingOf(
  flags: Pick<ConvertFlags, "compression" | "row-group-size" | "encoding" | "page-version" | "bloom" | "geo">,
): WritingRequest {
  return {
    compression: flags.compression,
    ...(flags["row-group-size"] !== undefined && rowGroupOf(flags["row-group-size"])),
    ...(flags.encoding && { encoding: pairsOf("--encoding", flags.encoding, "COLUMN=ENCODING") }),
    ...(flags.geo !== undefined && { geo: flags.geo as "points" | "cells" | "none" }),
    ...(flags["page-version"] !== undefined && { pageVersion: Number(flags["page-version"]) as 1 | 2 }),
    ...(flags.bloom && { bloom: flags.bloom.flatMap(namesIn) }),
  };
}

/** A number is of rows, one with a unit of bytes. */
function rowGroupOf(text: string): Pick<WritingRequest, "rowGroupRows" | "rowGroupBytes"> {
  const isRows = /^\d+$/.test(text.trim());
  const size = isRows ? Number(text) : parseSize(text);
  if (!(size >= 1) || !Number.isSafeInteger(size))
    throw new GraticuleError("usage", `--row-group-size ${text}: write a number of rows from 1, or bytes as in 64MB`);
  return isRows ? { rowGroupRows: size } : { rowGroupBytes: size };
}

function pairsOf(flag: string, texts: readonly string[], form: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at <= 0 || at === text.length - 1) throw new GraticuleError("usage", `${flag} ${text}: write ${form}`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function alignmentOf(text: string): "exact" | { nearest: number } {
  if (text === "exact") return "exact";
  const tolerance = text.startsWith("nearest:") ? Number(text.slice(8)) : Number.NaN;
  if (!(tolerance >= 0)) throw new GraticuleError("usage", `--align ${text}: write exact, or nearest:0.001`);
  return { nearest: tolerance };
}
