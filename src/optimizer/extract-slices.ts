import type { OptimizerRule } from "./rule.js";

/** Turns the filters that the scan has claimed into runs of indices along its axes. */
export const extractSlices: OptimizerRule = {
  name: "extract-slices",
  order: "bottom-up",
  rewrite(node, context) {
    if (node.op !== "scan" || node.selection !== null || node.claimed.length === 0) return node;
    return { ...node, selection: context.source(node.table).select(node.claimed.map(({ predicate }) => predicate)) };
  },
};
