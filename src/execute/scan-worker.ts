import { parentPort } from "node:worker_threads";
import { asGraticuleError, GraticuleError } from "../errors.js";
import { ParquetFile } from "../parquet/read/parquet-file.js";
import { scanPiece } from "../scan/scan-piece.js";
import type { RowBatch } from "../schema/row-batch.js";
import { buffersOf } from "../schema/vector-buffers.js";
import { openStore } from "../store/open-store.js";
import { type RequestCounters, withCounting } from "../store/with-counting.js";
import type { ScanAnswer, ScanOrder } from "./scan-messages.js";

/** A worker thread that reads pieces of Parquet files; it keeps the file that it read last open. */
const port = parentPort;
if (!port) throw new TypeError("this module is the entry of a worker thread");
const store = openStore();
const counters: RequestCounters = { requests: 0, bytes: 0 };
let last: { readonly url: string; readonly version: string; readonly file: ParquetFile } | undefined;

async function fileOf(url: string, version: string): Promise<ParquetFile> {
  if (last?.url === url && last.version === version) return last.file;
  await last?.file.source.close();
  last = undefined;
  const source = withCounting(await store.open(url), counters);
  if (source.version !== version) {
    await source.close();
    throw new GraticuleError("changed", "the file changed while it was being read", { file: url });
  }
  const file = await ParquetFile.open(source);
  last = { url, version, file };
  return file;
}

async function answer({ index, piece }: ScanOrder): Promise<ScanAnswer> {
  const before = { ...counters };
  const file = await fileOf(piece.url, piece.version);
  const pages = file.counters.pages;
  const batches: RowBatch[] = [];
  for await (const batch of scanPiece(file, piece)) batches.push(batch);
  const cost = {
    requests: counters.requests - before.requests,
    bytes: counters.bytes - before.bytes,
    pages: file.counters.pages - pages,
  };
  return { index, batches, cost };
}

/** One after the other, because the file is kept. */
let queue: Promise<void> = Promise.resolve();

port.on("message", (order: ScanOrder) => {
  queue = queue.then(() =>
    answer(order).then(
      (done) => port.postMessage(done, [...new Set((done.batches ?? []).flatMap((batch) => batch.columns.flatMap(buffersOf)))]),
      (error) => {
        const known = asGraticuleError(error, { file: order.piece.url });
        port.postMessage({ index: order.index, error: known.toJSON() } satisfies ScanAnswer);
      },
    ),
  );
});
