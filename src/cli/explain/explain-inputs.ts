import { resolveInputs } from "../../archive/inputs.js";
import { type ArchiveOptions, openArchive } from "../../archive/open-archive.js";
import { sinkOf } from "../../dataframe/sink-of.js";
import { GraticuleError } from "../../errors.js";
import { parseExpr } from "../../expr/parse.js";
import { readContext } from "../../format/read-context.js";
import { estimateRun, type RunEstimate } from "../../physical/estimate-run.js";
import { explainPlan, type RuleStep } from "../../physical/explain-plan.js";
import { planConvert } from "../../physical/plan-convert.js";
import { leftWhole } from "../../plan/left-whole.js";
import { nameFile } from "../../plan/name-file.js";
import type { LogicalPlan, SinkSpec } from "../../plan/nodes.js";
import { parsePartition } from "../../plan/partition-keys.js";
import { parseSortKeys } from "../../plan/sort-keys.js";
import { parseGeoBox } from "../../plan/subset.js";
import { MemberCache } from "../../scan/member-cache.js";
import { checkColumnOptions } from "../../sink/column-options.js";

export interface ExplainRequest {
  readonly vars?: readonly string[];
  readonly bbox?: string;
  readonly time?: string;
  readonly where?: string;
  /** How files become tables. */
  readonly tables?: ArchiveOptions;
  readonly order: "storage" | "array";
  readonly sortBy?: string;
  readonly partitionBy?: string;
  readonly partBytes?: number;
  /** Workers, and bytes for the data of all of them: what a run would have. */
  readonly jobs: number;
  readonly memory: number;
  readonly verbose: boolean;
  /** How parts would be written; absent: as they are by default. */
  readonly sink?: SinkSpec;
  readonly signal?: AbortSignal | undefined;
}

/** What `explain --json` prints. */
export interface ExplainDocument {
  readonly logical: LogicalPlan;
  readonly rules: readonly string[];
  readonly optimized: LogicalPlan;
  readonly tables: readonly { readonly name: string; readonly tasks: number; readonly slabs: number; readonly rows: number }[];
  readonly expected: RunEstimate;
  readonly text: string;
  readonly warnings: readonly string[];
}

/** The plan of a conversion, without running it. @throws what opening, planning and locating throw; `unsupported` for SQL that is no query, and recipes */
export async function explainInputs(inputs: readonly string[], request: ExplainRequest): Promise<ExplainDocument> {
  refuseOthers(inputs);
  const { vars, bbox, time, where, tables, order, sortBy, partitionBy, jobs, memory, signal } = request;
  const context = readContext({ signal });
  const sink = request.sink ?? sinkOf({}, "<dest>", "create");
  const predicate = where === undefined ? undefined : parseExpr(where);
  const box = bbox === undefined ? undefined : parseGeoBox(bbox);
  const warnings: string[] = [];
  try {
    const urls = await resolveInputs(inputs, { warn: (text) => warnings.push(text) });
    const archive = await openArchive(urls, tables ?? (vars && !predicate ? { vars } : {}), context);
    const cache = new MemberCache(archive.members, { signal });
    try {
      const steps: RuleStep[] = [];
      const subset = {
        ...(box && { bbox: box }),
        ...(time !== undefined && { time }),
        ...(predicate && { where: predicate }),
      };
      const plan = await planConvert(
        archive,
        {
          ...(vars && { vars }),
          ...subset,
          order,
          ...(partitionBy !== undefined && { partitionBy: parsePartition(partitionBy) }),
          ...(sortBy !== undefined && { sortBy: parseSortKeys(sortBy) }),
          sink,
        },
        {
          jobs,
          memory,
          ...(request.partBytes !== undefined && { partBytes: request.partBytes }),
          recipe: { inputs, vars, bbox, time, where, order, sortBy, partitionBy },
          resources: cache,
          observe: (rule, before, after) => steps.push({ rule, before, after }),
        },
      );
      checkColumnOptions(sink, plan.run.tables);
      const groups = plan.run.tables.map(({ group }) => group);
      const estimate = await estimateRun(plan.run, cache);
      const text = await explainPlan({ ...plan, steps, estimate }, request.verbose, cache);
      return {
        logical: plan.logical,
        rules: steps.map(({ rule }) => rule),
        optimized: plan.optimized,
        tables: plan.run.tables.map(({ group }, at) => {
          const tasks = plan.run.tasks.filter((task) => task.table === at);
          const [slabs, rows] = tasks.reduce(([s, r], task) => [s + task.slabs.length, r + task.rows], [0, 0]);
          return { name: group.name, tasks: tasks.length, slabs, rows };
        }),
        expected: estimate,
        text,
        warnings: [...new Set([...warnings, ...archive.warnings, ...plan.run.warnings, ...leftWhole(groups, subset)])],
      };
    } catch (error) {
      throw nameFile(error, archive);
    } finally {
      await cache.close();
    }
  } finally {
    await context.close();
  }
}

function refuseOthers(inputs: readonly string[]): void {
  const [first = ""] = inputs;
  if (/^\s*(select|from|with)\s/i.test(first))
    throw new GraticuleError("unsupported", "explain knows of SQL only SELECT … FROM", {
      hint: "name the input files; --vars, --bbox, --time and --where say what is wanted of them",
    });
  if (inputs.length === 1 && /\.ya?ml$/i.test(first))
    throw new GraticuleError("unsupported", "explain does not know recipes yet: they come with `graticule run`", { file: first });
}
