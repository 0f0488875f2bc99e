import { runScan } from "../execute/run-scan.js";
import type { Expr } from "../expr/nodes.js";
import { ParquetTable, type ScanCounters } from "../scan/parquet-table.js";
import type { RowBatch } from "../schema/row-batch.js";
import { sliceRows } from "../schema/take-rows.js";
import { openStore } from "../store/open-store.js";
import { addTo, type RequestCounters, withCounting } from "../store/with-counting.js";

/** What a scan of Parquet has read, and what it has left out. */
export interface ScanReport {
  readonly files: number;
  /** By the values in their folders' names. */
  readonly prunedFiles: number;
  readonly rowGroups: number;
  readonly prunedByStatistics: number;
  readonly prunedByBloomFilters: number;
  readonly rowGroupsRead: number;
  /** Of the predicate's columns, that column indexes were asked about. */
  readonly pages: number;
  readonly prunedPages: number;
  /** Of all columns, decoded. */
  readonly pagesRead: number;
  /** Rows that were left to the predicate. */
  readonly rowsScanned: number;
  readonly rows: number;
  readonly requests: number;
  readonly bytes: number;
}

export interface RowScanOptions {
  readonly signal?: AbortSignal | undefined;
  readonly jobs?: number | undefined;
}

/** Rows of a batch by default: enough that what is done once for each does not count. */
export const BATCH_ROWS = 1 << 17;

/** An opened table of Parquet files that can be scanned several times. */
export class RowScan {
  readonly #traffic: RequestCounters = { requests: 0, bytes: 0 };
  #pages = 0;
  #rows = 0;
  readonly #counters: ScanCounters = {
    files: 0,
    prunedFiles: 0,
    rowGroups: 0,
    prunedByStatistics: 0,
    prunedByBloomFilters: 0,
    rowGroupsRead: 0,
    pages: 0,
    prunedPages: 0,
    rowsScanned: 0,
  };
  #table: ParquetTable | undefined;

  constructor(
    readonly url: string,
    readonly options: RowScanOptions = {},
  ) {}

  /** Reads what tells the columns. */
  async table(): Promise<ParquetTable> {
    const store = openStore();
    const calls = this.#calls;
    this.#table ??= await ParquetTable.open(
      this.url,
      store,
      async (url) => withCounting(await store.open(url, { ...calls, onTraffic: addTo(this.#traffic) }), this.#traffic),
      calls,
    );
    return this.#table;
  }

  get #calls() {
    return this.options.signal ? { signal: this.options.signal } : {};
  }

  /** @param where bound by the table @param limit rows at most */
  async *rows(
    request: { readonly columns?: readonly string[]; readonly where: Expr | null; readonly batchRows?: number },
    limit = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<RowBatch> {
    const table = await this.table();
    const options = {
      ...this.#calls,
      ...(this.options.jobs !== undefined && { jobs: this.options.jobs }),
      onCost: ({ requests, bytes, pages }: { requests: number; bytes: number; pages: number }) => {
        this.#traffic.requests += requests;
        this.#traffic.bytes += bytes;
        this.#pages += pages;
      },
    };
    let left = limit;
    if (left <= 0) return;
    const batchRows = Math.min(request.batchRows ?? BATCH_ROWS, Math.max(1024, limit));
    for await (const batch of runScan(table, { ...request, batchRows }, this.#counters, options)) {
      const own = batch.rows <= left ? batch : cut(batch, left);
      left -= own.rows;
      this.#rows += own.rows;
      yield own;
      if (left === 0) return;
    }
  }

  get report(): ScanReport {
    const pagesRead = this.#pages + (this.#table?.decoded.pages ?? 0);
    return { ...this.#counters, pagesRead, rows: this.#rows, ...this.#traffic };
  }

  async close(): Promise<void> {
    await this.#table?.close();
  }
}

function cut(batch: RowBatch, rows: number): RowBatch {
  return { rows, fields: batch.fields, columns: batch.columns.map((column) => sliceRows(column, 0, rows)) };
}
