import { resolve } from "node:path";
import { resolveInputs } from "../archive/inputs.js";
import type { Archive, Member } from "../archive/model.js";
import { openArchive } from "../archive/open-archive.js";
import { GraticuleError, withoutSecrets } from "../errors.js";
import { parseExpr } from "../expr/parse.js";
import { readContext } from "../format/read-context.js";
import { countPartitions } from "../physical/count-partitions.js";
import { planConvert } from "../physical/plan-convert.js";
import { leftWhole } from "../plan/left-whole.js";
import { nameFile } from "../plan/name-file.js";
import type { SinkSpec } from "../plan/nodes.js";
import { parsePartition } from "../plan/partition-keys.js";
import type { PhysicalPlan } from "../plan/run.js";
import { parseSortKeys } from "../plan/sort-keys.js";
import { parseGeoBox } from "../plan/subset.js";
import { MemberCache } from "../scan/member-cache.js";
import { checkColumnOptions } from "../sink/column-options.js";
import { beginRun } from "../sink/commit/begin.js";
import { checkDestination } from "../sink/commit/check-destination.js";
import type { Lock } from "../sink/commit/held-lock.js";
import { type DestinationLayout, hasState, layoutOf } from "../sink/commit/layout.js";
import { withLock } from "../sink/commit/lock.js";
import { readLatest } from "../sink/commit/snapshot.js";
import { alignWithDataset } from "../sink/commit/tables.js";
import { describeTable } from "../sink/describe-table.js";
import { pathOf } from "../store/file.js";
import { type KeepingStore, keepOpened } from "../store/keep-opened.js";
import { openStore } from "../store/open-store.js";
import { outputPath } from "../store/output/open-output.js";
import { isRemoteUrl } from "../store/scheme.js";
import { carryOut, nothingNew } from "./carry-out.js";
import { type CheckedRequest, checkHooks, checkRequest } from "./check-request.js";
import { chooseNew } from "./choose-new.js";
import type { ConvertRequest } from "./convert-request.js";
import type { ConvertResult } from "./convert-result.js";
import { createdBy } from "./created-by.js";
import { emptyTables } from "./empty-tables.js";
import { layOutSky } from "./lay-out-sky.js";
import { leftTables, warnOfLargeChunks } from "./plan-warnings.js";
import { predict } from "./predict.js";
import { columnNames, storedNames } from "./renamed-vars.js";
import { type RunHooks, type Warnings, warningsTo } from "./run-hooks.js";
import { shareMemory } from "./share-memory.js";
import { sinkOf } from "./sink-of.js";
import { subsetKey } from "./subset-key.js";

/**
 * Archives to Parquet: the main job, as `graticule convert` runs it.
 *
 * @throws `usage`, `not-found`, `conflict` before anything is written; afterwards the first task's error, with what is finished
 * kept for `resume`
 */
export async function convert(asked: ConvertRequest, asHeard: RunHooks = {}): Promise<ConvertResult> {
  const request = checkRequest(asked);
  const job = jobOf(request, checkHooks("the second argument of convert", asHeard));
  try {
    if (request.dryRun) return await planAnd(job, ({ run }) => predict(job, run));
    // Where something is already, nobody may change it between our looking and our writing; elsewhere a request that makes no
    // sense leaves no trace.
    if (await hasState(job.layout)) return await withLock(job.layout, (lock) => write(job, lock));
    await checkDestination(job.layout, job.mode);
    return await planAnd(job, (planned) =>
      withLock(job.layout, async (lock) => {
        // Planned without a look at what another writer has added since.
        if (await readLatest(job.layout)) await checkDestination(job.layout, "create");
        return begin(job, planned, lock);
      }),
    );
  } finally {
    await closeJob(job);
  }
}

/** A request whose tables, tasks and slabs are known, and nothing of its values read. */
export interface PlannedRequest {
  readonly run: PhysicalPlan;
  /** The files stay open from one to the next. */
  readonly store: KeepingStore;
  close(): Promise<void>;
}

/** Plans without a look at the destination. */
export async function planOnly(request: CheckedRequest, hooks: RunHooks): Promise<PlannedRequest> {
  const job = jobOf(request, hooks);
  try {
    const planned = await planOf(job);
    if (!planned) throw new GraticuleError("internal", "only what is added to a dataset can be there already");
    return { run: planned.run, store: job.store, close: () => closeJob(job) };
  } catch (error) {
    await closeJob(job);
    throw error;
  }
}

function jobOf(request: CheckedRequest, hooks: RunHooks): Job {
  const store = keepOpened(openStore());
  return {
    request,
    hooks,
    layout: layoutOf(outputPath(request.out)),
    mode: request.mode ?? "create",
    started: performance.now(),
    warnings: warningsTo(hooks),
    store,
    context: readContext({ store, ...(hooks.signal && { signal: hooks.signal }) }),
  };
}

async function closeJob({ context, store }: Job): Promise<void> {
  await context.close();
  await store.close();
}

interface Job {
  readonly request: CheckedRequest;
  readonly hooks: RunHooks;
  readonly layout: DestinationLayout;
  readonly mode: SinkSpec["mode"];
  readonly started: number;
  readonly warnings: Warnings;
  readonly context: ReturnType<typeof readContext>;
  /** The files are described, planned and predicted from one opening each. */
  readonly store: KeepingStore;
}

async function write(job: Job, lock: Lock): Promise<ConvertResult> {
  await checkDestination(job.layout, job.mode);
  return planAnd(job, (planned) => begin(job, planned, lock));
}

interface Planned {
  readonly run: PhysicalPlan;
  /** Parts of the dataset that it makes anew. */
  readonly replaced: readonly string[];
}

async function planAnd(job: Job, work: (planned: Planned) => Promise<ConvertResult>): Promise<ConvertResult> {
  const planned = await planOf(job);
  return planned ? work(planned) : nothingNew(job.layout, job, job.warnings.all);
}

/** Null where what would be added is there already. */
async function planOf(job: Job): Promise<Planned | null> {
  const { request, warnings } = job;
  const urls = await resolveInputs(request.inputs, { warn: warnings.add, store: job.store });
  const archive = await openArchive(urls, archiveOptions(job), job.context);
  for (const text of archive.warnings) warnings.add(text);
  const fresh = job.mode === "append" ? await withoutLoaded(archive, urls, job) : { archive, replaced: [] };
  if (!fresh) return null;
  const members = fresh.archive.members.map(fromAnywhere);
  return { run: await planRequest({ ...fresh.archive, members }, job), replaced: fresh.replaced };
}

/** A run is resumed, and a dataset added to, from other folders too. */
function fromAnywhere(member: Member): Member {
  return isRemoteUrl(member.url) ? member : { ...member, url: resolve(pathOf(member.url)) };
}

/** From here on the run can be resumed. */
async function begin(job: Job, { run: planned, replaced }: Planned, lock: Lock): Promise<ConvertResult> {
  const { layout, mode, warnings, hooks } = job;
  await checkDestination(layout, mode);
  const areFits = planned.members.every((member) => member.format === "fits");
  const descriptions = await Promise.all(planned.tables.map((table) => describeTable(table, createdBy(), areFits)));
  const run = mode === "append" ? await alignWithDataset(layout, planned, descriptions) : planned;
  const { workers } = shareMemory(job.request, warnings.add);
  const { file } = await beginRun(layout, run, descriptions, {
    workers,
    subset: subsetKey(job.request),
    ...(replaced.length > 0 && { replaced }),
    ...(job.request.keepReplaced && { keepsReplaced: true }),
  });
  const { requests, bytes } = job.context.counters;
  return carryOut(layout, file, workers, lock, { started: job.started, planning: { requests, bytes } }, warnings, hooks);
}

function archiveOptions({ request, store }: Job) {
  const vars = storedNames(request);
  return {
    store,
    // A predicate may name variables that are not wanted in the output.
    ...(vars && request.where === undefined && { vars }),
    ...(request.table !== undefined && { table: request.table }),
    ...(request.align !== undefined && { align: request.align }),
    ...(request.onDuplicateTime && { onDuplicateTime: request.onDuplicateTime }),
    ...(request.skipDamaged && { skipDamaged: true }),
    ...(request.withSource && { withSource: true }),
    ...(request.withScalars && { withScalars: true }),
    ...(request.rename && { rename: request.rename }),
    ...(request.units && { units: request.units }),
    ...(request.dtype && { dtype: request.dtype }),
    ...(request.validRange && { validRange: request.validRange }),
  };
}

/** What is new of the inputs, and the parts that it replaces; null where there is nothing. */
async function withoutLoaded(
  archive: Archive,
  urls: readonly string[],
  job: Job,
): Promise<{ archive: Archive; replaced: readonly string[] } | null> {
  const { layout, context, warnings, request } = job;
  const { wanted, loaded, changed, replaced } = await chooseNew(layout, archive, subsetKey(request), (member) =>
    withoutSecrets(fromAnywhere(member).url),
  );
  if (loaded > 0) warnings.add(`${loaded} of ${urls.length} inputs are in the dataset already and are left out`);
  if (changed > 0)
    warnings.add(`${changed} of ${urls.length} inputs have changed since they were loaded: ${replaced.length} parts are replaced`);
  if (loaded === 0) return { archive, replaced };
  const rest = urls.filter((url) => wanted.has(url));
  return rest.length === 0 ? null : { archive: await openArchive(rest, archiveOptions(job), context), replaced };
}

async function planRequest(archive: Archive, { request, layout, hooks, mode, warnings, store }: Job): Promise<PhysicalPlan> {
  const sink = sinkOf(request, layout.dest, mode);
  const vars = columnNames(request);
  const { workers, data } = shareMemory(request, warnings.add);
  warnOfLargeChunks(archive, workers, data, warnings.add);
  const resources = new MemberCache(archive.members, { store, signal: hooks.signal });
  try {
    const subset = {
      ...(request.bbox !== undefined && { bbox: parseGeoBox(request.bbox) }),
      ...(request.time !== undefined && { time: request.time }),
      ...(request.where !== undefined && { where: parseExpr(request.where) }),
    };
    const { run } = await planConvert(
      archive,
      {
        sink,
        ...(vars && { vars }),
        ...subset,
        ...(request.order && { order: request.order }),
        ...(request.partitionBy !== undefined && { partitionBy: parsePartition(request.partitionBy) }),
        ...(request.sortBy !== undefined && { sortBy: parseSortKeys(request.sortBy) }),
      },
      {
        jobs: workers,
        memory: data,
        recipe: recipeOf(request),
        resources,
        ...(request.partBytes !== undefined && { partBytes: request.partBytes }),
      },
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
    checkColumnOptions(sink, run.tables);
    for (const table of run.tables) countPartitions(table);
    if (layout.single && request.partitionBy !== undefined)
      throw new GraticuleError("usage", "one file cannot be parted into folders", {
        file: layout.dest,
        hint: "name a folder in place of a file that ends in .parquet",
      });
    for (const text of leftWhole(
      run.tables.map(({ group }) => group),
      subset,
    ))
      warnings.add(text);
    for (const text of leftTables(run, request)) warnings.add(text);
    for (const text of emptyTables(run)) warnings.add(text);
    return request.layout === "hats" && !request.dryRun ? await layOutSky(run, resources, request.partBytes) : run;
  } catch (error) {
    throw nameFile(error, archive);
  } finally {
    await resources.close();
  }
}

/** What makes two requests the same run: not where its workers run or how many they are. */
function recipeOf({
  jobs: _jobs,
  memory: _memory,
  dryRun: _dryRun,
  keepReplaced: _keepReplaced,
  ...recipe
}: CheckedRequest): unknown {
  return recipe;
}
