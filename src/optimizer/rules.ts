import { extractSlices } from "./extract-slices.js";
import { pruneColumns } from "./prune-columns.js";
import { pushDownFilter } from "./push-down-filter.js";
import type { OptimizerRule } from "./rule.js";
import { simplify } from "./simplify.js";
import { splitConjunction } from "./split-conjunction.js";

/** In the order in which they run, again and again until nothing changes. */
export const RULES: readonly OptimizerRule[] = [
  // First, so that contradictions are seen while the terms still stand together, and nothing works on constants.
  simplify,
  // Before the scan is asked, because it answers for each term.
  splitConjunction,
  pushDownFilter,
  // After all filters have reached the scan: the slices of terms together are smaller than those of each.
  extractSlices,
  // Last: filters that became slices read no column any more.
  pruneColumns,
];
