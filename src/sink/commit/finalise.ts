import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findSegment } from "../../archive/find-segment.js";
import { GraticuleError } from "../../errors.js";
import { concatenateFiles } from "../../parquet/concatenate.js";
import { ParquetFileWriter } from "../../parquet/file-writer.js";
import type { TablePlan, Task } from "../../plan/run.js";
import { type ColumnRanges, uniteRanges } from "../column-ranges.js";
import { documents } from "../conventions/documents.js";
import { makeFolder, syncFolder, touch, writeAtomic } from "./atomic.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import { readMarkers, removeMarker, type TaskMarker, type TaskPart } from "./markers.js";
import { type RunFile, removeRun, unfinishedRuns } from "./run-file.js";
import { extendLedger, type HistoryEntry, type Part, publishSnapshot, readLatest, type Snapshot } from "./snapshot.js";
import { storedTables, uniteTables } from "./tables.js";

/**
 * The one committer. Every step can be repeated: what an earlier finaliser already did is recognised and kept. Order: an old
 * `_SUCCESS` away, parts into place, snapshot, LATEST, ledger, replaced parts away, `_SUCCESS`, staging away, done. So
 * `_SUCCESS` stands only where the folder holds exactly the parts of the current snapshot.
 *
 * @throws `temporary` where a task has no marker yet
 */
export function finalise(layout: DestinationLayout, run: RunLayout, file: RunFile): Snapshot {
  const { plan } = file;
  const markers = readMarkers(run);
  const missing = plan.tasks.filter((task) => !markers.has(task.id));
  if (missing.length > 0)
    throw new GraticuleError("temporary", `${missing.length} of ${plan.tasks.length} tasks are not done`, {
      file: layout.dest,
      hint: `\`graticule resume ${layout.dest}\` runs them`,
    });
  const latest = readLatest(layout);
  const already = latest?.number === file.snapshot && latest.runId === plan.runId ? latest : null;
  const snapshot = already ?? publish(layout, run, file, markers, latest);
  extendLedger(layout, plan.members, snapshot, file.subset, plan.sink.mode !== "append");
  if (!layout.single) {
    if (plan.sink.mode === "overwrite") removeOthers(layout, snapshot);
    touch(layout.success);
  }
  for (const { path, content } of documents(snapshot, layout)) writeAtomic(join(layout.state, path), content, false);
  rmSync(run.staging, { recursive: true, force: true });
  for (const other of unfinishedRuns(layout)) if (other.folder !== run.folder) removeRun(other);
  writeAtomic(run.done, JSON.stringify({ snapshot: snapshot.number }));
  return snapshot;
}

function publish(
  layout: DestinationLayout,
  run: RunLayout,
  file: RunFile,
  markers: ReadonlyMap<number, TaskMarker>,
  latest: Snapshot | null,
): Snapshot {
  const parts = layout.single ? [placeSingle(layout, run, file, markers)] : placeParts(layout, run, file, markers);
  const kept = file.plan.sink.mode === "append" ? latest : null;
  const { plan } = file;
  const snapshot: Snapshot = {
    version: 1,
    number: file.snapshot,
    previous: file.previous,
    runId: plan.runId,
    tables: uniteTables(kept?.tables ?? [], storedTables(plan, file.descriptions)),
    parts: [...(kept?.parts ?? []), ...parts],
    history: [...(kept?.history ?? []), historyOf(file)],
    sources: [...(kept?.sources ?? []), ...plan.members],
  };
  publishSnapshot(layout, snapshot);
  return snapshot;
}

function historyOf({ plan, descriptions, snapshot }: RunFile): HistoryEntry {
  const { recipe, leftOut, warnings } = plan;
  return {
    snapshot,
    at: new Date().toISOString(),
    by: descriptions[0]?.createdBy ?? "",
    mode: plan.sink.mode,
    ...(recipe !== undefined && { recipe }),
    ...(leftOut && { leftOut }),
    warnings,
  };
}

function placeParts(layout: DestinationLayout, run: RunLayout, file: RunFile, markers: ReadonlyMap<number, TaskMarker>): Part[] {
  const { plan } = file;
  makeFolder(layout.dest);
  rmSync(layout.success, { force: true });
  const parts: Part[] = [];
  for (const [t, table] of plan.tables.entries()) {
    const tasks = plan.tasks.filter((task) => task.table === t);
    const folder = join(layout.dest, table.path);
    makeFolder(folder);
    const placed = tasks.flatMap((task) => placeTask(layout, run, file, task, markers.get(task.id) as TaskMarker));
    parts.push(...(placed.length > 0 ? placed : [placeEmpty(layout, run, file, t, tasks)]));
    syncFolder(folder);
  }
  syncFolder(layout.dest);
  return parts;
}

function placeTask(layout: DestinationLayout, run: RunLayout, file: RunFile, task: Task, marker: TaskMarker): Part[] {
  const table = file.plan.tables[task.table] as TablePlan;
  const folders = new Set<string>();
  const parts = marker.parts.map((part) => {
    const path = pathOfPart(file, task, part);
    const target = join(layout.dest, path);
    if (part.folder !== "") makeFolder(dirname(target));
    moveIntoPlace(join(run.staging, part.staged.name), target, task, part);
    if (part.folder !== "") folders.add(dirname(target));
    return partOf(path, table, [task], file, part);
  });
  for (const folder of folders) syncFolder(folder);
  return parts;
}

/**
 * Relative to the destination, the same for every attempt of the task. Names sort as the rows go: first the snapshot, then the
 * task; the width follows the number of tasks.
 */
function pathOfPart(file: RunFile, task: Task, { folder, sequence }: Pick<TaskPart, "folder" | "sequence">): string {
  const width = Math.max(5, String(file.plan.tasks.length).length);
  const name = `part-${String(file.snapshot).padStart(5, "0")}-${String(task.id).padStart(width, "0")}`;
  const { path } = file.plan.tables[task.table] as TablePlan;
  return join(path, folder, `${name}${sequence === 0 ? "" : `-${sequence}`}.parquet`);
}

function moveIntoPlace(staged: string, target: string, task: Task, { bytes }: TaskPart): void {
  const path = existsSync(staged) ? staged : target;
  const found = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (found !== bytes)
    throw new GraticuleError("conflict", `the part of task ${task.id} should have ${bytes} bytes and has ${found}`, {
      file: path,
      hint: "something else changed it; `graticule resume` makes it anew",
    });
  if (path === staged) renameSync(staged, target);
}

/**
 * Forgets tasks whose part is not there as its marker says: a power cut, or somebody's hand, took it. They are run again.
 * @returns how many
 */
export function forgetLostTasks(layout: DestinationLayout, run: RunLayout, file: RunFile): number {
  const latest = readLatest(layout);
  if (latest?.number === file.snapshot && latest.runId === file.plan.runId) return 0;
  let lost = 0;
  for (const marker of readMarkers(run).values()) {
    const task = file.plan.tasks[marker.task];
    if (!task) continue;
    const isThere = ({ bytes, staged, ...part }: TaskPart): boolean => {
      const places = [join(run.staging, staged.name)];
      if (!layout.single) places.push(join(layout.dest, pathOfPart(file, task, part)));
      return places.some((path) => statSync(path, { throwIfNoEntry: false })?.size === bytes);
    };
    if (marker.parts.every(isThere)) continue;
    removeMarker(run, marker);
    lost++;
  }
  return lost;
}

/** A table without rows is a part with its schema. */
function placeEmpty(layout: DestinationLayout, run: RunLayout, file: RunFile, t: number, tasks: readonly Task[]): Part {
  const table = file.plan.tables[t] as TablePlan;
  const staged = join(run.staging, `empty-${t}.parquet`);
  makeFolder(run.staging);
  const written = new ParquetFileWriter(staged, file.descriptions[t] as RunFile["descriptions"][number]).finish();
  const path = join(table.path, `part-${String(file.snapshot).padStart(5, "0")}-empty.parquet`);
  renameSync(staged, join(layout.dest, path));
  return partOf(path, table, tasks, file, { ...written });
}

function placeSingle(layout: DestinationLayout, run: RunLayout, file: RunFile, markers: ReadonlyMap<number, TaskMarker>): Part {
  const { plan } = file;
  const table = plan.tables[0] as TablePlan;
  const staged = join(run.staging, "whole.parquet");
  const paths = plan.tasks.flatMap(({ id }) => markers.get(id)?.parts.map(({ staged }) => join(run.staging, staged.name)) ?? []);
  makeFolder(dirname(layout.dest));
  makeFolder(run.staging);
  const written = concatenateFiles(paths, staged, file.descriptions[0] as RunFile["descriptions"][number]);
  // A finaliser that was killed after this step has put exactly these bytes there.
  const there = plan.sink.mode === "create" ? statSync(layout.dest, { throwIfNoEntry: false }) : undefined;
  if (there && there.size !== written.bytes)
    throw new GraticuleError("conflict", "a file has appeared at the destination since the run began", {
      file: layout.dest,
      hint: "move it away and resume",
    });
  renameSync(staged, layout.dest);
  syncFolder(dirname(layout.dest));
  const ranges = rangesOf([...markers.values()].flatMap((marker) => marker.parts));
  return partOf("", table, plan.tasks, file, { ...written, ...(ranges && { ranges }) });
}

function partOf(
  path: string,
  table: TablePlan,
  tasks: readonly Task[],
  file: RunFile,
  written: Pick<Part, "rows" | "bytes" | "sha256" | "ranges">,
): Part {
  const members = new Set(tasks.flatMap((task) => task.slabs.flatMap((slab) => membersOf(table, findSegment(table.group, slab)))));
  return {
    path,
    table: table.group.name,
    rows: written.rows,
    bytes: written.bytes,
    sha256: written.sha256,
    ...(written.ranges && { ranges: written.ranges }),
    boxes: tasks.flatMap((task) => task.slabs),
    sources: [...members].flatMap((member) => file.plan.members[member]?.url ?? []),
  };
}

/** Of all parts together; undefined where one does not tell its own. */
function rangesOf(parts: readonly TaskPart[]): ColumnRanges | undefined {
  if (parts.some((part) => part.ranges === undefined)) return undefined;
  const names = new Set(parts.flatMap((part) => Object.keys(part.ranges ?? {})));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const range = uniteRanges(parts, name);
      return range ? [[name, range]] : [];
    }),
  );
}

function membersOf({ group }: TablePlan, segment: number): number[] {
  return (group.segments[segment]?.pieces ?? []).flatMap((piece) => (piece ? [piece.member] : []));
}

/** Parts that the snapshot does not name: replaced ones, and what a run that was given up had already put into place. */
function removeOthers(layout: DestinationLayout, snapshot: Snapshot): void {
  const current = new Set(snapshot.parts.map((part) => part.path));
  const folders = new Set<string>();
  for (const path of readdirSync(layout.dest, { recursive: true, encoding: "utf8" })) {
    if (!PART_NAME.test(basename(path)) || current.has(path)) continue;
    rmSync(join(layout.dest, path), { force: true });
    folders.add(dirname(path));
  }
  for (const folder of folders)
    if (folder !== "." && readdirSync(join(layout.dest, folder)).length === 0) rmdirSync(join(layout.dest, folder));
}

const PART_NAME = /^part-\d{5,}-(\d{5,}(-\d+)?|empty)\.parquet$/;
