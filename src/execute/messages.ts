import type { ErrorJSON } from "../errors.js";
import type { TaskReads } from "../sink/commit/markers.js";
import type { RunFile } from "../sink/commit/run-file.js";

/** What a worker starts with. */
export interface WorkerStart {
  readonly file: RunFile;
  /** The run's folder is found from it. */
  readonly dest: string;
}

export type ToWorker = { readonly kind: "task"; readonly task: number; readonly attempt: string } | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly done: TaskDone }
  | { readonly kind: "failed"; readonly task: number; readonly error: ErrorJSON; readonly stack?: string };

export interface TaskDone {
  readonly task: number;
  readonly rows: number;
  readonly bytes: number;
  readonly reads: TaskReads;
}
