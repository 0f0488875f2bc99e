import { findSegment } from "../archive/find-segment.js";
import { asGraticuleError } from "../errors.js";
import { executeRun } from "../execute/execute-run.js";
import { peakMemory } from "../execute/peak-memory.js";
import { countChunks } from "../physical/count-chunks.js";
import type { PhysicalPlan, TablePlan } from "../plan/run.js";
import { wantedColumns } from "../scan/wanted-columns.js";
import type { Lock } from "../sink/commit/held-lock.js";
import type { DestinationLayout } from "../sink/commit/layout.js";
import { readMarkers, type TaskMarker } from "../sink/commit/markers.js";
import { writeReport } from "../sink/commit/report.js";
import type { RunFile } from "../sink/commit/run-file.js";
import type { Snapshot } from "../sink/commit/snapshot.js";
import { sumOutside } from "../sink/count-outside.js";
import { uniteEncodings } from "../sink/encoding-tally.js";
import { type ConvertResult, tablesOf } from "./convert-result.js";
import type { RunHooks, Warnings } from "./run-hooks.js";

/** When a job began, and what was read until its run was planned. */
export interface Beginning {
  readonly started: number;
  readonly planning?: { readonly requests: number; readonly bytes: number };
}

/** Runs what is left of a run, commits it, and says what the whole run did. The lock is the caller's. */
export async function carryOut(
  layout: DestinationLayout,
  file: RunFile,
  jobs: number,
  lock: Lock,
  beginning: Beginning,
  warnings: Warnings,
  hooks: RunHooks,
): Promise<ConvertResult> {
  const snapshot = await executeRun(layout.dest, file, {
    jobs,
    lock,
    signal: hooks.signal,
    ...(hooks.onProgress && { onProgress: hooks.onProgress }),
    onWarning: warnings.add,
  }).catch((error) => {
    throw withResume(error, layout.dest);
  });
  const result = await resultOf(layout, file, snapshot, beginning, warnings.all);
  await writeReport(layout, result);
  return result;
}

/** What came from outside is gone on with by `resume`. */
function withResume(error: unknown, dest: string): unknown {
  const own = asGraticuleError(error);
  const isOutside = own.tag === "interrupted" || own.tag === "temporary" || own.tag === "worker-died";
  return isOutside ? own.at({ hint: `\`graticule resume ${dest}\` goes on` }) : error;
}

async function resultOf(
  layout: DestinationLayout,
  file: RunFile,
  snapshot: Snapshot,
  { started, planning }: Beginning,
  warnings: readonly string[],
): Promise<ConvertResult> {
  const markers = [...(await readMarkers(layout, layout.run(file.plan.runId), file.snapshot)).values()];
  const sum = (key: "chunks" | "requests" | "bytes"): number => markers.reduce((n, marker) => n + marker.reads[key], 0);
  const besides = (key: "requests" | "bytes"): number =>
    markers.reduce((n, marker) => n + marker.reads.index[key], planning?.[key] ?? 0);
  return {
    dest: layout.dest,
    tables: tablesOf(file.plan, snapshot.parts.slice(file.plan.sink.mode === "append" ? -newParts(file, markers) : 0), (table) => {
      const own = markers.filter(({ task }) => file.plan.tasks[task]?.table === table);
      return {
        encodings: uniteEncodings(own.map(({ encodings }) => encodings)),
        ...(own.some(({ outside }) => outside) && { outside_valid: sumOutside(own.map(({ outside }) => outside)) }),
      };
    }),
    reads: {
      files: filesRead(file.plan),
      chunks: sum("chunks"),
      pruned: countChunks(file.plan).pruned,
      requests: sum("requests"),
      bytes: sum("bytes"),
      besides: { requests: besides("requests"), bytes: besides("bytes") },
    },
    peak_memory: peakMemory(),
    seconds: secondsSince(started),
    warnings,
  };
}

/** Parts that the run itself added: those of the tasks, one per table without any. Never none. */
function newParts(file: RunFile, markers: readonly TaskMarker[]): number {
  const tables = new Set(markers.filter(({ parts }) => parts.length > 0).map(({ task }) => file.plan.tasks[task]?.table));
  return markers.reduce((n, { parts }) => n + parts.length, 0) + file.plan.tables.length - tables.size;
}

/** Files whose chunks the tasks read, as `estimateRun` counts them. */
function filesRead({ tables, tasks }: PhysicalPlan): number {
  const members = new Set<number>();
  const wanted = tables.map(wantedColumns);
  for (const task of tasks) {
    const { group } = tables[task.table] as TablePlan;
    for (const segment of new Set(task.slabs.map((slab) => findSegment(group, slab))))
      for (const column of wanted[task.table] ?? []) {
        const piece = group.segments[segment]?.pieces[column];
        if (piece) members.add(piece.member);
      }
  }
  return members.size;
}

/** What a run that finds everything done has done. */
export function nothingNew(layout: DestinationLayout, { started }: Beginning, warnings: readonly string[]): ConvertResult {
  return {
    dest: layout.dest,
    tables: [],
    reads: { files: 0, chunks: 0, pruned: 0, requests: 0, bytes: 0 },
    peak_memory: peakMemory(),
    seconds: secondsSince(started),
    warnings,
  };
}

export function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
