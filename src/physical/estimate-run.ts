import type { ReadCounters } from "../format/contract.js";
import { costTogether, type FetchedRef, isFetched } from "../format/fetch-together.js";
import type { PhysicalPlan, TablePlan, Task } from "../plan/run.js";
import type { ScanResources } from "../scan/member-cache.js";
import { costOf } from "../scan/ref-cost.js";
import { taskScans } from "../scan/task-scans.js";
import { type PlannedRead, walkReads } from "../scan/walk-reads.js";
import { wantedColumns } from "../scan/wanted-columns.js";
import { boxShape, sizeOf } from "../schema/box.js";
import { cellBytes, valueBytes } from "./cell-bytes.js";
import { countChunks } from "./count-chunks.js";

/** What a run will take, found by locating chunks and reading none of them. */
export interface RunEstimate {
  /** Files that are read. */
  readonly files: number;
  /** Chunks that are decoded, as the run counts them. */
  readonly chunks: number;
  /** Chunks of the wanted variables that no slice meets. */
  readonly pruned: number;
  /** Requests and bytes of one process that runs all tasks, with those that open the files and walk their indexes. */
  readonly requests: number;
  readonly bytes: number;
  /** Of these, what fetches stored chunks; of remote files, what they take joined into requests, if nothing has to be tried again. */
  readonly chunkRequests: number;
  readonly chunkBytes: number;
  /** Rows before the residual predicate. */
  readonly rows: number;
  /** A guess: the stored size of what is read, cut to the rows. */
  readonly outputBytes: number;
  /** Bytes of memory that buffers of one job may take. */
  readonly memory: number;
}

/** Resources that count what they read, as `MemberCache` does. */
export interface CountedResources extends ScanResources {
  readonly counters?: ReadCounters;
}

/** A batch is held as stored, decoded and encoded. */
const COPIES = 3;

/** @throws what opening and locating throw */
export async function estimateRun(plan: PhysicalPlan, resources: CountedResources): Promise<RunEstimate> {
  const total = { chunks: 0, requests: 0, bytes: 0, rows: 0, outputBytes: 0, memory: 0 };
  const files = new Set<string>();
  const before = resources.counters ?? { requests: 0, bytes: 0 };
  for (const task of plan.tasks) {
    const table = plan.tables[task.table];
    if (!table) continue;
    const perCell = cellBytes(table.group, wantedColumns(table));
    const perRow = table.output.reduce((sum, { column }) => sum + outputBytes(table.group.columns[column]), 0);
    let [rows, stored, decoded] = [0, 0, 0];
    for await (const read of walkTask(table, task, resources)) {
      if (read.kind === "rows") {
        rows += read.rows;
        total.memory = Math.max(total.memory, COPIES * read.cells * perCell);
        continue;
      }
      files.add(read.member.dataset.source.url);
      decoded += sizeOf(boxShape(read.box)) * read.variable.dtype.size;
      const fetched: FetchedRef[] = [];
      for await (const ref of read.variable.locate(read.box, read.member.context)) {
        const { chunks, requests, bytes } = costOf(ref);
        total.chunks += chunks;
        if (isFetched(ref)) fetched.push(ref);
        else {
          total.requests += requests;
          total.bytes += bytes;
        }
        stored += (bytes * overlapOf(ref, read.box)) / Math.max(1, sizeOf(ref.shape));
      }
      if (fetched.length === 0) continue;
      const { requests, bytes } = await costTogether(fetched, read.member.context);
      total.requests += requests;
      total.bytes += bytes;
    }
    // For the blocks of an order, more may be read than comes out.
    rows = Math.min(rows, task.rows);
    total.rows += rows;
    total.outputBytes += Math.ceil(rows * perRow * Math.min(1, decoded > 0 ? stored / decoded : 1));
  }
  const after = resources.counters ?? before;
  const { pruned } = countChunks(plan);
  return {
    files: files.size,
    ...total,
    pruned,
    chunkRequests: total.requests,
    chunkBytes: total.bytes,
    requests: total.requests + after.requests - before.requests,
    bytes: total.bytes + after.bytes - before.bytes,
  };
}

async function* walkTask(table: TablePlan, task: Task, resources: ScanResources): AsyncIterable<PlannedRead> {
  for await (const { scan, part } of taskScans(table, task, resources)) yield* walkReads(scan, part, resources);
}

function outputBytes(column: Parameters<typeof valueBytes>[0] | undefined): number {
  return column?.role === "data" || column?.role === "auxiliary" ? valueBytes(column) : 0;
}

/** Cells of a ref that the box wants. */
function overlapOf(
  ref: { readonly origin: readonly number[]; readonly shape: readonly number[] },
  box: readonly { start: number; stop: number }[],
): number {
  return ref.origin.reduce((n, from, d) => {
    const range = box[d] as { start: number; stop: number };
    return n * Math.max(0, Math.min(range.stop, from + (ref.shape[d] as number)) - Math.max(range.start, from));
  }, 1);
}
