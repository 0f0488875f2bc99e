/**
 * The least that reading takes: `inflate`: every chunk of FILE (places in FILE.chunks.json) through node:zlib on all cores, and
 * thrown away; `recode`: and through zstd, in pieces as large as a page, which is what a conversion cannot do without; `swap`: the whole of a classic file by positioned reads into one buffer, byte order turned. Usage: floor.mjs WHAT FILE
 */
import { openSync, readFileSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { constants, inflateSync, zstdCompressSync } from "node:zlib";

/** Of a page of float32 at its largest. */
const PIECE = 512 << 10;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const [what, path] = isMainThread ? process.argv.slice(2) : workerData.what;
if (what === "swap") {
  const fd = openSync(path, "r");
  const { size } = statSync(path);
  const buffer = Buffer.allocUnsafeSlow(8 << 20);
  let total = 0;
  for (let at = 0; at < size; at += buffer.length) {
    const got = readSync(fd, buffer, 0, Math.min(buffer.length, size - at), at) & ~3;
    const piece = buffer.subarray(0, got).swap32();
    const values = new Float32Array(piece.buffer, 0, got / 4);
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i + 3 < values.length; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    total += a + b + c + d;
  }
  process.stdout.write(`${size} ${total.toExponential(6)}\n`);
} else if (isMainThread) {
  const cores = availableParallelism();
  const workers = Array.from(
    { length: cores },
    (_, i) => new Worker(new URL(import.meta.url), { workerData: { what: [what, path], i, cores } }),
  );
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.on("exit", resolve))));
} else {
  const chunks = JSON.parse(readFileSync(`${path}.chunks.json`, "utf8"));
  const fd = openSync(path, "r");
  const input = Buffer.allocUnsafeSlow(Math.max(...chunks.map(([, length]) => length)));
  for (let i = workerData.i; i < chunks.length; i += workerData.cores) {
    const [offset, length, decoded] = chunks[i];
    readSync(fd, input, 0, length, offset);
    const bytes = inflateSync(input.subarray(0, length), { chunkSize: decoded });
    if (bytes.length !== decoded) throw new Error("a chunk of another length");
    // Shuffled bytes are planes already.
    if (what === "recode") for (let at = 0; at < decoded; at += PIECE) zstdCompressSync(bytes.subarray(at, at + PIECE), LEVEL);
  }
}
