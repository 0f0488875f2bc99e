import { availableParallelism } from "node:os";
import { asGraticuleError } from "../errors.js";
import type { OpenPiece, ParquetTable, ScanCounters, ScanRequest } from "../scan/parquet-table.js";
import { scanPiece } from "../scan/scan-piece.js";
import type { RowBatch } from "../schema/row-batch.js";
import type { ReadOptions } from "../store/contract.js";
import type { ScanCost } from "./scan-messages.js";
import { ScanPool } from "./scan-pool.js";

export interface ScanOptions extends ReadOptions {
  /** Threads that decode at most; default: one per core. */
  readonly jobs?: number;
  /** Told what reading took, as it happens in threads. */
  readonly onCost: (cost: ScanCost) => void;
}

/** Decompressed bytes from which on threads are worth their start, in which they compile the code anew; and where they were asked for. */
const LARGE = 256 << 20;
const LARGE_IF_ASKED = 24 << 20;
/** Pieces that are planned to find that out. */
const MOST_AHEAD = 64;
/** Row groups of remote files that are fetched at a time. */
const FETCHED = 4;
/** Pieces that a thread has: one in work, one ready. */
const DEPTH = 2;

/** The rows of a scan, in order. Large local files are decoded by worker threads. */
export async function* runScan(
  table: ParquetTable,
  request: ScanRequest,
  counters: ScanCounters,
  options: ScanOptions,
): AsyncGenerator<RowBatch> {
  const jobs = options.jobs ?? availableParallelism();
  const large = options.jobs === undefined ? LARGE : LARGE_IF_ASKED;
  const pieces = table.pieces(request, counters, options)[Symbol.asyncIterator]();
  const ahead: OpenPiece[] = [];
  let isDone = false;
  let bytes = 0;
  try {
    // Whether threads are worth it shows after a few pieces.
    while (!isDone && jobs > 1 && bytes < large && ahead.length < MOST_AHEAD && !ahead[0]?.file.source.isRemote) {
      const { value, done } = await pieces.next();
      if (done) isDone = true;
      else {
        ahead.push(value);
        bytes += value.bytes;
      }
    }
    const isRemote = ahead[0]?.file.source.isRemote === true;
    const isLarge = bytes >= large && jobs > 1 && ahead.length + (isDone ? 0 : 1) > 1;
    const next = async (): Promise<OpenPiece | undefined> => {
      const known = ahead.shift();
      if (known || isDone) return known;
      const { value, done } = await pieces.next();
      if (done) isDone = true;
      return done ? undefined : value;
    };
    if (isLarge && !isRemote) yield* inThreads(next, isDone ? Math.min(jobs, ahead.length) : jobs, options);
    else yield* here(next, isRemote ? FETCHED : 1, options);
  } finally {
    for (const piece of ahead) await piece.release();
    await pieces.return?.(undefined);
  }
}

async function* inThreads(
  next: () => Promise<OpenPiece | undefined>,
  jobs: number,
  options: ScanOptions,
): AsyncGenerator<RowBatch> {
  const pool = new ScanPool(jobs, options.onCost);
  try {
    yield* inOrder(
      next,
      jobs * DEPTH,
      ({ piece }) => pool.read(piece),
      options,
      () => pool.close(),
    );
  } finally {
    await pool.close();
  }
}

async function* here(next: () => Promise<OpenPiece | undefined>, width: number, options: ScanOptions): AsyncGenerator<RowBatch> {
  if (width > 1) {
    yield* inOrder(next, width, (one) => all(read(one, options)), options);
    return;
  }
  for (let one = await next(); one; one = await next()) {
    try {
      yield* read(one, options);
    } finally {
      await one.release();
    }
  }
}

async function all(batches: AsyncIterable<RowBatch>): Promise<readonly RowBatch[]> {
  const found: RowBatch[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

async function* read({ file, piece }: OpenPiece, options: ScanOptions): AsyncGenerator<RowBatch> {
  try {
    for await (const batch of scanPiece(file, piece, options)) {
      options.signal?.throwIfAborted();
      yield batch;
    }
  } catch (error) {
    throw asGraticuleError(error, { file: file.source.url });
  }
}

/** Up to `width` pieces in work; their rows come in the order of the pieces. @param stop ends what is in work when nobody wants it */
async function* inOrder(
  next: () => Promise<OpenPiece | undefined>,
  width: number,
  run: (piece: OpenPiece) => Promise<readonly RowBatch[]>,
  { signal }: ReadOptions,
  stop?: () => Promise<void>,
): AsyncGenerator<RowBatch> {
  const working: Promise<readonly RowBatch[]>[] = [];
  const start = async (): Promise<void> => {
    const piece = await next();
    if (!piece) return;
    const done = run(piece).finally(() => piece.release());
    // Its error is thrown when its turn comes.
    done.catch(() => undefined);
    working.push(done);
  };
  try {
    while (working.length < width) {
      const before = working.length;
      await start();
      if (working.length === before) break;
    }
    for (let first = working.shift(); first; first = working.shift()) {
      const batches = await first;
      signal?.throwIfAborted();
      await start();
      yield* batches;
    }
  } finally {
    await stop?.();
    await Promise.allSettled(working);
  }
}
