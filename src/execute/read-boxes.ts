import { Worker } from "node:worker_threads";
import { GraticuleError } from "../errors.js";
import type { Box } from "../schema/box.js";
import type { BoxRead, BoxRequest, ReadStart } from "./read-messages.js";

/**
 * Worker threads that read boxes of one file into shared memory: reading, inflating and byte order all run on every core. They
 * start with the first box, and keep a process alive only while one is being read.
 * @throws from `read`: what reading throws; `worker-died`
 */
export class BoxReaders {
  readonly #workers: Worker[] = [];
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>();
  #next = 0;
  #closed = false;

  constructor(
    readonly start: ReadStart,
    readonly count: number,
  ) {}

  /** One box; boxes go to the workers in turn. */
  read(variable: string, box: Box, target: SharedArrayBuffer, offset: number): Promise<void> {
    const index = this.#next++;
    const worker = this.#worker(index % this.count);
    return new Promise((resolve, reject) => {
      this.#waiting.set(index, { resolve, reject });
      worker.ref();
      worker.postMessage({ index, variable, box, target, offset } satisfies BoxRequest);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map((worker) => worker?.terminate()));
  }

  #worker(at: number): Worker {
    const known = this.#workers[at];
    if (known) return known;
    const worker = new Worker(new URL("./read-worker.js", import.meta.url), { workerData: this.start });
    this.#workers[at] = worker;
    worker.on("message", ({ index, error }: BoxRead) => {
      const waiting = this.#waiting.get(index);
      this.#waiting.delete(index);
      if (this.#waiting.size === 0) for (const one of this.#workers) one?.unref();
      if (error) waiting?.reject(GraticuleError.fromJSON(error));
      else waiting?.resolve();
    });
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", (code) => {
      if (!this.#closed) this.#fail(new Error(`exit code ${code}`));
    });
    return worker;
  }

  #fail(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    for (const { reject } of this.#waiting.values())
      reject(new GraticuleError("worker-died", `a reading thread ended: ${why}`, { cause }));
    this.#waiting.clear();
  }
}
