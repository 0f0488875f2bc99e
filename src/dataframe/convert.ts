import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { resolveInputs } from "../archive/inputs.js";
import type { Archive } from "../archive/model.js";
import { openArchive } from "../archive/open-archive.js";
import { GraticuleError } from "../errors.js";
import { executeRun, type Progress } from "../execute/execute-run.js";
import { peakMemory } from "../execute/peak-memory.js";
import { parseExpr } from "../expr/parse.js";
import { ownRoot } from "../format/discover.js";
import { readContext } from "../format/read-context.js";
import { countChunks } from "../physical/count-chunks.js";
import { estimateRun } from "../physical/estimate-run.js";
import { planConvert } from "../physical/plan-convert.js";
import type { SinkSpec } from "../plan/nodes.js";
import type { PhysicalPlan, TablePlan } from "../plan/run.js";
import { parseGeoBox } from "../plan/subset.js";
import { MemberCache } from "../scan/member-cache.js";
import { makeFolder } from "../sink/commit/atomic.js";
import { beginRun, checkDestination } from "../sink/commit/begin.js";
import { type DestinationLayout, layoutOf } from "../sink/commit/layout.js";
import { acquireLock } from "../sink/commit/lock.js";
import { readMarkers } from "../sink/commit/markers.js";
import { writeReport } from "../sink/commit/report.js";
import { type RunFile, readRun, unfinishedRun } from "../sink/commit/run-file.js";
import { ledgerKey, readLatest, readLedger, type Snapshot } from "../sink/commit/snapshot.js";
import { describeTable } from "../sink/describe-table.js";
import { type ConvertRequest, parseCompression } from "./convert-request.js";
import { type ConvertResult, tablesOf } from "./convert-result.js";

export interface RunHooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onWarning?: (text: string) => void;
}

const DEFAULT_MEMORY = 1e9;
const DEFAULT_ROW_GROUP = 1 << 20;
/** A worker thread before it holds any data: its heap and its code. */
const WORKER_MEMORY = 40e6;

/**
 * Archives to Parquet: the main job, as `graticule convert` runs it.
 *
 * @throws `usage`, `not-found`, `conflict` before anything is written; afterwards the first task's error, with what is finished
 * kept for `resume`
 */
export async function convert(request: ConvertRequest, hooks: RunHooks = {}): Promise<ConvertResult> {
  const started = performance.now();
  const layout = layoutOf(request.out);
  const mode = request.mode ?? "create";
  if (!request.dryRun) checkDestination(layout, mode);
  const warnings = warningsTo(hooks);
  const context = readContext(hooks.signal ? { signal: hooks.signal } : {});
  try {
    const urls = await resolveInputs(request.inputs, { warn: warnings.add });
    const archive = await openArchive(urls, archiveOptions(request), context);
    for (const text of archive.warnings) warnings.add(text);
    const fresh = mode === "append" ? await withoutLoaded(archive, urls, layout, request, context, warnings.add) : archive;
    if (!fresh) return nothingNew(layout, started, warnings.all);
    const run = await planRequest(fresh, request, layout, hooks, warnings.add);
    if (request.dryRun) return await predict(run, layout, jobsOf(request), started, warnings.all, hooks);
    return await withLock(layout, async () => {
      checkDestination(layout, mode);
      const begun = beginRun(layout, run, await Promise.all(run.tables.map((table) => describeTable(table, createdBy()))));
      return carryOut(layout, begun.file, jobsOf(request), started, warnings, hooks);
    });
  } finally {
    await context.close();
  }
}

/**
 * Finishes the run that was interrupted at a destination; tasks that are done are not done again.
 *
 * @throws `not-found` where there is neither a run nor a dataset
 */
export async function resume(dest: string, options: { jobs?: number } = {}, hooks: RunHooks = {}): Promise<ConvertResult> {
  const started = performance.now();
  const layout = layoutOf(dest);
  const warnings = warningsTo(hooks);
  if (!unfinishedRun(layout) && !readLatest(layout))
    throw new GraticuleError("not-found", "there is no run to resume", {
      file: layout.dest,
      hint: "`graticule convert` begins one",
    });
  return withLock(layout, async () => {
    const run = unfinishedRun(layout);
    if (!run) return nothingNew(layout, started, warnings.all);
    return carryOut(layout, readRun(run), options.jobs ?? availableParallelism(), started, warnings, hooks);
  });
}

interface Warnings {
  readonly all: string[];
  readonly add: (text: string) => void;
}

function warningsTo(hooks: RunHooks): Warnings {
  const all: string[] = [];
  const add = (text: string): void => {
    if (all.includes(text)) return;
    all.push(text);
    hooks.onWarning?.(text);
  };
  return { all, add };
}

async function withLock<T>(layout: DestinationLayout, work: () => Promise<T>): Promise<T> {
  makeFolder(layout.state);
  const lock = acquireLock(layout.lock);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function archiveOptions(request: ConvertRequest) {
  return {
    // A predicate may name variables that are not wanted in the output.
    ...(request.vars && request.where === undefined && { vars: request.vars }),
    ...(request.table !== undefined && { table: request.table }),
    ...(request.align !== undefined && { align: request.align }),
    ...(request.onDuplicateTime && { onDuplicateTime: request.onDuplicateTime }),
    ...(request.withSource && { withSource: true }),
    ...(request.withScalars && { withScalars: true }),
    ...(request.rename && { rename: request.rename }),
  };
}

/** The archive of the inputs that are not in the dataset yet; null where all are. */
async function withoutLoaded(
  archive: Archive,
  urls: readonly string[],
  layout: DestinationLayout,
  request: ConvertRequest,
  context: Parameters<typeof openArchive>[2],
  warn: (text: string) => void,
): Promise<Archive | null> {
  const ledger = readLedger(layout);
  const loaded = new Set(archive.members.filter((member) => ledger.has(ledgerKey(member))).map((member) => member.url));
  if (loaded.size === 0) return archive;
  warn(`${loaded.size} of ${urls.length} inputs are in the dataset already and are left out`);
  const rest = urls.filter((url) => !loaded.has(url));
  return rest.length === 0 ? null : openArchive(rest, archiveOptions(request), context);
}

async function planRequest(
  archive: Archive,
  request: ConvertRequest,
  layout: DestinationLayout,
  hooks: RunHooks,
  warn: (text: string) => void,
): Promise<PhysicalPlan> {
  const sink: SinkSpec = {
    format: "parquet",
    dest: layout.dest,
    compression: parseCompression(request.compression ?? "zstd"),
    rowGroupRows: request.rowGroupRows ?? DEFAULT_ROW_GROUP,
    mode: request.mode ?? "create",
  };
  const jobs = jobsOf(request);
  const memory = request.memory ?? DEFAULT_MEMORY;
  warnOfLargeChunks(archive, jobs, memory, warn);
  const resources = new MemberCache(archive.members, hooks.signal ? { signal: hooks.signal } : {});
  try {
    const { run } = await planConvert(
      archive,
      {
        sink,
        ...(request.vars && { vars: request.vars }),
        ...(request.bbox !== undefined && { bbox: parseGeoBox(request.bbox) }),
        ...(request.time !== undefined && { time: request.time }),
        ...(request.where !== undefined && { where: parseExpr(request.where) }),
        ...(request.order && { order: request.order }),
      },
      { jobs, memory, recipe: recipeOf(request), resources },
    );
    if (layout.single && run.tables.length > 1)
      throw new GraticuleError(
        "usage",
        `one file cannot hold ${run.tables.length} tables: ${run.tables.map((t) => t.group.name).join(", ")}`,
        {
          file: layout.dest,
          hint: "name a folder, or choose one table with --table or --vars",
        },
      );
    return run;
  } finally {
    await resources.close();
  }
}

/** What makes two requests the same run: not where its workers run or how many they are. */
function recipeOf({ jobs: _jobs, memory: _memory, dryRun: _dryRun, ...recipe }: ConvertRequest): unknown {
  return recipe;
}

function jobsOf(request: ConvertRequest): number {
  return request.jobs ?? availableParallelism();
}

/** Every worker holds a decoded chunk and what it makes of it: less memory than that cannot do. */
function warnOfLargeChunks(archive: Archive, jobs: number, memory: number, warn: (text: string) => void): void {
  const pieces = archive.tables.flatMap((table) => table.segments.flatMap((segment) => segment.pieces));
  const largest = pieces.reduce((most, piece) => {
    const bytes = piece?.chunks ? piece.chunks.reduce((n, length) => n * length, piece.elementSize) : 0;
    return Math.max(most, bytes);
  }, 0);
  const need = jobs * 2 * largest;
  if (need > memory)
    warn(
      `chunks of ${Math.round(largest / 1e6)} MB need about ${Math.round(need / 1e6)} MB with ${jobs} workers, more than the ${Math.round(memory / 1e6)} MB of --memory`,
    );
}

async function predict(
  run: PhysicalPlan,
  layout: DestinationLayout,
  jobs: number,
  started: number,
  warnings: readonly string[],
  hooks: RunHooks,
): Promise<ConvertResult> {
  const resources = new MemberCache(run.members, hooks.signal ? { signal: hooks.signal } : {});
  try {
    const { files, chunks, pruned, requests, bytes, rows, outputBytes, memory } = await estimateRun(run, resources);
    const parts = run.tasks.map((task) => ({
      table: (run.tables[task.table] as TablePlan).group.name,
      rows: task.rows,
      bytes: rows > 0 ? Math.round((outputBytes * task.rows) / rows) : 0,
    }));
    return {
      dest: layout.dest,
      dry_run: true,
      tables: tablesOf(run, parts),
      reads: { files, chunks, pruned, requests, bytes },
      peak_memory: peakMemory() + Math.min(jobs, run.tasks.length) * (memory + WORKER_MEMORY),
      seconds: secondsSince(started),
      warnings,
    };
  } finally {
    await resources.close();
  }
}

async function carryOut(
  layout: DestinationLayout,
  file: RunFile,
  jobs: number,
  started: number,
  warnings: Warnings,
  hooks: RunHooks,
): Promise<ConvertResult> {
  const snapshot = await executeRun(layout.dest, file, {
    jobs,
    ...(hooks.signal && { signal: hooks.signal }),
    ...(hooks.onProgress && { onProgress: hooks.onProgress }),
    onWarning: warnings.add,
  });
  const result = resultOf(layout, file, snapshot, started, warnings.all);
  writeReport(layout, snapshot, result);
  return result;
}

function resultOf(
  layout: DestinationLayout,
  file: RunFile,
  snapshot: Snapshot,
  started: number,
  warnings: readonly string[],
): ConvertResult {
  const markers = [...readMarkers(layout.run(file.plan.runId)).values()];
  const sum = (key: "chunks" | "requests" | "bytes"): number => markers.reduce((n, marker) => n + marker.reads[key], 0);
  const own = new Set(snapshot.parts.slice(file.plan.sink.mode === "append" ? snapshot.parts.length - newParts(file, markers) : 0));
  return {
    dest: layout.dest,
    tables: tablesOf(file.plan, [...own]),
    reads: {
      files: file.plan.members.length,
      chunks: sum("chunks"),
      pruned: countChunks(file.plan).pruned,
      requests: sum("requests"),
      bytes: sum("bytes"),
    },
    peak_memory: peakMemory(),
    seconds: secondsSince(started),
    warnings,
  };
}

/** Parts that the run itself added: one per task with rows, one per table without any. */
function newParts(file: RunFile, markers: readonly { readonly task: number; readonly file: string | null }[]): number {
  const filled = markers.filter((marker) => marker.file !== null);
  const tables = new Set(filled.map((marker) => file.plan.tasks[marker.task]?.table));
  return filled.length + file.plan.tables.length - tables.size;
}

function nothingNew(layout: DestinationLayout, started: number, warnings: readonly string[]): ConvertResult {
  return {
    dest: layout.dest,
    tables: [],
    reads: { files: 0, chunks: 0, pruned: 0, requests: 0, bytes: 0 },
    peak_memory: peakMemory(),
    seconds: secondsSince(started),
    warnings,
  };
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}

/** As Parquet readers parse it: `name version x`. */
function createdBy(): string {
  const { version } = JSON.parse(readFileSync(join(ownRoot(), "package.json"), "utf8")) as { version: string };
  return `graticule version ${version}`;
}
