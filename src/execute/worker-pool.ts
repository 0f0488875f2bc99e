import { Worker } from "node:worker_threads";
import { asGraticuleError, GraticuleError } from "../errors.js";
import type { FromWorker, TaskDone, ToWorker, WorkerStart } from "./messages.js";

export interface PoolOptions {
  readonly workers: number;
  readonly start: WorkerStart;
  /** Tasks to run, in order. */
  readonly tasks: readonly number[];
  readonly signal?: AbortSignal | undefined;
  /** A name for the attempt that no other process or attempt has. */
  readonly attemptName: (task: number, attempt: number) => string;
  readonly onDone: (done: TaskDone) => void;
  readonly onWarning: (text: string) => void;
}

/** A worker's death costs its task one more attempt. */
const MAX_ATTEMPTS = 2;

/**
 * Runs tasks on worker threads, each pulling its next task when it is done with the last: that is the back-pressure. The first
 * error ends the run; finished tasks keep their markers.
 *
 * @throws the first task's error with its places; `worker-died`, naming the task; `interrupted`
 */
export function runPool(options: PoolOptions): Promise<void> {
  return new Promise((resolve, reject) => new Pool(options, resolve, reject).start());
}

class Pool {
  readonly #waiting: { task: number; attempt: number }[];
  readonly #running = new Map<Worker, { task: number; attempt: number }>();
  readonly #workers = new Set<Worker>();
  readonly #stopped = new Set<Worker>();
  #over = false;

  constructor(
    readonly options: PoolOptions,
    readonly resolve: () => void,
    readonly reject: (error: unknown) => void,
  ) {
    this.#waiting = options.tasks.map((task) => ({ task, attempt: 0 }));
  }

  start(): void {
    const { signal, workers } = this.options;
    if (signal?.aborted) {
      this.#interrupt();
      return;
    }
    signal?.addEventListener("abort", this.#interrupt, { once: true });
    for (let i = 0; i < Math.min(workers, this.#waiting.length); i++) this.#spawn();
    this.#finishIfIdle();
  }

  readonly #interrupt = (): void => {
    this.#end(new GraticuleError("interrupted", "interrupted; what is finished stays"));
  };

  #spawn(): void {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: this.options.start });
    this.#workers.add(worker);
    let failure: unknown;
    worker.on("message", (message: FromWorker) => this.#receive(worker, message));
    worker.on("error", (error) => {
      failure = error;
    });
    worker.on("exit", (code) => this.#bury(worker, code, failure));
  }

  #receive(worker: Worker, message: FromWorker): void {
    if (this.#over) return;
    this.#running.delete(worker);
    if (message.kind === "failed") {
      const error = GraticuleError.fromJSON(message.error);
      if (message.stack) error.stack = message.stack;
      this.#end(error);
      return;
    }
    try {
      if (message.kind === "done") this.options.onDone(message.done);
      this.#feed(worker);
    } catch (error) {
      // Thrown into an event, it would end the process; a full disk, met by whoever listens, is an error like others.
      this.#end(asGraticuleError(error));
    }
  }

  #feed(worker: Worker): void {
    const next = this.#waiting.shift();
    if (!next) {
      this.#stopped.add(worker);
      worker.postMessage({ kind: "stop" } satisfies ToWorker);
      this.#finishIfIdle();
      return;
    }
    this.#running.set(worker, next);
    const attempt = this.options.attemptName(next.task, next.attempt);
    worker.postMessage({ kind: "task", task: next.task, attempt } satisfies ToWorker);
  }

  /** A worker that ends before it is told to has died. */
  #bury(worker: Worker, code: number, cause: unknown): void {
    this.#workers.delete(worker);
    const task = this.#running.get(worker);
    this.#running.delete(worker);
    if (this.#over) return;
    if (this.#stopped.has(worker)) {
      this.#finishIfIdle();
      return;
    }
    const why = `the worker of task ${task?.task ?? "(none yet)"} ended with ${code}${cause instanceof Error ? `: ${cause.message}` : ""}`;
    if (!task || task.attempt + 1 >= MAX_ATTEMPTS) {
      this.#end(
        new GraticuleError("worker-died", why, { cause, hint: "more memory (--memory), or fewer workers (--jobs), may help" }),
      );
      return;
    }
    try {
      this.options.onWarning(`${why}; the task is run once more`);
      this.#waiting.unshift({ task: task.task, attempt: task.attempt + 1 });
      this.#spawn();
    } catch (error) {
      this.#end(asGraticuleError(error));
    }
  }

  #finishIfIdle(): void {
    if (!this.#over && this.#waiting.length === 0 && this.#running.size === 0) this.#end(null);
  }

  #end(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.options.signal?.removeEventListener("abort", this.#interrupt);
    const ended = Promise.allSettled([...this.#workers].map((worker) => worker.terminate()));
    ended.then(() => (error === null ? this.resolve() : this.reject(error)));
  }
}
