import type { LogicalNode } from "../plan/nodes.js";
import type { TableSource } from "../plan/table-source.js";

export interface RuleContext {
  /** @throws `internal` for a table that is not there */
  source(table: string): TableSource;
}

/** Promises the same rows, more cheaply; whatever changes meaning is no rule. The optimiser owns recursion. */
export interface OptimizerRule {
  readonly name: string;
  readonly order: "top-down" | "bottom-up";
  /** The node, or what stands in its place. Returns the node itself where there is nothing to do. */
  rewrite(node: LogicalNode, context: RuleContext): LogicalNode;
}
