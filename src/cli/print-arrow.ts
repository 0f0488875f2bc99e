import type { ConvertRequest } from "../dataframe/convert-request.js";
import { arrowStream } from "../dataframe/entry.js";
import type { ReadArrowRequest } from "../dataframe/read-arrow.js";
import { GraticuleError } from "../errors.js";
import { streamOutput } from "./cat/output.js";
import { interruption } from "./interruption.js";

/** What a stream has no use for, by its flag. */
const OF_FILES = { append: "--append", overwrite: "--overwrite", "dry-run": "--dry-run", json: "--json" } as const;

/** The same of the request. */
const OF_PARQUET = {
  partitionBy: "--partition-by",
  encoding: "--encoding",
  bloom: "--bloom",
  pageVersion: "--page-version",
  rowGroupRows: "--row-group-size",
  rowGroupBytes: "--row-group-size",
  partBytes: "--part-size",
  geo: "--geo",
  layout: "--layout",
} as const satisfies Partial<Record<keyof ConvertRequest, string>>;

/**
 * `convert --format arrow --out -`: the rows as an Arrow IPC stream on standard output.
 * @throws `usage` for flags that are about files
 */
export async function printArrow(
  request: ConvertRequest,
  flags: { readonly out: string; readonly format: string } & Partial<Record<keyof typeof OF_FILES, boolean | undefined>>,
  warn: (text: string) => void,
): Promise<void> {
  if (flags.format !== "arrow")
    throw new GraticuleError("usage", "Parquet is written to a folder or a file, not to standard output", {
      hint: "--format arrow gives a stream",
    });
  if (flags.out !== "-")
    throw new GraticuleError("usage", `--format arrow is one stream on standard output; --out says ${flags.out}`, {
      hint: `write --out - > ${/\.arrows?$/.test(flags.out) ? flags.out : "rows.arrows"}`,
    });
  const stray = Object.entries(OF_FILES).find(([key]) => flags[key as keyof typeof OF_FILES]);
  const asked =
    stray?.[1] ?? Object.entries(OF_PARQUET).find(([key]) => request[key as keyof typeof OF_PARQUET] !== undefined)?.[1];
  if (asked) throw new GraticuleError("usage", `${asked} is about files; an Arrow stream is none`);
  const output = streamOutput(process.stdout);
  const hooks = { signal: interruption(), onWarning: warn };
  for await (const piece of arrowStream(readRequestOf(request), hooks)) await output.write(piece);
}

/** What of a conversion concerns its rows. */
const OF_ROWS = [
  "inputs",
  "vars",
  "bbox",
  "time",
  "where",
  "table",
  "order",
  "sortBy",
  "units",
  "dtype",
  "validRange",
  "rename",
  "withSource",
  "withScalars",
  "align",
  "onDuplicateTime",
  "skipDamaged",
  "memory",
] as const satisfies readonly (keyof ReadArrowRequest)[];

function readRequestOf(request: ConvertRequest): ReadArrowRequest {
  const asked = OF_ROWS.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]] as const]));
  return Object.fromEntries(asked) as object as ReadArrowRequest;
}
