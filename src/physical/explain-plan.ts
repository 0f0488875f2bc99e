import type { TableColumn } from "../archive/model.js";
import type { Expr } from "../expr/nodes.js";
import { printExpr } from "../expr/print.js";
import { columnsOf } from "../expr/walk.js";
import type { LogicalNode, LogicalPlan } from "../plan/nodes.js";
import { printPlan, printRuns, printTree } from "../plan/print-plan.js";
import type { OrderGroup, PhysicalPlan, TablePlan, Task } from "../plan/run.js";
import { nodesOf, scanOf } from "../plan/walk.js";
import type { ScanResources } from "../scan/member-cache.js";
import { cellsOf } from "../scan/runs.js";
import { storedBoundsOf } from "../scan/stored-bounds.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import { countTableChunks } from "./count-chunks.js";
import { countPartitions } from "./count-partitions.js";
import type { RunEstimate } from "./estimate-run.js";
import { writingLines } from "./explain-writing.js";

/** A rule that changed a tree. */
export interface RuleStep {
  readonly rule: string;
  readonly before: LogicalNode;
  readonly after: LogicalNode;
}

export interface Explained {
  readonly logical: LogicalPlan;
  readonly steps: readonly RuleStep[];
  readonly optimized: LogicalPlan;
  readonly run: PhysicalPlan;
  readonly estimate?: RunEstimate;
}

/**
 * A plan for people: as asked, as optimised, and what is run. @param resources opens files, to tell how filters look on stored
 * numbers @param verbose the tree after each rule that changed it
 */
export async function explainPlan(explained: Explained, verbose: boolean, resources?: ScanResources): Promise<string> {
  const { logical, steps, optimized, run, estimate } = explained;
  const axesOf = (table: string): readonly string[] =>
    run.tables.find(({ group }) => group.name === table)?.group.axes.map((axis) => axis.dim) ?? [];
  const parts = [`Logical plan\n${indent(printPlan(logical, axesOf))}`];
  if (verbose) for (const { rule, after } of steps) parts.push(`After ${rule}\n${indent(printTree(after, axesOf))}`);
  parts.push(`Optimised plan\n${indent(printPlan(optimized, axesOf))}`);
  const tables: string[] = [];
  for (const [i, table] of run.tables.entries()) tables.push(await explainTable(run, table, i, optimized, resources));
  parts.push(`Physical plan\n${indent([...tables, ...(estimate ? [estimateText(estimate)] : [])].join("\n"))}`);
  return `${parts.join("\n\n")}\n`;
}

async function explainTable(
  run: PhysicalPlan,
  table: TablePlan,
  at: number,
  optimized: LogicalPlan,
  resources: ScanResources | undefined,
): Promise<string> {
  const { group, selection, residual } = table;
  const tasks = run.tasks.filter((task) => task.table === at);
  const slabs = tasks.flatMap((task) => task.slabs);
  const { kept, pruned } = countTableChunks(table);
  const root = optimized.roots.find((node) => scanOf(node).table === group.name);
  const lines = [`Table ${group.name}${table.path === "" ? "" : ` -> ${table.path}/`}`];
  lines.push(
    `grid: ${group.axes.map(({ dim, length }) => `${dim} ${length}`).join(" x ")}, ${plural(group.segments.length, "segment")}`,
  );
  for (const [axis, { dim, length }] of group.axes.entries()) {
    const runs = selection[axis] ?? null;
    if (runs) lines.push(`slice: ${dim}${printRuns(runs)}, ${cellsOf(runs)} of ${length}`);
  }
  lines.push(`chunks: ${kept} kept, ${pruned} pruned by slices`);
  lines.push(...(await claimLines(root, table, resources)));
  lines.push(residual ? `rows: cells where ${printExpr(residual)}, one fused loop` : "rows: every cell of the slices");
  lines.push("grid kept: from chunk to row group; coordinates stay one value per index until the sink writes runs");
  if (table.order) lines.push(...loopLines(table, table.order, tasks));
  else if (root && nodesOf(root).some((node) => node.op === "rechunk")) lines.push(orderLine(table, slabs));
  if (table.partition) {
    const folders = countPartitions(table);
    lines.push(
      `folders: ${folders === null ? "as many as there are values" : folders} of ${table.partition.map(({ name }) => name).join(", ")}`,
    );
  }
  lines.push(...writingLines(table, run.sink));
  const rows = tasks.reduce((n, task) => n + task.rows, 0);
  const largest = slabs.reduce((n, slab) => Math.max(n, sizeOf(boxShape(slab))), 0);
  lines.push(
    `${plural(tasks.length, "task")}, ${plural(slabs.length, "slab")} of at most ${largest} cells, ${plural(rows, "row")} before filters`,
  );
  return lines.map((line, i) => (i === 0 ? line : `  ${line}`)).join("\n");
}

/** What inexact claims are good for. */
async function claimLines(
  root: LogicalNode | undefined,
  table: TablePlan,
  resources: ScanResources | undefined,
): Promise<string[]> {
  if (!root) return [];
  const lines: string[] = [];
  for (const { predicate, claim } of scanOf(root).claimed) {
    if (claim !== "inexact") continue;
    const text = printExpr(predicate);
    const column = table.group.columns.find(({ field }) => columnsOf(predicate).includes(field.name));
    if (column?.role === "data")
      lines.push(
        `inexact: ${text}${await storedText(predicate, column, table, resources)}; chunks carry no zone maps, so none is dropped by it`,
      );
    else lines.push(`inexact: ${text}; rows and columns of the grid without a match are sliced off`);
  }
  return lines;
}

async function storedText(
  predicate: Expr,
  column: TableColumn,
  table: TablePlan,
  resources: ScanResources | undefined,
): Promise<string> {
  const at = table.group.columns.indexOf(column);
  const piece = table.group.segments.map((segment) => segment.pieces[at]).find((own) => own);
  if (!resources || !piece) return "";
  const member = await resources.member(piece.member);
  try {
    const meaning = member.meaning.variables.get(piece.variable);
    const bounds = meaning?.packing && !piece.convert ? storedBoundsOf(predicate, column.field.name, meaning) : null;
    if (!bounds) return "";
    return `, stored ${bounds.min ?? "-inf"} to ${bounds.max ?? "inf"} (widened by a step)`;
  } finally {
    member.release();
  }
}

/** The nested loops of an order, and what it costs to read them. */
function loopLines({ group, output }: TablePlan, order: readonly OrderGroup[], tasks: readonly Task[]): string[] {
  const named = (at: number): string => output.find(({ column }) => column === at)?.name ?? group.columns[at]?.field.name ?? "";
  const loops = order.map(({ axes, keys }) => {
    const dims = axes.map((axis) => group.axes[axis]?.dim ?? axis).join(" x ");
    const by = keys.map((key) =>
      key.kind === "hilbert" ? `hilbert(${named(key.x)}, ${named(key.y)})` : `${named(key.column)}${key.descending ? " desc" : ""}`,
    );
    return by.length > 0 ? `${dims} by ${by.join(", ")}` : dims;
  });
  const columns = order.flatMap(({ keys }) => keys.flatMap((key) => (key.kind === "column" ? [key.column] : [key.x, key.y])));
  const isOfValues = columns.some((at) => group.columns[at]?.role === "data");
  const blocks = tasks.reduce((n, task) => n + (task.blocks?.length ?? 0), 0);
  return [
    `order: ${loops.join(", then ")}: ${isOfValues ? "sorted by values" : "a permutation of the grid"}`,
    `${plural(blocks, "block")}, each read and put into order in memory${blocks > 1 ? "; a chunk is decoded for every block that has a cell of it" : ""}`,
  ];
}

function orderLine(table: TablePlan, slabs: readonly Box[]): string {
  const data = table.output.find(({ column }) => table.group.columns[column]?.role === "data");
  const piece = data && table.group.segments[0]?.pieces[data.column];
  const cuts = table.group.axes.reduce(
    (n, _, axis) => n * slabsOfChunk(slabs, axis, piece?.chunks?.[piece.axes.indexOf(axis)] ?? 1),
    1,
  );
  return cuts > 1
    ? `order: the array's own; bands are thinner than chunks, a chunk is decoded up to ${cuts} times`
    : "order: the array's own; bands of whole chunks, each decoded once";
}

/** How many slabs share a chunk along an axis, at most. */
function slabsOfChunk(slabs: readonly Box[], axis: number, chunk: number): number {
  const starts = new Set(slabs.map((box) => box[axis]?.start ?? 0));
  const counts = new Map<number, number>();
  for (const start of starts) counts.set(Math.floor(start / chunk), (counts.get(Math.floor(start / chunk)) ?? 0) + 1);
  return Math.max(1, ...counts.values());
}

function estimateText(estimate: RunEstimate): string {
  const { files, chunks, chunkRequests, chunkBytes, rows, outputBytes, memory } = estimate;
  const beside = { requests: estimate.requests - chunkRequests, bytes: estimate.bytes - chunkBytes };
  return [
    "Expected",
    `  reads: ${plural(files, "file")}, ${plural(chunks, "chunk")}, ${plural(chunkRequests, "request")}, ${chunkBytes} bytes`,
    ...(beside.requests > 0
      ? [`  beside them, for headers and indexes: ${plural(beside.requests, "request")}, ${beside.bytes} bytes`]
      : []),
    `  rows: ${rows} before filters; output about ${outputBytes} bytes; buffers ${memory} bytes a job`,
  ].join("\n");
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
