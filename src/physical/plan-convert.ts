import type { Archive, TableGroup } from "../archive/model.js";
import { type OptimizerObserver, optimizePlan } from "../optimizer/optimize.js";
import { buildConvertPlan, type ConvertRequest } from "../plan/build-convert.js";
import type { LogicalPlan } from "../plan/nodes.js";
import type { PhysicalPlan } from "../plan/run.js";
import { nodesOf, scanOf } from "../plan/walk.js";
import { planSources } from "../scan/load-auxiliaries.js";
import type { ScanResources } from "../scan/member-cache.js";
import { planOrder, type TableOrder } from "./plan-order.js";
import { planRun, type RunOptions } from "./plan-run.js";

export interface PlanConvertOptions extends Omit<RunOptions, "sink" | "orders"> {
  /** Opens members while planning, for coordinates over several axes that filters name. */
  readonly resources?: ScanResources;
  readonly observe?: OptimizerObserver;
}

export interface PlannedConversion {
  readonly logical: LogicalPlan;
  readonly optimized: LogicalPlan;
  readonly run: PhysicalPlan;
}

/** From what is asked to the tasks: build, optimise, plan. @throws what building and reading coordinates throw */
export async function planConvert(
  archive: Archive,
  request: ConvertRequest,
  options: PlanConvertOptions,
): Promise<PlannedConversion> {
  const logical = buildConvertPlan(archive, request);
  const optimized = await optimizeForArchive(logical, archive, options);
  const orders = await ordersOf(optimized, archive, options);
  return { logical, optimized, run: planRun(optimized, archive, { ...options, orders, sink: request.sink }) };
}

/** How the rows of those tables come out that are sorted, or whose own order runs across files. */
async function ordersOf(
  { roots }: LogicalPlan,
  archive: Archive,
  { memory, jobs, resources }: PlanConvertOptions,
): Promise<ReadonlyMap<string, TableOrder>> {
  const orders = new Map<string, TableOrder>();
  for (const root of roots) {
    const scan = scanOf(root);
    const group = archive.tables.find(({ name }) => name === scan.table);
    if (!group) continue;
    const nodes = nodesOf(root);
    const sort = nodes.find((node) => node.op === "sort");
    const isAcross = nodes.some((node) => node.op === "rechunk") && !isStoredInOrder(group);
    if (!sort && !isAcross) continue;
    const table = { group, output: [], selection: scan.selection ?? group.axes.map(() => null), residual: null };
    // Every worker makes the order for itself, and so does the one that plans.
    orders.set(scan.table, await planOrder(table, sort?.keys ?? [], memory / (jobs + 1), resources));
  }
  return orders;
}

/** Whether files follow each other in the array's own order. */
function isStoredInOrder({ joined, segments }: TableGroup): boolean {
  return joined === null || joined === 0 || segments.length < 2;
}

/** Optimises a plan over the tables of an archive. */
export async function optimizeForArchive(
  logical: LogicalPlan,
  archive: Archive,
  { resources, observe }: Pick<PlanConvertOptions, "resources" | "observe"> = {},
): Promise<LogicalPlan> {
  const sources = await planSources(archive.tables, logical, resources);
  return optimizePlan(logical, sources, observe ? { observe } : {});
}
