import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ColumnRanges } from "../column-ranges.js";
import type { ColumnEncodings } from "../encoding-tally.js";
import { writeAtomic } from "./atomic.js";
import type { RunLayout } from "./layout.js";

/** A part that a task has written and that nobody sees yet. */
export interface TaskPart {
  /** Under the table's folder: "" or `year=2000/month=1`. */
  readonly folder: string;
  /** Which of the task's parts in that folder. */
  readonly sequence: number;
  readonly staged: StagedPart;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Absent in what earlier versions wrote. */
  readonly ranges?: ColumnRanges;
}

/** A file under `staging/`. */
export interface StagedPart {
  readonly kind: "file";
  readonly name: string;
}

/** What a finished attempt of a task leaves behind. */
export interface TaskMarker {
  readonly task: number;
  readonly attempt: string;
  /** None where the task has no rows. */
  readonly parts: readonly TaskPart[];
  readonly reads: TaskReads;
  readonly encodings?: ColumnEncodings;
}

export function rowsOf({ parts }: Pick<TaskMarker, "parts">): number {
  return parts.reduce((n, part) => n + part.rows, 0);
}

export function bytesOf({ parts }: Pick<TaskMarker, "parts">): number {
  return parts.reduce((n, part) => n + part.bytes, 0);
}

/** What a task read: stored chunks, the same on every attempt; and beside them files' headers and indexes, once per worker. */
export interface TaskReads {
  readonly chunks: number;
  readonly requests: number;
  readonly bytes: number;
  readonly index: { readonly requests: number; readonly bytes: number };
}

export function writeMarker(run: RunLayout, marker: TaskMarker): void {
  writeAtomic(join(run.tasks, `${marker.task}-${marker.attempt}.json`), JSON.stringify(marker));
}

/** All attempts of the task count as not made. */
export function removeMarker(run: RunLayout, { task }: Pick<TaskMarker, "task">): void {
  for (const name of readdirSync(run.tasks)) if (name.startsWith(`${task}-`)) rmSync(join(run.tasks, name), { force: true });
}

/** One marker per finished task: the first attempt by name, so that every finaliser picks the same one. */
export function readMarkers(run: RunLayout): Map<number, TaskMarker> {
  const markers = new Map<number, TaskMarker>();
  if (!existsSync(run.tasks)) return markers;
  for (const name of readdirSync(run.tasks).sort()) {
    if (!name.endsWith(".json")) continue;
    const marker = JSON.parse(readFileSync(join(run.tasks, name), "utf8")) as TaskMarker;
    if (!markers.has(marker.task)) markers.set(marker.task, marker);
  }
  return markers;
}
