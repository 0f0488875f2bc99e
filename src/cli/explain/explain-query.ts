import { prepareQuery } from "../../dataframe/query/run-query.js";
import type { ScanReport } from "../../dataframe/row-scan.js";
import { GraticuleError } from "../../errors.js";

/** What `explain --json` prints of a query. */
export interface ExplainQueryDocument {
  /** Columns of the table that the query reads. */
  readonly columns: readonly string[];
  /** `exact`: decided by the folders' names alone. `inexact`: leaves out what cannot match, and is applied to the rows that are left. */
  readonly filters: readonly { readonly term: string; readonly claim: "exact" | "inexact" }[];
  readonly parts: number;
  /** Of the manifest that lists the parts. */
  readonly snapshot?: number;
  /** `--analyze` */
  readonly analyzed?: ScanReport & { readonly resultRows: number; readonly seconds: number };
  readonly text: string;
}

/** Whether what `explain` was given is a query. */
export function isQuery(inputs: readonly string[]): boolean {
  return /^\s*select\s/i.test(inputs[0] ?? "");
}

/** @param analyze runs the query and tells what that took */
export async function explainQuery(
  inputs: readonly string[],
  { analyze, signal }: { readonly analyze: boolean; readonly signal: AbortSignal | undefined },
): Promise<ExplainQueryDocument> {
  const [sql, ...more] = inputs;
  if (sql === undefined || more.length > 0) throw new GraticuleError("usage", "explain takes one query");
  const query = await prepareQuery(sql, { signal });
  try {
    const { columns, filters, parts, snapshot } = query;
    const started = performance.now();
    let resultRows = 0;
    if (analyze) for await (const batch of query.rows()) resultRows += batch.rows;
    const seconds = (performance.now() - started) / 1000;
    const document = {
      columns,
      filters,
      parts,
      ...(snapshot !== undefined && { snapshot }),
      ...(analyze && { analyzed: { ...query.report, resultRows, seconds } }),
    };
    return { ...document, text: textOf(document) };
  } finally {
    await query.close();
  }
}

function textOf({ columns, filters, parts, snapshot, analyzed }: Omit<ExplainQueryDocument, "text">): string {
  const lines = [
    `Scan  ${parts} ${parts === 1 ? "file" : "files"}${snapshot === undefined ? "" : `, snapshot ${snapshot}`}`,
    `  columns: ${columns.join(", ") || "none"}`,
    ...filters.map(({ term, claim }) => `  filter (${claim}): ${term}`),
  ];
  if (!analyzed) return `${lines.join("\n")}\n`;
  const { files, prunedFiles, rowGroups, prunedByStatistics, prunedByBloomFilters, rowGroupsRead } = analyzed;
  const { pages, prunedPages, pagesRead, rowsScanned, rows, resultRows, requests, bytes, seconds } = analyzed;
  return `${[
    ...lines,
    "Read",
    `  files: ${files - prunedFiles} of ${files}`,
    `  row groups: ${rowGroupsRead} of ${rowGroups} (${prunedByStatistics} left out by statistics, ${prunedByBloomFilters} by Bloom filters)`,
    `  pages: ${pagesRead} decoded; page indexes left out ${prunedPages} of ${pages} pages of the filters' columns`,
    `  rows: ${rowsScanned} looked at, ${rows} found, ${resultRows} in the result`,
    `  requests: ${requests}, bytes: ${bytes}`,
    `  seconds: ${seconds.toFixed(3)}`,
  ].join("\n")}\n`;
}
