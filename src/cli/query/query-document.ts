import type { PreparedQuery } from "../../dataframe/query/run-query.js";
import type { ScanReport } from "../../dataframe/row-scan.js";
import { jsonCell, typeName } from "./cell-text.js";
import { rowsOf } from "./write-rows.js";

/** What `query --json` prints. */
export interface QueryDocument {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** In the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
  readonly reads: ScanReport;
}

/** All rows of a query in one document. */
export async function queryDocument(query: PreparedQuery): Promise<QueryDocument> {
  const rows: unknown[][] = [];
  for await (const batch of query.rows()) for (const row of rowsOf(batch)) rows.push(row.map(jsonCell));
  return { columns: query.fields.map(({ name, type }) => ({ name, type: typeName(type) })), rows, reads: query.report };
}
