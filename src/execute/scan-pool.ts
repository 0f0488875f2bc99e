import { Worker } from "node:worker_threads";
import { GraticuleError } from "../errors.js";
import type { ScanPiece } from "../scan/scan-piece.js";
import type { RowBatch } from "../schema/row-batch.js";
import type { ScanAnswer, ScanCost, ScanOrder } from "./scan-messages.js";

interface Waiting {
  readonly worker: Worker;
  readonly resolve: (batches: readonly RowBatch[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Worker threads that read pieces of Parquet files, and hand over the memory of what they have read. */
export class ScanPool {
  readonly #workers: Worker[] = [];
  readonly #load: number[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #closed = false;

  /** @param onCost told what each piece took @param entry module of the threads */
  constructor(
    readonly count: number,
    readonly onCost: (cost: ScanCost) => void,
    readonly entry: URL = new URL("./scan-worker.js", import.meta.url),
  ) {
    for (let i = 0; i < count; i++) this.#start();
  }

  /** By the thread that has the fewest. @throws what reading throws; `worker-died` */
  async read(piece: ScanPiece): Promise<readonly RowBatch[]> {
    const at = this.#load.indexOf(Math.min(...this.#load));
    const worker = this.#workers[at] as Worker;
    this.#load[at] = (this.#load[at] as number) + 1;
    const index = this.#next++;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(index, { worker, resolve, reject });
        worker.postMessage({ index, piece } satisfies ScanOrder);
      });
    } finally {
      this.#load[at] = (this.#load[at] as number) - 1;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(this.entry);
    this.#workers.push(worker);
    this.#load.push(0);
    worker.on("message", ({ index, batches, cost, error }: ScanAnswer) => {
      const waiting = this.#waiting.get(index);
      this.#waiting.delete(index);
      if (cost) this.onCost(cost);
      if (error) waiting?.reject(GraticuleError.fromJSON(error));
      else waiting?.resolve(batches ?? []);
    });
    worker.on("error", (error) => this.#bury(worker, error));
    worker.on("exit", (code) => this.#bury(worker, new Error(this.#closed ? "it was closed" : `exit code ${code}`)));
  }

  /** What a thread was reading fails, and with it the scan. */
  #bury(worker: Worker, cause: Error): void {
    for (const [index, waiting] of this.#waiting) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(index);
      waiting.reject(new GraticuleError("worker-died", `a reading thread ended: ${cause.message}`, { cause }));
    }
  }
}
