import type { Archive } from "../archive/model.js";
import { type OptimizerObserver, optimizePlan } from "../optimizer/optimize.js";
import { buildConvertPlan, type ConvertRequest } from "../plan/build-convert.js";
import type { LogicalPlan } from "../plan/nodes.js";
import type { PhysicalPlan } from "../plan/run.js";
import { planSources } from "../scan/load-auxiliaries.js";
import type { ScanResources } from "../scan/member-cache.js";
import { planRun, type RunOptions } from "./plan-run.js";

export interface PlanConvertOptions extends Omit<RunOptions, "sink"> {
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
  return { logical, optimized, run: planRun(optimized, archive, { ...options, sink: request.sink }) };
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
