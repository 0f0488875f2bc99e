import { parseExpr } from "../expr/parse.js";
import type { RowBatch } from "../schema/row-batch.js";
import { checkKeys, isCount, isSignal, isText, isTexts } from "./check-keys.js";
import { RowScan } from "./row-scan.js";

export interface ReadRowsRequest {
  /** A SQL expression over the columns; rows for which it is not true are not given. */
  readonly where?: string;
  /** Columns of the batches, in this order; default: all. */
  readonly columns?: readonly string[];
  /** Rows of a batch at most; default 131072. */
  readonly batchRows?: number;
  /** Threads that decode large local files; default: one per core. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Rows of Parquet, batch by batch: a file, a directory or prefix of files (as its manifest lists them, where it has one), a glob;
 * local, http(s) or s3. What the predicate rules out by folders' names, statistics, Bloom filters and page indexes is not fetched.
 *
 * Numbers are typed arrays, texts bytes with offsets or codes of a dictionary: laid out as Arrow's arrays, see {@link RowBatch}
 * and `toArrow`. NaN is null for predicates.
 *
 * @example
 * for await (const batch of read("s3://bucket/out", { where: "lat > 60", columns: ["air"] })) …
 *
 * @throws `usage`, `not-found`, `permission`, `unknown-format`, `malformed`, `truncated`, `checksum`, `unsupported`
 */
export async function* read(url: string, request: ReadRowsRequest = {}): AsyncGenerator<RowBatch> {
  checkKeys(
    "read",
    { url, ...request },
    { url: isText, where: isText, columns: isTexts, batchRows: isCount, jobs: isCount, signal: isSignal },
  );
  const { where, columns, batchRows, jobs, signal } = request;
  const scan = new RowScan(url, { signal, jobs });
  try {
    const table = await scan.table();
    const bound = where === undefined ? null : table.bind(parseExpr(where));
    yield* scan.rows({ ...(columns && { columns }), where: bound, ...(batchRows !== undefined && { batchRows }) });
  } finally {
    await scan.close();
  }
}
