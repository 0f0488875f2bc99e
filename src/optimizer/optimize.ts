import { GraticuleError } from "../errors.js";
import type { LogicalNode, LogicalPlan } from "../plan/nodes.js";
import { schemaOf } from "../plan/plan-schema.js";
import type { TableSource } from "../plan/table-source.js";
import { rewritePlan } from "../plan/walk.js";
import type { OptimizerRule, RuleContext } from "./rule.js";
import { RULES } from "./rules.js";

/** Told of every rule that changed a tree. */
export type OptimizerObserver = (rule: string, before: LogicalNode, after: LogicalNode) => void;

export interface OptimizeOptions {
  readonly rules?: readonly OptimizerRule[];
  readonly observe?: OptimizerObserver;
}

/** Rounds until the rules must have come to rest. */
const MAX_ROUNDS = 20;

/**
 * Runs the rules over every tree until nothing changes, checking after each that the columns of the output are the same.
 * Plans that are optimised already stay as they are.
 * @throws `internal` where a rule changes the schema or the rules do not come to rest
 */
export function optimizePlan(plan: LogicalPlan, sources: readonly TableSource[], options: OptimizeOptions = {}): LogicalPlan {
  const byName = new Map(sources.map((source) => [source.table, source]));
  const context: RuleContext = {
    source(table) {
      const found = byName.get(table);
      if (found) return found;
      throw new GraticuleError("internal", `the plan scans "${table}", which is no table of the archive`);
    },
  };
  return { ...plan, roots: plan.roots.map((root) => optimizeTree(root, context, options)) };
}

function optimizeTree(root: LogicalNode, context: RuleContext, { rules = RULES, observe }: OptimizeOptions): LogicalNode {
  const schema = JSON.stringify(schemaOf(root, context.source));
  let tree = root;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = tree;
    for (const rule of rules) {
      const next = rewritePlan(tree, rule.order, (node) => rule.rewrite(node, context));
      if (next === tree) continue;
      if (JSON.stringify(schemaOf(next, context.source)) !== schema)
        throw new GraticuleError("internal", `the rule ${rule.name} changed the columns of the plan`);
      observe?.(rule.name, tree, next);
      tree = next;
    }
    if (tree === before) return tree;
  }
  throw new GraticuleError("internal", `the rules of the optimiser do not come to rest in ${MAX_ROUNDS} rounds`);
}
