import { describe, expect, test } from "@jest/globals";
import { bindExpr } from "../../src/expr/bind.js";
import type { Expr } from "../../src/expr/nodes.js";
import { parseExpr } from "../../src/expr/parse.js";
import { columnsOf } from "../../src/expr/walk.js";
import { optimizePlan } from "../../src/optimizer/optimize.js";
import type { OptimizerRule } from "../../src/optimizer/rule.js";
import { RULES } from "../../src/optimizer/rules.js";
import { type LogicalNode, type LogicalPlan, PLAN_VERSION } from "../../src/plan/nodes.js";
import { printTree } from "../../src/plan/print-plan.js";
import type { TableSource } from "../../src/plan/table-source.js";
import { numberType } from "../../src/schema/field.js";

/** lat is exact, v inexact, w not claimed. */
const source: TableSource = {
  table: "grid",
  columns: ["lat", "v", "w", "u"].map((name) => ({ name, type: numberType("float64") })),
  claim: (filters) =>
    filters.map(
      (filter) =>
        (({ lat: "exact", v: "inexact" })[columnsOf(filter).join()] as "exact" | "inexact" | undefined) ??
        (columnsOf(filter).length === 0 ? "exact" : "no"),
    ),
  select: (claimed) => (claimed.some((filter) => filter.op === "literal") ? [[]] : [[{ start: 2, stop: 2 + claimed.length }]]),
};

const scan: LogicalNode = { op: "scan", table: "grid", columns: null, claimed: [], selection: null };

function planOf(
  where: string,
  columns: readonly { name: string; source: string }[] = [{ name: "v", source: "v" }],
  above = false,
): LogicalPlan {
  const filter = (input: LogicalNode, predicate: Expr): LogicalNode => ({ op: "filter", input, predicate });
  const project = (input: LogicalNode): LogicalNode => ({ op: "project", input, columns });
  const predicate = above ? parseExpr(where) : bindExpr(parseExpr(where), source.columns);
  const tree = above
    ? filter({ op: "rechunk", order: "array", input: project(scan) }, predicate)
    : project(filter(scan, predicate));
  return { kind: "graticule-plan", version: PLAN_VERSION, roots: [tree] };
}

function optimized(plan: LogicalPlan): { text: string; rules: string[] } {
  const rules: string[] = [];
  const { roots } = optimizePlan(plan, [source], { observe: (rule) => rules.push(rule) });
  return { text: printTree(roots[0] as LogicalNode, () => ["y"]), rules };
}

describe("the optimiser", () => {
  test("splits, pushes what is claimed, slices, and prunes", () => {
    const { text, rules } = optimized(planOf("lat > 1 and v > 2 and w > 3"));
    expect(text.split("\n").map((line) => line.trim())).toEqual([
      "Project v",
      "Filter v > 2",
      "Filter w > 3",
      "Scan grid: v, w",
      "exact: lat > 1",
      "inexact: v > 2",
      "slices: y [2:4]",
    ]);
    expect(rules).toEqual(["split-conjunction", "push-down-filter", "extract-slices", "prune-columns"]);
  });

  test("brings filters through projections under their own names, and through reordering", () => {
    const { text } = optimized(
      planOf(
        "place > 1 and value < 5",
        [
          { name: "value", source: "w" },
          { name: "place", source: "lat" },
        ],
        true,
      ),
    );
    expect(text.split("\n").map((line) => line.trim())).toEqual([
      "Rechunk to the array's own row order",
      "Project w AS value, lat AS place",
      "Filter w < 5",
      "Scan grid: lat, w",
      "exact: lat > 1",
      "slices: y [2:3]",
    ]);
  });

  test.each([
    ["v > 5 and v < 3", "FALSE"],
    ["w = 1 and w = 2", "FALSE"],
    ["w > 1 and 1 = 2", "FALSE"],
    ["w > 1 and null", "FALSE"],
  ])("%s selects nothing", (where, text) => {
    const found = optimized(planOf(where)).text;
    expect(found).toContain(`exact: ${text}`);
    expect(found).toContain("slices: y [nothing]");
  });

  test("what is always true is gone", () => {
    expect(optimized(planOf("1 + 1 = 2 and not not w > 3 and (true or v > 1) and w > 3")).text).toContain("Filter w > 3\n");
    expect(optimized(planOf("1 < 2")).text).not.toContain("Filter");
  });

  test("optimising twice changes nothing", () => {
    const once = optimizePlan(planOf("lat > 1 and v > 2 and w > 3 and (u > 1 or lat < 0)"), [source]);
    const seen: string[] = [];
    expect(optimizePlan(once, [source], { observe: (rule) => seen.push(rule) })).toEqual(once);
    expect(seen).toEqual([]);
  });

  test("a rule that changes the columns, or never rests, is a bug", () => {
    const dropping: OptimizerRule = {
      name: "dropping",
      order: "top-down",
      rewrite: (node) => (node.op === "project" ? node.input : node),
    };
    expect(() => optimizePlan(planOf("w > 1"), [source], { rules: [dropping] })).toThrow("the rule dropping changed the columns");
    const restless: OptimizerRule = { name: "restless", order: "bottom-up", rewrite: (node) => ({ ...node }) };
    expect(() => optimizePlan(planOf("w > 1"), [source], { rules: [restless] })).toThrow("do not come to rest");
    expect(new Set(RULES.map((rule) => rule.name)).size).toBe(RULES.length);
  });
});
