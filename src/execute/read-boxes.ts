import { Worker } from "node:worker_threads";
import { GraticuleError } from "../errors.js";
import type { Box } from "../schema/box.js";
import type { BoxRead, BoxRequest, ReadStart } from "./read-messages.js";

/**
 * Worker threads that read boxes of one variable into shared memory: reading, inflating and byte order all run on every core.
 * @throws from `read`: what reading throws; `worker-died`
 */
export class BoxReaders {
  readonly #workers: Worker[];
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>();
  #next = 0;
  #closed = false;

  constructor(start: ReadStart, count: number) {
    this.#workers = Array.from({ length: count }, () => this.#spawn(start));
  }

  /** One box; boxes go to the workers in turn. */
  read(box: Box, target: SharedArrayBuffer, offset: number): Promise<void> {
    const index = this.#next++;
    const worker = this.#workers[index % this.#workers.length] as Worker;
    return new Promise((resolve, reject) => {
      this.#waiting.set(index, { resolve, reject });
      worker.postMessage({ index, box, target, offset } satisfies BoxRequest);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #spawn(start: ReadStart): Worker {
    const worker = new Worker(new URL("./read-worker.js", import.meta.url), { workerData: start });
    worker.on("message", ({ index, error }: BoxRead) => {
      const waiting = this.#waiting.get(index);
      this.#waiting.delete(index);
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
