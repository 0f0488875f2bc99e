import type { Expr } from "../expr/nodes.js";
import { renameColumns } from "../expr/walk.js";
import type { LogicalNode } from "../plan/nodes.js";
import type { OptimizerRule } from "./rule.js";

/**
 * Brings filters below projections and reordering to the scan and offers them there. What the scan claims as exact is gone
 * from above; inexact filters stay, and are noted at the scan too.
 */
export const pushDownFilter: OptimizerRule = {
  name: "push-down-filter",
  order: "top-down",
  rewrite(node, context) {
    if (node.op !== "filter") return node;
    const filters: Expr[] = [];
    let below: LogicalNode = node;
    for (; below.op === "filter"; below = below.input) filters.push(below.predicate);
    if (below.op === "rechunk" || below.op === "sort") return { ...below, input: stack(filters, below.input) };
    if (below.op === "project") {
      const sources = new Map(below.columns.map(({ name, source }) => [name, source]));
      const renamed = filters.map((predicate) => renameColumns(predicate, (name) => sources.get(name) ?? name));
      return { ...below, input: stack(renamed, below.input) };
    }
    if (below.op !== "scan") return node;
    return offer(node, below, filters, context);
  },
};

function offer(
  node: LogicalNode,
  scan: LogicalNode & { op: "scan" },
  filters: readonly Expr[],
  context: Parameters<OptimizerRule["rewrite"]>[1],
): LogicalNode {
  const known = new Set(scan.claimed.map(({ predicate }) => JSON.stringify(predicate)));
  const claims = context.source(scan.table).claim(filters);
  const taken = filters.flatMap((predicate, i) => {
    const claim = claims[i];
    if ((claim !== "exact" && claim !== "inexact") || known.has(JSON.stringify(predicate))) return [];
    return [{ predicate, claim } as const];
  });
  if (taken.length === 0) return node;
  const rest = filters.filter((_, i) => claims[i] !== "exact");
  // Slices that were worked out before do not know of the new filters.
  const over: LogicalNode = { ...scan, claimed: [...scan.claimed, ...taken], selection: null };
  return stack(rest, over);
}

/** The first filter ends up on top. */
function stack(filters: readonly Expr[], over: LogicalNode): LogicalNode {
  return filters.reduceRight<LogicalNode>((input, predicate) => ({ op: "filter", input, predicate }), over);
}
