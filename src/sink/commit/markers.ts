import type { StagedPart } from "../../store/output/contract.js";
import { mapLimited } from "../../store/output/map-limited.js";
import type { ColumnRanges } from "../column-ranges.js";
import type { OutsideCounts } from "../count-outside.js";
import type { ColumnEncodings } from "../encoding-tally.js";
import type { DestinationLayout, RunLayout } from "./layout.js";

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

/** What a finished attempt of a task leaves behind. */
export interface TaskMarker {
  readonly task: number;
  readonly attempt: string;
  /** The snapshot that the run makes: a run of the same name may have made an earlier one. */
  readonly snapshot: number;
  /** None where the task has no rows. */
  readonly parts: readonly TaskPart[];
  readonly reads: TaskReads;
  readonly encodings?: ColumnEncodings;
  /** Where it is asked for. */
  readonly outside?: OutsideCounts;
}

/** What a task read: stored chunks, the same on every attempt; and beside them files' headers and indexes, once per worker. */
export interface TaskReads {
  readonly chunks: number;
  readonly requests: number;
  readonly bytes: number;
  readonly index: { readonly requests: number; readonly bytes: number };
}

export function rowsOf({ parts }: Pick<TaskMarker, "parts">): number {
  return parts.reduce((n, part) => n + part.rows, 0);
}

export function bytesOf({ parts }: Pick<TaskMarker, "parts">): number {
  return parts.reduce((n, part) => n + part.bytes, 0);
}

/** Requests of small files at a time. */
const AT_ONCE = 16;

export function writeMarker({ store }: DestinationLayout, run: RunLayout, marker: TaskMarker): Promise<void> {
  return store.write(`${run.tasks}/${marker.task}-${marker.attempt}.json`, JSON.stringify(marker));
}

/** All attempts of the task count as not made. */
export async function removeMarker({ store }: DestinationLayout, run: RunLayout, task: number): Promise<void> {
  const names = (await store.list(run.tasks)).map(({ path }) => path).filter((name) => name.startsWith(`${task}-`));
  await store.remove(names.map((name) => `${run.tasks}/${name}`));
}

/** One marker per finished task: the first attempt by name, so that every finaliser picks the same one. */
export async function readMarkers(
  { store }: DestinationLayout,
  run: RunLayout,
  snapshot: number,
): Promise<Map<number, TaskMarker>> {
  const names = (await store.list(run.tasks)).map(({ path }) => path).filter((name) => name.endsWith(".json"));
  const texts = await mapLimited(names.sort(), AT_ONCE, (name) => store.read(`${run.tasks}/${name}`));
  const markers = new Map<number, TaskMarker>();
  for (const text of texts) {
    if (text === null) continue;
    const marker = JSON.parse(text) as TaskMarker;
    if (marker.snapshot === snapshot && !markers.has(marker.task)) markers.set(marker.task, marker);
  }
  return markers;
}
