import { Worker } from "node:worker_threads";
import { GraticuleError } from "../errors.js";
import type { BoxRead, BoxRequest } from "./read-messages.js";

const DEPTH = 2;

/**
 * Worker threads that read boxes of variables into shared memory: reading, inflating and byte order all run on every core. They
 * start with the first box, or with `start`, and keep a process alive only while one is being read.
 * @throws from `read`: what reading throws; `worker-died`
 */
export class BoxReaders {
  readonly #workers: Worker[] = [];
  /** Boxes that each worker has not given back yet. */
  readonly #load: number[] = [];
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>();
  #next = 0;
  #closed = false;

  constructor(readonly count: number) {}

  /** Starts the threads now, so that they stand when the first box is asked for. */
  start(): void {
    for (let at = 0; at < this.count; at++) this.#worker(at).unref();
  }

  /** Whether a thread has fewer than two boxes to read: with one in work, the next must lie ready. */
  hasRoom(): boolean {
    return this.#load.length < this.count || this.#load.some((boxes) => boxes < DEPTH);
  }

  /** One box, by the thread that has the fewest; it counts for that thread while its chunks are still being located. */
  async read(located: () => Promise<Omit<BoxRequest, "index">>): Promise<void> {
    const at = this.#idlest();
    this.#load[at] = (this.#load[at] ?? 0) + 1;
    try {
      const worker = this.#worker(at);
      const request = await located();
      const index = this.#next++;
      await new Promise<void>((resolve, reject) => {
        this.#waiting.set(index, { resolve, reject });
        worker.ref();
        worker.postMessage({ ...request, index } satisfies BoxRequest);
      });
    } finally {
      this.#load[at] = (this.#load[at] as number) - 1;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map((worker) => worker?.terminate()));
  }

  #idlest(): number {
    let best = 0;
    for (let at = 1; at < this.count; at++) if ((this.#load[at] ?? 0) < (this.#load[best] ?? 0)) best = at;
    return best;
  }

  #worker(at: number): Worker {
    const known = this.#workers[at];
    if (known) return known;
    const worker = new Worker(new URL("./read-worker.js", import.meta.url));
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
