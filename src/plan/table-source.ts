import type { TableGroup } from "../archive/model.js";
import type { Expr } from "../expr/nodes.js";
import type { ExprColumn } from "../expr/types.js";
import type { AxisSelection } from "./nodes.js";

/** How far a scan honours a filter: wholly; it reads less, but not only rows that pass; not at all. */
export type Claim = "exact" | "inexact" | "no";

/** What planning may see of a table. */
export interface TableSource {
  readonly table: string;
  readonly columns: readonly ExprColumn[];
  /** One claim per filter, each a bound conjunct. */
  claim(filters: readonly Expr[]): readonly Claim[];
  /** Runs of indices along each axis outside which no cell passes all of the claimed predicates. */
  select(claimed: readonly Expr[]): readonly AxisSelection[];
}

/** The columns of a table as predicates name them. */
export function exprColumnsOf(group: TableGroup): ExprColumn[] {
  return group.columns.map(({ field, time }) => ({ name: field.name, type: field.type, ...(time && { time }) }));
}
