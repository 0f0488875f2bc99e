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
  /** By position; undefined where none has been needed yet, or one has died. */
  readonly #workers: (Worker | undefined)[] = [];
  /** Boxes that each worker has not given back yet. */
  readonly #load: number[] = [];
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void; worker: Worker }>();
  #next = 0;
  #closed = false;

  /** @param entry module of the threads */
  constructor(
    readonly count: number,
    readonly entry: URL = new URL("./read-worker.js", import.meta.url),
  ) {}

  /** Starts the threads now, so that they stand when the first box is asked for. */
  start(): void {
    for (let at = 0; at < this.count; at++) this.#worker(at).unref();
  }

  /** Whether a thread has fewer than two boxes to read: with one in work, the next must lie ready. */
  hasRoom(): boolean {
    return this.#load.length < this.count || this.#load.some((boxes) => boxes < DEPTH);
  }

  /**
   * One box, by the thread that has the fewest; it counts for that thread while its chunks are still being located.
   * @returns false where `located` gives null: no thread can read it
   */
  async read(located: () => Promise<Omit<BoxRequest, "index"> | null>): Promise<boolean> {
    const at = this.#idlest();
    this.#load[at] = (this.#load[at] ?? 0) + 1;
    try {
      this.#worker(at);
      const request = await located();
      if (!request) return false;
      // It may have died meanwhile.
      const worker = this.#worker(at);
      const index = this.#next++;
      await new Promise<void>((resolve, reject) => {
        this.#waiting.set(index, { resolve, reject, worker });
        worker.ref();
        worker.postMessage({ ...request, index } satisfies BoxRequest);
      });
      return true;
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
    const worker = new Worker(this.entry);
    this.#workers[at] = worker;
    worker.on("message", ({ index, error }: BoxRead) => {
      const waiting = this.#waiting.get(index);
      this.#waiting.delete(index);
      if (this.#waiting.size === 0) for (const one of this.#workers) one?.unref();
      if (error) waiting?.reject(GraticuleError.fromJSON(error));
      else waiting?.resolve();
    });
    worker.on("error", (error) => this.#bury(at, worker, error));
    worker.on("exit", (code) => this.#bury(at, worker, new Error(this.#closed ? "it was closed" : `exit code ${code}`)));
    return worker;
  }

  /** What the thread was reading fails; the next box gets another thread. */
  #bury(at: number, worker: Worker, cause: unknown): void {
    if (this.#workers[at] === worker) this.#workers[at] = undefined;
    const why = cause instanceof Error ? cause.message : String(cause);
    for (const [index, waiting] of this.#waiting) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(index);
      waiting.reject(new GraticuleError("worker-died", `a reading thread ended: ${why}`, { cause }));
    }
  }
}
