import { printExpr, printName } from "../expr/print.js";
import type { AxisSelection, LogicalNode, LogicalPlan } from "./nodes.js";
import { printPartitionKey } from "./partition-keys.js";
import { printSortKey } from "./sort-keys.js";
import { nodesOf } from "./walk.js";

/** A plan for people: a line per node, the root first. @param axesOf names of a table's dimensions */
export function printPlan(plan: LogicalPlan, axesOf: (table: string) => readonly string[]): string {
  return plan.roots.map((root) => printTree(root, axesOf)).join("\n");
}

export function printTree(root: LogicalNode, axesOf: (table: string) => readonly string[]): string {
  return nodesOf(root)
    .flatMap((node, depth) => printNode(node, axesOf).map((line, i) => `${"  ".repeat(depth + (i > 0 ? 1 : 0))}${line}`))
    .join("\n");
}

function printNode(node: LogicalNode, axesOf: (table: string) => readonly string[]): string[] {
  switch (node.op) {
    case "write": {
      const { dest, format, compression } = node.sink;
      const level = compression.level === undefined ? "" : `:${compression.level}`;
      const where = node.path === "" ? dest : `${dest}/${node.path}`;
      const parted = node.partition ? ` parted by ${node.partition.map(printPartitionKey).join(", ")}` : "";
      return [`Write ${where} (${format}, ${compression.codec}${level})${parted}`];
    }
    case "rechunk":
      return ["Rechunk to the array's own row order"];
    case "sort":
      return [`Sort by ${node.keys.map(printSortKey).join(", ")}`];
    case "project": {
      const columns = node.columns.map(({ name, source }) =>
        name === source ? printName(name) : `${printName(source)} AS ${printName(name)}`,
      );
      return [`Project ${columns.join(", ")}`];
    }
    case "filter":
      return [`Filter ${printExpr(node.predicate)}`];
    case "scan":
      return printScan(node, axesOf(node.table));
  }
}

function printScan(node: LogicalNode & { op: "scan" }, axes: readonly string[]): string[] {
  const columns = node.columns === null ? "all columns" : node.columns.map(printName).join(", ");
  const lines = [`Scan ${printName(node.table)}: ${columns}`];
  for (const { predicate, claim } of node.claimed) lines.push(`${claim}: ${printExpr(predicate)}`);
  if (node.selection) {
    const slices = node.selection.flatMap((runs, axis) => (runs === null ? [] : [`${axes[axis] ?? axis} ${printRuns(runs)}`]));
    if (slices.length > 0) lines.push(`slices: ${slices.join(", ")}`);
  }
  return lines;
}

/** Half-open, as a slice is written; many runs are counted. */
export function printRuns(runs: NonNullable<AxisSelection>): string {
  if (runs.length === 0) return "[nothing]";
  const cells = runs.reduce((n, run) => n + run.stop - run.start, 0);
  const shown = runs.slice(0, 3).map((run) => `${run.start}:${run.stop}`);
  const more = runs.length > 3 ? `, … ${runs.length} runs, ${cells} indices` : "";
  return `[${shown.join(", ")}${more}]`;
}
