import { randomBytes } from "node:crypto";
import { MemberCache } from "../scan/member-cache.js";
import { type EventLog, eventLog } from "../sink/commit/event-log.js";
import { finalise } from "../sink/commit/finalise.js";
import type { Lock } from "../sink/commit/held-lock.js";
import { type DestinationLayout, layoutOf, type RunLayout } from "../sink/commit/layout.js";
import { forgetLostTasks } from "../sink/commit/lost-tasks.js";
import { bytesOf, readMarkers, rowsOf, type TaskMarker } from "../sink/commit/markers.js";
import type { RunFile } from "../sink/commit/run-file.js";
import type { Snapshot } from "../sink/commit/snapshot.js";
import type { TaskDone } from "./messages.js";
import { runTask } from "./run-task.js";
import { runPool } from "./worker-pool.js";

export interface ExecuteOptions {
  /** Worker threads at most. */
  readonly jobs: number;
  readonly lock: Lock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
  readonly onWarning?: (text: string) => void;
}

export interface Progress {
  readonly tasks: number;
  readonly tasksDone: number;
  readonly rows: number;
  /** Rows that are planned, before what the residual predicate drops. */
  readonly rowsPlanned: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Below this many cells, starting worker threads takes longer than the work. */
const SMALL_RUN = 300_000;

/**
 * Runs the tasks that have no marker yet, then commits. The lock on the destination is the caller's.
 *
 * @throws the first failing task's error; what is done stays for `resume`
 */
export async function executeRun(dest: string, file: RunFile, options: ExecuteOptions): Promise<Snapshot> {
  const layout = layoutOf(dest);
  const run = layout.run(file.plan.runId);
  const log = eventLog(layout, run);
  const { lock } = options;
  // A run that has lost its right to write does not go on for hours.
  const signal = options.signal ? AbortSignal.any([options.signal, lock.signal]) : lock.signal;
  try {
    await runTasks(layout, run, file, log, { ...options, signal });
    const snapshot = await finalise(layout, run, file, lock);
    log.add({ event: "committed", snapshot: snapshot.number });
    return snapshot;
  } catch (error) {
    if (lock.signal.aborted) await lock.check();
    throw error;
  } finally {
    await log.close();
  }
}

async function runTasks(
  layout: DestinationLayout,
  run: RunLayout,
  file: RunFile,
  log: EventLog,
  options: ExecuteOptions,
): Promise<void> {
  const { tasks } = file.plan;
  const lost = await forgetLostTasks(layout, run, file);
  if (lost > 0) options.onWarning?.(`the parts of ${lost} finished tasks are gone or changed; they are made again`);
  const markers = await readMarkers(layout, run, file.snapshot);
  const todo = tasks.filter((task) => !markers.has(task.id));
  const progress = progressOf(file, [...markers.values()]);
  options.onProgress?.(progress);
  const onDone = (done: TaskDone): void => {
    log.add({ event: "task", ...done });
    progress.tasksDone++;
    progress.rows += done.rows;
    progress.bytesWritten += done.bytes;
    progress.bytesRead += done.reads.bytes;
    options.onProgress?.(progress);
  };
  if (todo.length === 0) return;
  const begun = Date.now().toString(36);
  // Other machines count their processes as they like.
  const name = `${begun}-${process.pid}-${randomBytes(3).toString("hex")}`;
  const attemptName = (_task: number, attempt: number): string => `${name}-${attempt}`;
  log.add({ event: "run", tasks: todo.length, of: tasks.length });
  if (todo.length === 1 || todo.reduce((n, task) => n + task.rows, 0) <= SMALL_RUN)
    return runHere(
      file,
      layout.dest,
      todo.map((task) => task.id),
      attemptName,
      onDone,
      options,
    );
  await runPool({
    workers: options.jobs,
    start: { file, dest: layout.dest },
    tasks: todo.map((task) => task.id),
    signal: options.signal,
    attemptName,
    onDone,
    onWarning: (text) => {
      log.add({ event: "warning", text });
      options.onWarning?.(text);
    },
  });
}

/** In this thread; independent chunks are still inflated on the thread pool. */
async function runHere(
  file: RunFile,
  dest: string,
  tasks: readonly number[],
  attemptName: (task: number, attempt: number) => string,
  onDone: (done: TaskDone) => void,
  options: ExecuteOptions,
): Promise<void> {
  const cache = new MemberCache(file.plan.members, { parallel: true, signal: options.signal });
  try {
    for (const task of tasks) onDone(await runTask(file, dest, task, attemptName(task, 0), cache));
  } finally {
    await cache.close();
  }
}

function progressOf(file: RunFile, done: readonly TaskMarker[]) {
  return {
    tasks: file.plan.tasks.length,
    tasksDone: done.length,
    rows: done.reduce((n, marker) => n + rowsOf(marker), 0),
    rowsPlanned: file.plan.tasks.reduce((n, task) => n + task.rows, 0),
    bytesRead: done.reduce((n, marker) => n + marker.reads.bytes, 0),
    bytesWritten: done.reduce((n, marker) => n + bytesOf(marker), 0),
  };
}
