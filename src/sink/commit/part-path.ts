import type { TablePlan, Task } from "../../plan/run.js";
import type { PartPlace } from "../../store/output/contract.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import type { TaskPart } from "./markers.js";
import type { RunFile } from "./run-file.js";

/** Names of parts, and nothing else that may lie at a destination. */
const PART_NAME = /^part-(\d{5,})-(\d{5,}(_\d{4,})?|empty)\.parquet$/;

/** Files that a catalogue of the sky (HATS), or a dataset with a card (Hugging Face), has beside its parts. */
const BESIDE = ["hats.properties", "partition_info.csv", "dataset/_common_metadata", "README.md"];

/** Whether a path of the destination is one of ours that is no part. */
export function isDocument(path: string): boolean {
  return path === "_SUCCESS" || BESIDE.includes(path);
}

/** The snapshot that made a part, from its name; null for files that are none. */
export function snapshotOfPart(name: string): number | null {
  const number = PART_NAME.exec(name)?.[1];
  return number === undefined ? null : Number(number);
}

/** The task that made a part; null of one without rows, and of files that are none. */
export function taskOfPart(name: string): number | null {
  const id = /^(\d+)/.exec(PART_NAME.exec(name)?.[2] ?? "")?.[1];
  return id === undefined ? null : Number(id);
}

/**
 * Relative to the destination, the same for every attempt of the task. Names sort as the rows go: first the snapshot, then the
 * task; the width follows the number of tasks.
 */
export function partPath(file: RunFile, task: Task, { folder, sequence }: Pick<TaskPart, "folder" | "sequence">): string {
  const width = Math.max(5, String(file.plan.tasks.length).length);
  const name = `${snapshotName(file)}-${String(task.id).padStart(width, "0")}`;
  const { path } = file.plan.tables[task.table] as TablePlan;
  return joinPath(path, folder, `${name}${sequence === 0 ? "" : `_${String(sequence).padStart(4, "0")}`}.parquet`);
}

/** Of the part that stands for a table without rows. */
export function emptyPath(file: RunFile, { path }: TablePlan): string {
  return joinPath(path, `${snapshotName(file)}-empty.parquet`);
}

/** @param path of the manifest; null for what becomes a piece of one file */
export function placeOf(layout: DestinationLayout, run: RunLayout, name: string, path: string | null): PartPlace {
  return { staging: run.staging, name, target: path === null ? null : layout.part(path) };
}

function snapshotName({ snapshot }: RunFile): string {
  return `part-${String(snapshot).padStart(5, "0")}`;
}

/** Paths of the manifest have slashes everywhere. */
export function joinPath(...names: readonly string[]): string {
  return names.filter((name) => name !== "").join("/");
}
