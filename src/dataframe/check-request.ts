import { parseInterval } from "../calendar/interval.js";
import { GraticuleError } from "../errors.js";
import { parseExpr } from "../expr/parse.js";
import { parsePartition } from "../plan/partition-keys.js";
import { parseSortKeys } from "../plan/sort-keys.js";
import { parseGeoBox } from "../plan/subset.js";
import { type Check, checkKeys, isCount, isFlag, isFunction, isOneOf, isSignal, isText, isTexts } from "./check-keys.js";
import { type ConvertRequest, parseCompression, parseEncoding } from "./convert-request.js";
import type { RunHooks } from "./run-hooks.js";

/** A request whose keys and values are what they should be, each spelled in one way. */
export type CheckedRequest = Omit<ConvertRequest, "inputs" | "bbox"> & {
  readonly inputs: readonly string[];
  readonly bbox?: string;
};

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);

const isSize: Check = (value) => (isNumber(value) && (value as number) > 0 ? null : "a number of bytes");

const isBox: Check = (value) =>
  isText(value) === null || (Array.isArray(value) && value.length === 4 && value.every(isNumber))
    ? null
    : '[west, south, east, north] in degrees, or "W,S,E,N"';

const isRename: Check = (value) =>
  typeof value === "object" && value !== null && isTexts(Object.values(value)) === null && !Array.isArray(value)
    ? null
    : "an object of new names by old ones";

const isAlignment: Check = (value) => {
  const tolerance = (value as { nearest?: unknown } | null)?.nearest;
  return value === "exact" || (isNumber(tolerance) && (tolerance as number) >= 0) ? null : '"exact" or { nearest: TOLERANCE }';
};

const KEYS: Readonly<Record<keyof ConvertRequest, Check>> = {
  inputs: (value) => (isText(value) === null || isTexts(value) === null ? null : "a file, directory or pattern, or a list of them"),
  out: isText,
  vars: (value) => (isTexts(value) === null ? null : "a list of names"),
  bbox: isBox,
  time: isText,
  where: isText,
  table: isText,
  compression: isText,
  encoding: (value) => (isRename(value) === null ? null : "an object of encodings by columns"),
  layout: isOneOf("parts", "hats", "huggingface"),
  geo: isOneOf("points", "cells", "none"),
  pageVersion: (value) => (value === 1 || value === 2 ? null : "1 or 2"),
  bloom: isTexts,
  order: isOneOf("storage", "array"),
  sortBy: isText,
  partitionBy: isText,
  rowGroupRows: isCount,
  rowGroupBytes: isSize,
  partBytes: isSize,
  rename: isRename,
  units: (value) => (isRename(value) === null ? null : "an object of units by columns"),
  dtype: (value) => (isRename(value) === null ? null : "an object of types by columns"),
  validRange: isOneOf("mask", "report"),
  withSource: isFlag,
  withScalars: isFlag,
  align: isAlignment,
  onDuplicateTime: isOneOf("error", "first", "last"),
  skipDamaged: isFlag,
  jobs: isCount,
  memory: isSize,
  mode: isOneOf("create", "append", "overwrite"),
  keepReplaced: isFlag,
  dryRun: isFlag,
};

/** Flags of the command that have another name here. */
const FLAGS: Readonly<Record<string, string>> = {
  append: 'mode: "append"',
  overwrite: 'mode: "overwrite"',
  partSize: "partBytes",
  "part-size": "partBytes",
  rowGroupSize: "rowGroupRows or rowGroupBytes",
  "row-group-size": "rowGroupRows or rowGroupBytes",
  "page-version": "pageVersion",
  "valid-range": "validRange",
  "sort-by": "sortBy",
  "partition-by": "partitionBy",
  with: "withSource or withScalars",
  input: "inputs",
  dest: "out",
};

/** @throws `usage` for a key that is not known, a value of another type or that cannot be read, and where `inputs` or `out` are not given */
export function checkRequest(request: ConvertRequest): CheckedRequest {
  const { inputs, bbox, ...rest } = checkKeys<ConvertRequest>("convert", request, KEYS, FLAGS);
  if (inputs === undefined) throw missing("inputs", "the files to convert");
  if (rest.out === undefined) throw missing("out", "a folder, or one file that ends in .parquet");
  const checked = {
    ...rest,
    inputs: typeof inputs === "string" ? [inputs] : inputs,
    ...(bbox !== undefined && { bbox: typeof bbox === "string" ? bbox : bbox.join() }),
  };
  refuseUnreadable(checked);
  return checked;
}

/** What no file can make sense of is told before files and destination are looked at. @throws `usage` */
function refuseUnreadable({ compression, encoding = {}, bbox, where, time, ...rest }: CheckedRequest): void {
  refuseOtherFormat(rest.out);
  if (compression !== undefined) parseCompression(compression);
  for (const [column, name] of Object.entries(encoding)) parseEncoding(column, name);
  if (rest.rowGroupRows !== undefined && rest.rowGroupBytes !== undefined)
    throw new GraticuleError("usage", "a row group is limited by rows or by bytes, not by both");
  if (bbox !== undefined) parseGeoBox(bbox);
  if (where !== undefined) parseExpr(where);
  if (time !== undefined) requireInterval(time);
  if (rest.partitionBy !== undefined) parsePartition(rest.partitionBy);
  if (rest.layout === "hats") refuseForCatalogue(rest);
  if (rest.layout === "huggingface" && /\.parquet$/i.test(rest.out))
    throw new GraticuleError("usage", "a dataset of the Hugging Face Hub is a folder, not one file", { file: rest.out });
  if (rest.sortBy !== undefined) {
    parseSortKeys(rest.sortBy);
    if (rest.order === "array") throw new GraticuleError("usage", "rows are either sorted or in the array's order");
  }
}

/** Names that promise a file of another format, where a folder would be made. */
const OTHER_FORMAT =
  /\.(pq|parq|csv|tsv|txt|nc|nc4|cdf|h5|hdf5?|he5|zarr|fits?|fts|npy|npz|json|jsonl|ndjson|arrows?|feather|ipc|avro|orc|xlsx?|db|duckdb|sqlite|zip|gz|zst)$/i;

function refuseOtherFormat(out: string): void {
  const ending = OTHER_FORMAT.exec(out.replace(/[/\\]+$/, ""))?.[0];
  if (ending === undefined) return;
  throw new GraticuleError(
    "usage",
    `what is written is Parquet: a folder of it, or one file that ends in .parquet, not ${ending}`,
    {
      file: out,
      hint: "name a folder, or FILE.parquet; `graticule cat` writes CSV, JSON, npy and Arrow of one variable, `convert --out -` Arrow of a table",
    },
  );
}

function refuseForCatalogue({
  out,
  sortBy,
  order,
  mode,
  partitionBy,
}: Pick<CheckedRequest, "out" | "sortBy" | "order" | "mode" | "partitionBy">): void {
  const catalogue = "a catalogue of the sky (hats)";
  if (/\.parquet$/i.test(out)) throw new GraticuleError("usage", `${catalogue} is a folder, not one file`, { file: out });
  if (sortBy !== undefined || order === "array")
    throw new GraticuleError("usage", `the rows of ${catalogue} are in the order of their places`);
  if (partitionBy !== undefined) throw new GraticuleError("usage", `the folders of ${catalogue} are those of its pixels`);
  if (mode === "append")
    throw new GraticuleError(
      "unsupported",
      `${catalogue} cannot be added to: the pixels of what is there would have to be cut anew`,
    );
}

/** Between them these have every day that some calendar has. */
const CALENDARS = ["standard", "360_day", "all_leap"] as const;

function requireInterval(time: string): void {
  const errors = CALENDARS.map((calendar) => {
    try {
      parseInterval(time, calendar);
      return null;
    } catch (error) {
      return error;
    }
  });
  if (!errors.includes(null)) throw errors[0];
}

function missing(key: string, what: string): GraticuleError {
  return new GraticuleError("usage", `convert needs the key "${key}": ${what}`);
}

/** @returns them as they are: methods of a class are hooks too. @throws `usage` */
export function checkHooks(call: string, hooks: RunHooks): RunHooks {
  checkKeys(call, hooks, { signal: isSignal, onProgress: isFunction, onWarning: isFunction });
  return hooks;
}
