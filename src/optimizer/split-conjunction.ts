import { conjunctsOf } from "../expr/walk.js";
import type { LogicalNode } from "../plan/nodes.js";
import type { OptimizerRule } from "./rule.js";

/** `Filter a AND b` as two filters, so that each can find its own way. */
export const splitConjunction: OptimizerRule = {
  name: "split-conjunction",
  order: "top-down",
  rewrite(node) {
    if (node.op !== "filter") return node;
    const terms = conjunctsOf(node.predicate);
    if (terms.length === 1) return node;
    return terms.reduceRight<LogicalNode>((input, predicate) => ({ op: "filter", input, predicate }), node.input);
  },
};
