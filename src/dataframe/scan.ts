import type { RecordBatch, Table } from "apache-arrow";
import { GraticuleError } from "../errors.js";
import type { Expr } from "../expr/nodes.js";
import { parseExpr } from "../expr/parse.js";
import { printExpr } from "../expr/print.js";
import { conjoin } from "../expr/walk.js";
import type { RowBatch, RowField } from "../schema/row-batch.js";
import { checkKeys, isCount, isSignal, isText } from "./check-keys.js";
import { RowScan, type ScanReport } from "./row-scan.js";

export interface ScanTableOptions {
  /** Threads that decode large local files; default: one per core. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
}

/** What a scan claims of its filter, and with `analyze` what it took. */
export interface ScanExplanation {
  readonly columns: readonly string[];
  /** `exact`: decided by the folders' names. `inexact`: prunes, and is applied to the rows that are left. */
  readonly filters: readonly { readonly term: string; readonly claim: "exact" | "inexact" }[];
  readonly parts: number;
  readonly snapshot?: number;
  readonly report?: ScanReport;
}

/** Rows of one table of Parquet files, described step by step; nothing is read before they are asked for. */
export class RowFrame {
  constructor(
    readonly url: string,
    readonly options: ScanTableOptions = {},
    readonly terms: readonly Expr[] = [],
    readonly columns: readonly string[] | null = null,
    readonly most = Number.POSITIVE_INFINITY,
  ) {}

  /** Rows for which a SQL expression is true. Of several filters all must be. @throws `usage` */
  filter(where: string): RowFrame {
    if (Number.isFinite(this.most))
      throw new GraticuleError("unsupported", "a filter behind a limit", { hint: "filter first: scan(…).filter(…).limit(…)" });
    return new RowFrame(this.url, this.options, [...this.terms, parseExpr(where)], this.columns, this.most);
  }

  select(...columns: readonly string[]): RowFrame {
    return new RowFrame(this.url, this.options, this.terms, columns, this.most);
  }

  limit(rows: number): RowFrame {
    if (!Number.isSafeInteger(rows) || rows < 0) throw new GraticuleError("usage", `limit takes a number of rows; this is ${rows}`);
    return new RowFrame(this.url, this.options, this.terms, this.columns, Math.min(this.most, rows));
  }

  /** @throws `unsupported`: always */
  groupBy(): never {
    throw new GraticuleError("unsupported", "groupBy of Parquet tables", {
      hint: "DuckDB groups the same files: duckdb -c \"SELECT …, avg(…) FROM '…/**/*.parquet' GROUP BY …\"",
    });
  }

  /** Columns of the table. */
  async schema(): Promise<readonly RowField[]> {
    const scan = this.#open();
    try {
      return (await scan.table()).choose(this.columns ?? undefined);
    } finally {
      await scan.close();
    }
  }

  async *batches(): AsyncGenerator<RowBatch> {
    const scan = this.#open();
    try {
      yield* this.#rows(scan);
    } finally {
      await scan.close();
    }
  }

  /** All rows as an Arrow table; loads apache-arrow. */
  async collect(): Promise<Table> {
    const arrow = await import("apache-arrow");
    const { recordBatchOf, rowArrowField } = await import("../arrow/to-arrow.js");
    const batches: RecordBatch[] = [];
    for await (const batch of this.batches()) batches.push(recordBatchOf(arrow, batch));
    if (batches.length > 0) return new arrow.Table(batches);
    const fields = await this.schema();
    return new arrow.Table(new arrow.Schema(fields.map((field) => rowArrowField(arrow, field))));
  }

  /** @param analyze reads the rows, and tells what that took */
  async explain({ analyze = false }: { readonly analyze?: boolean } = {}): Promise<ScanExplanation> {
    const scan = this.#open();
    try {
      const table = await scan.table();
      const where = conjoin(this.terms);
      const filters = table.claims(where && table.bind(where)).map(({ term, claim }) => ({ term: printExpr(term), claim }));
      if (analyze) for await (const _ of this.#rows(scan));
      return {
        columns: table.choose(this.columns ?? undefined).map((field) => field.name),
        filters,
        parts: table.parts.length,
        ...(table.snapshot !== undefined && { snapshot: table.snapshot }),
        ...(analyze && { report: scan.report }),
      };
    } finally {
      await scan.close();
    }
  }

  #open(): RowScan {
    const { signal, jobs } = this.options;
    return new RowScan(this.url, { signal, jobs });
  }

  async *#rows(scan: RowScan): AsyncGenerator<RowBatch> {
    const table = await scan.table();
    const where = conjoin(this.terms);
    const { columns } = this;
    yield* scan.rows({ ...(columns && { columns }), where: where && table.bind(where) }, this.most);
  }
}

/**
 * A table of Parquet files, lazily: `scan("out").filter("lat > 60").select("air").limit(10).collect()`.
 *
 * @param url a file, a directory, a prefix, a glob; local, http(s) or s3
 */
export function scan(url: string, options: ScanTableOptions = {}): RowFrame {
  checkKeys("scan", { url, ...options }, { url: isText, jobs: isCount, signal: isSignal });
  return new RowFrame(url, options);
}

/** A batch as Arrow's, sharing its memory; loads apache-arrow. */
export async function toArrow(batch: RowBatch): Promise<RecordBatch> {
  const arrow = await import("apache-arrow");
  const { recordBatchOf } = await import("../arrow/to-arrow.js");
  return recordBatchOf(arrow, batch);
}
