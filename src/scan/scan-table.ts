import type { TableGroup } from "../archive/model.js";
import type { Expr } from "../expr/nodes.js";
import type { AxisSelection } from "../plan/nodes.js";

/** What of a table is read, and how it comes out. */
export interface ScanTable {
  readonly group: TableGroup;
  /** Position in the group's columns, and name in the output. */
  readonly output: readonly { readonly column: number; readonly name: string }[];
  /** Further columns, which come behind those of the output. */
  readonly also?: readonly { readonly column: number; readonly name: string }[];
  readonly selection: readonly AxisSelection[];
  /** Bound; cells where it is not true are no rows. */
  readonly residual: Expr | null;
}
