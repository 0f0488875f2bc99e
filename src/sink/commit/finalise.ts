import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { GraticuleError } from "../../errors.js";
import { concatenateFiles } from "../../parquet/concatenate.js";
import { ParquetFileWriter } from "../../parquet/file-writer.js";
import type { TablePlan, Task } from "../../plan/run.js";
import { syncFolder, writeAtomic } from "./atomic.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import { readMarkers, type TaskMarker } from "./markers.js";
import type { RunFile } from "./run-file.js";
import { extendLedger, type Part, publishSnapshot, readLatest, type Snapshot } from "./snapshot.js";

/**
 * The one committer. Every step can be repeated: what an earlier finaliser already did is recognised and kept. Order: parts
 * into place, snapshot, LATEST, ledger, `_SUCCESS`, replaced parts away, done.
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
  extendLedger(layout, plan.members, snapshot, plan.sink.mode !== "append");
  if (!layout.single) writeAtomic(layout.success, "");
  if (plan.sink.mode === "overwrite" && !layout.single) removeOthers(layout, snapshot);
  rmSync(run.staging, { recursive: true, force: true });
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
  const kept = file.plan.sink.mode === "append" ? (latest?.parts ?? []) : [];
  const snapshot: Snapshot = {
    version: 1,
    number: file.snapshot,
    previous: file.previous,
    runId: file.plan.runId,
    parts: [...kept, ...parts],
  };
  publishSnapshot(layout, snapshot);
  return snapshot;
}

function placeParts(layout: DestinationLayout, run: RunLayout, file: RunFile, markers: ReadonlyMap<number, TaskMarker>): Part[] {
  const { plan } = file;
  mkdirSync(layout.dest, { recursive: true });
  const parts: Part[] = [];
  for (const [t, table] of plan.tables.entries()) {
    const tasks = plan.tasks.filter((task) => task.table === t);
    const filled = tasks.filter((task) => (markers.get(task.id) as TaskMarker).file !== null);
    const folder = join(layout.dest, table.path);
    mkdirSync(folder, { recursive: true });
    for (const task of filled) {
      const marker = markers.get(task.id) as TaskMarker;
      const path = join(table.path, partName(file, task));
      moveIntoPlace(join(run.staging, marker.file as string), join(layout.dest, path), marker);
      parts.push(partOf(path, table, [task], file, marker));
    }
    if (filled.length === 0) parts.push(placeEmpty(layout, run, file, t, tasks));
    syncFolder(folder);
  }
  syncFolder(layout.dest);
  return parts;
}

/** Names sort as the rows go: first the snapshot, then the task; the width follows the number of tasks. */
function partName(file: RunFile, task: Task): string {
  const width = Math.max(5, String(file.plan.tasks.length).length);
  return `part-${String(file.snapshot).padStart(5, "0")}-${String(task.id).padStart(width, "0")}.parquet`;
}

function moveIntoPlace(staged: string, target: string, marker: TaskMarker): void {
  if (existsSync(staged)) renameSync(staged, target);
  const found = statSync(target, { throwIfNoEntry: false })?.size ?? -1;
  if (found !== marker.bytes)
    throw new GraticuleError(
      "conflict",
      `the part of task ${marker.task} should have ${marker.bytes} bytes and has ${Math.max(0, found)}`,
      {
        file: target,
        hint: "something else changed it; begin again with --overwrite",
      },
    );
}

/** A table without rows is a part with its schema. */
function placeEmpty(layout: DestinationLayout, run: RunLayout, file: RunFile, t: number, tasks: readonly Task[]): Part {
  const table = file.plan.tables[t] as TablePlan;
  const staged = join(run.staging, `empty-${t}.parquet`);
  mkdirSync(run.staging, { recursive: true });
  const written = new ParquetFileWriter(staged, file.descriptions[t] as RunFile["descriptions"][number]).finish();
  const path = join(table.path, `part-${String(file.snapshot).padStart(5, "0")}-empty.parquet`);
  renameSync(staged, join(layout.dest, path));
  return partOf(path, table, tasks, file, { ...written });
}

function placeSingle(layout: DestinationLayout, run: RunLayout, file: RunFile, markers: ReadonlyMap<number, TaskMarker>): Part {
  const { plan } = file;
  const table = plan.tables[0] as TablePlan;
  const staged = join(run.staging, "whole.parquet");
  const paths = plan.tasks.flatMap((task) => {
    const name = markers.get(task.id)?.file;
    return name ? [join(run.staging, name)] : [];
  });
  mkdirSync(dirname(layout.dest), { recursive: true });
  const written = concatenateFiles(paths, staged, file.descriptions[0] as RunFile["descriptions"][number]);
  renameSync(staged, layout.dest);
  syncFolder(dirname(layout.dest));
  return partOf("", table, plan.tasks, file, written);
}

function partOf(
  path: string,
  table: TablePlan,
  tasks: readonly Task[],
  file: RunFile,
  written: { readonly rows: number; readonly bytes: number; readonly sha256: string },
): Part {
  const members = new Set(
    tasks.flatMap((task) => (table.group.segments[task.segment]?.pieces ?? []).flatMap((piece) => (piece ? [piece.member] : []))),
  );
  return {
    path,
    table: table.group.name,
    rows: written.rows,
    bytes: written.bytes,
    sha256: written.sha256,
    boxes: tasks.flatMap((task) => task.slabs),
    sources: [...members].flatMap((member) => file.plan.members[member]?.url ?? []),
  };
}

/** Parts that the snapshot does not name: replaced ones, and what a run that was given up had already put into place. */
function removeOthers(layout: DestinationLayout, snapshot: Snapshot): void {
  const current = new Set(snapshot.parts.map((part) => part.path));
  for (const path of readdirSync(layout.dest, { recursive: true, encoding: "utf8" }))
    if (PART_NAME.test(basename(path)) && !current.has(path)) rmSync(join(layout.dest, path), { force: true });
}

const PART_NAME = /^part-\d{5,}-(\d{5,}|empty)\.parquet$/;
