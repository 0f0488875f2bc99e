import { columnsOf } from "../expr/walk.js";
import type { LogicalNode } from "../plan/nodes.js";
import type { OptimizerRule } from "./rule.js";

/** Reads only what a projection gives and the filters below it look at. */
export const pruneColumns: OptimizerRule = {
  name: "prune-columns",
  order: "top-down",
  rewrite(node, context) {
    if (node.op !== "project") return node;
    const used = new Set(node.columns.map(({ source }) => source));
    let below = node.input;
    for (; below.op === "filter" || below.op === "rechunk" || below.op === "sort"; below = below.input)
      if (below.op === "filter") for (const name of columnsOf(below.predicate)) used.add(name);
    if (below.op !== "scan") return node;
    const all = below.columns ?? context.source(below.table).columns.map(({ name }) => name);
    const columns = all.filter((name) => used.has(name));
    if (below.columns !== null && columns.length === below.columns.length) return node;
    return { ...node, input: replaceScan(node.input, { ...below, columns }) };
  },
};

function replaceScan(node: LogicalNode, scan: LogicalNode & { op: "scan" }): LogicalNode {
  return node.op === "scan" ? scan : { ...node, input: replaceScan(node.input, scan) };
}
