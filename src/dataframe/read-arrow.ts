import type { Schema as ArrowSchema, RecordBatch } from "apache-arrow";
import { type Arrow, arrowSchemaOf } from "../arrow/arrow-types.js";
import { GraticuleError } from "../errors.js";
import { readTask } from "../physical/read-task.js";
import type { PhysicalPlan, TablePlan } from "../plan/run.js";
import { MemberCache } from "../scan/member-cache.js";
import { recordBatchOf } from "../sink/arrow/record-batch.js";
import { arrowStreamWriter } from "../sink/arrow/stream-writer.js";
import { describeTable } from "../sink/describe-table.js";
import { type CheckedRequest, checkHooks, checkRequest } from "./check-request.js";
import { planOnly } from "./convert.js";
import type { ConvertRequest } from "./convert-request.js";
import { createdBy } from "./created-by.js";
import type { RunHooks } from "./run-hooks.js";

/** What is read as Arrow: as `convert` is asked, without what concerns a destination. */
export type ReadArrowRequest = Pick<
  ConvertRequest,
  | "inputs"
  | "vars"
  | "bbox"
  | "time"
  | "where"
  | "table"
  | "order"
  | "sortBy"
  | "units"
  | "dtype"
  | "validRange"
  | "rename"
  | "withSource"
  | "withScalars"
  | "align"
  | "onDuplicateTime"
  | "skipDamaged"
  | "memory"
>;

export interface ArrowRows {
  /** Metadata of fields and schema as in the Parquet that `convert` writes. */
  readonly schema: ArrowSchema;
  /** The rows, in the order of the table's storage; can be gone through once. Ends the reading where it is left early. */
  readonly batches: AsyncGenerator<RecordBatch>;
}

/**
 * The rows of one table of an archive as Arrow record batches, read as they are asked for. Columns of full-precision data are views
 * of what was decoded.
 *
 * @throws `usage` where the inputs have several tables and none is chosen, and what `convert` throws
 */
export async function readArrow(asked: ReadArrowRequest, asHeard: RunHooks = {}): Promise<ArrowRows> {
  const hooks = checkHooks("the second argument of readArrow", asHeard);
  const request: CheckedRequest = checkRequest({ ...asked, out: "-" });
  if (request.validRange === "report")
    throw new GraticuleError("usage", "Arrow rows come without a report: what lies outside of the valid range can be masked", {
      hint: "`inspect --stats` counts it",
    });
  const arrow = await import("apache-arrow");
  const { run, store, close } = await planOnly(request, hooks);
  try {
    const table = onlyTable(run);
    const description = await describeTable(table, createdBy());
    const { "ARROW:schema": _own, ...metadata } = description.keyValues;
    const schema = arrowSchemaOf(arrow, { fields: description.fields, metadata });
    const cache = new MemberCache(run.members, { store, ...(hooks.signal && { signal: hooks.signal }) });
    const finish = async (): Promise<void> => {
      await cache.close();
      await close();
    };
    return { schema, batches: batchesOf(arrow, schema, run, cache, finish) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* batchesOf(
  arrow: Arrow,
  schema: ArrowSchema,
  run: PhysicalPlan,
  cache: MemberCache,
  finish: () => Promise<void>,
): AsyncGenerator<RecordBatch> {
  try {
    for (const task of run.tasks)
      for await (const batch of readTask(run, task, cache, "own")) {
        cache.signal?.throwIfAborted();
        const rows = recordBatchOf(arrow, schema, batch);
        if (rows.numRows > 0) yield rows;
      }
    await cache.verify();
  } finally {
    await finish();
  }
}

function onlyTable({ tables }: PhysicalPlan): TablePlan {
  const [table, ...others] = tables;
  if (table && others.length === 0) return table;
  throw new GraticuleError("usage", `Arrow rows are of one table; the inputs have ${tables.length}`, {
    hint: `choose one with --table or --vars: ${tables.map(({ group }) => group.name).join(", ")}`,
  });
}

/** An Arrow IPC stream of the rows, piece by piece. */
export async function* arrowStream(request: ReadArrowRequest, hooks: RunHooks = {}): AsyncGenerator<Uint8Array> {
  const { schema, batches } = await readArrow(request, hooks);
  const writer = arrowStreamWriter(await import("apache-arrow"), schema);
  for await (const batch of batches) yield* writer.add(batch);
  yield* writer.finish();
}
