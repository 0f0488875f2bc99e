import { GraticuleError } from "../errors.js";
import type { LogicalNode } from "./nodes.js";

/** The node below; null for a scan. */
export function inputOf(node: LogicalNode): LogicalNode | null {
  return node.op === "scan" ? null : node.input;
}

/** The one traversal: `rewrite` on every node, from the scan up or from the root down. Nodes that do not change stay the same. */
export function rewritePlan(
  node: LogicalNode,
  order: "top-down" | "bottom-up",
  rewrite: (node: LogicalNode) => LogicalNode,
): LogicalNode {
  const own = order === "top-down" ? rewrite(node) : node;
  const below = inputOf(own);
  const input = below && rewritePlan(below, order, rewrite);
  const over = own.op === "scan" || input === below ? own : { ...own, input: input as LogicalNode };
  return order === "top-down" ? over : rewrite(over);
}

/** From the root to the scan. */
export function nodesOf(root: LogicalNode): LogicalNode[] {
  const nodes: LogicalNode[] = [];
  for (let node: LogicalNode | null = root; node; node = inputOf(node)) nodes.push(node);
  return nodes;
}

export function scanOf(root: LogicalNode): LogicalNode & { op: "scan" } {
  const last = nodesOf(root).at(-1);
  if (last?.op === "scan") return last;
  throw new GraticuleError("internal", "a plan does not end in a scan");
}
