import type { Expr } from "../../expr/nodes.js";
import { printExpr } from "../../expr/print.js";
import type { RowBatch, RowField } from "../../schema/row-batch.js";
import { sliceRows } from "../../schema/take-rows.js";
import { RowScan, type RowScanOptions, type ScanReport } from "../row-scan.js";
import { type Aggregate, aggregate } from "./aggregate.js";
import { RowOrder } from "./order-rows.js";
import { parseSelect, type SelectItem, type SelectQuery } from "./parse-select.js";
import { type RowExpression, rowExpression } from "./row-expression.js";

/** A query that is ready to run: names are resolved, nothing but a footer is read. */
export interface PreparedQuery {
  readonly fields: readonly RowField[];
  /** Columns of the table that it reads. */
  readonly columns: readonly string[];
  readonly filters: readonly { readonly term: string; readonly claim: "exact" | "inexact" }[];
  readonly parts: number;
  readonly snapshot?: number;
  rows(): AsyncIterable<RowBatch>;
  readonly report: ScanReport;
  close(): Promise<void>;
}

/** @throws `usage`, `unsupported`, and what opening the table throws */
export async function prepareQuery(sql: string, options: RowScanOptions = {}): Promise<PreparedQuery> {
  const query = parseSelect(sql);
  const scan = new RowScan(query.from, options);
  try {
    const table = await scan.table();
    const where = query.where && table.bind(query.where);
    const { fields, columns, run } = planItems(query, table.fields);
    return {
      fields,
      columns,
      filters: table.claims(where).map(({ term, claim }) => ({ term: printExpr(term), claim })),
      parts: table.parts.length,
      ...(table.snapshot !== undefined && { snapshot: table.snapshot }),
      rows: () => run(scan, where),
      get report() {
        return scan.report;
      },
      close: () => scan.close(),
    };
  } catch (error) {
    await scan.close();
    throw error;
  }
}

interface Planned {
  readonly fields: readonly RowField[];
  readonly columns: readonly string[];
  run(scan: RowScan, where: Expr | null): AsyncIterable<RowBatch>;
}

function planItems(query: SelectQuery, table: readonly RowField[]): Planned {
  if (query.items.some((item) => item.kind === "aggregate")) return planAggregates(query, table);
  const shown = query.items.flatMap((item): RowExpression[] =>
    item.kind === "all"
      ? table.map(({ name }) => rowExpression(name, { op: "column", name }, table))
      : item.kind === "value"
        ? [rowExpression(item.name, item.expr, table)]
        : [],
  );
  const fields = shown.map(({ field }) => field);
  const keys = query.order.map(({ expr }) => rowExpression("", aliased(expr, query.items), table));
  const columns = [...new Set([...shown, ...keys].flatMap((one) => one.columns))];
  const project = (batch: RowBatch): RowBatch => ({ rows: batch.rows, fields, columns: shown.map((one) => one.of(batch)) });
  const end = query.limit + query.offset;
  return {
    fields,
    columns,
    async *run(scan, where) {
      if (keys.length > 0) {
        const order = new RowOrder(query.order, keys, end);
        for await (const batch of scan.rows({ columns, where })) order.add(batch, project(batch));
        yield* order.sorted(query.offset);
        return;
      }
      let skip = query.offset;
      for await (const batch of scan.rows({ columns, where }, end)) {
        const from = Math.min(skip, batch.rows);
        skip -= from;
        if (from < batch.rows) yield from === 0 ? project(batch) : project(cutFrom(batch, from));
      }
    },
  };
}

/** ORDER BY may name what is selected by the name that it was given. */
function aliased(expr: Expr, items: readonly SelectItem[]): Expr {
  if (expr.op !== "column") return expr;
  for (const item of items) if (item.kind === "value" && item.name === expr.name) return item.expr;
  return expr;
}

function cutFrom(batch: RowBatch, from: number): RowBatch {
  return { ...batch, rows: batch.rows - from, columns: batch.columns.map((column) => sliceRows(column, from, batch.rows)) };
}

function planAggregates(query: SelectQuery, table: readonly RowField[]): Planned {
  const create = (): Aggregate[] =>
    query.items.flatMap((item) =>
      item.kind === "aggregate"
        ? [aggregate(item.name, item.function, item.expr && rowExpression(printExpr(item.expr), item.expr, table))]
        : [],
    );
  const planned = create();
  const fields = planned.map(({ field }) => field);
  const columns = [...new Set(planned.flatMap((one) => one.columns))];
  return {
    fields,
    columns,
    async *run(scan, where) {
      const own = create();
      for await (const batch of scan.rows({ columns, where })) for (const one of own) one.add(batch);
      if (query.limit > 0 && query.offset === 0) yield { rows: 1, fields, columns: own.map((one) => one.result()) };
    },
  };
}
