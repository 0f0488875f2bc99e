import type { Expr } from "../expr/nodes.js";
import { simplifyFilter } from "../expr/simplify.js";
import { conjoin } from "../expr/walk.js";
import type { LogicalNode } from "../plan/nodes.js";
import type { OptimizerRule } from "./rule.js";

/**
 * Folds constants in a run of filters, drops what is always true and what stands twice, and makes of terms that contradict one
 * another the filter FALSE.
 */
export const simplify: OptimizerRule = {
  name: "simplify",
  order: "top-down",
  rewrite(node) {
    if (node.op !== "filter") return node;
    const terms: Expr[] = [];
    let below: LogicalNode = node;
    for (; below.op === "filter"; below = below.input) terms.push(below.predicate);
    const simple = simplifyFilter(conjoin(terms) as Expr);
    if (JSON.stringify(simple) === JSON.stringify(conjoin(terms))) return node;
    if (simple.op === "literal" && simple.literal.type === "bool" && simple.literal.value) return below;
    return { op: "filter", input: below, predicate: simple };
  },
};
