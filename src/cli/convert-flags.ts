import { type ConvertRequest, parseSize } from "../dataframe/convert-request.js";
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
  readonly "row-group-size"?: number | undefined;
  readonly "part-size"?: string | undefined;
  readonly rename?: readonly string[] | undefined;
  readonly with?: readonly string[] | undefined;
  readonly align: string;
  readonly "on-duplicate-time": string;
  readonly "skip-damaged": boolean;
  readonly jobs?: number | undefined;
  readonly memory: string;
  readonly append: boolean;
  readonly overwrite: boolean;
  readonly "dry-run": boolean;
}

/** @throws `usage` */
export function convertRequestOf(inputs: readonly string[], flags: ConvertFlags): ConvertRequest {
  const stray = inputs.find((input) => input.startsWith("-") && input !== "-");
  if (stray !== undefined)
    throw new GraticuleError("usage", `unknown flag ${stray}`, { hint: "`graticule convert --help` lists them" });
  const rowGroupRows = flags["row-group-size"];
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
    compression: flags.compression,
    order: flags.order as "storage" | "array",
    ...(rowGroupRows !== undefined && { rowGroupRows }),
    ...(flags["part-size"] !== undefined && { partBytes: parseSize(flags["part-size"]) }),
    ...(flags.rename && { rename: Object.fromEntries(flags.rename.map(pairOf)) }),
    withSource: flags.with?.includes("source") ?? false,
    withScalars: flags.with?.includes("scalars") ?? false,
    align: alignmentOf(flags.align),
    onDuplicateTime: flags["on-duplicate-time"] as "error" | "first" | "last",
    ...(flags["skip-damaged"] && { skipDamaged: true }),
    ...(flags.jobs !== undefined && { jobs: flags.jobs }),
    memory: parseSize(flags.memory),
    mode: flags.append ? "append" : flags.overwrite ? "overwrite" : "create",
    dryRun: flags["dry-run"],
  };
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at <= 0 || at === text.length - 1) throw new GraticuleError("usage", `--rename ${text}: write OLD=NEW`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function alignmentOf(text: string): "exact" | { nearest: number } {
  if (text === "exact") return "exact";
  const tolerance = text.startsWith("nearest:") ? Number(text.slice(8)) : Number.NaN;
  if (!(tolerance >= 0)) throw new GraticuleError("usage", `--align ${text}: write exact, or nearest:0.001`);
  return { nearest: tolerance };
}
