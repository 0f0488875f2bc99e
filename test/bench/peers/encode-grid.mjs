/**
 * Encodes a grid of (time, latitude, longitude) whose values lie in FILE as float32: from the values in memory to files on the disk.
 * Usage: encode-grid.mjs FILE OUT TIMES LATITUDES LONGITUDES THREADS; prints seconds and processor seconds.
 * Each thread writes a part of its own, as conversions do.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";

const dist = new URL("../../../dist/src/", import.meta.url);
const load = (path) => import(new URL(path, dist));

async function write(values, path, latitudes, longitudes, from, to) {
  const [{ compressorFor }, { ParquetFileWriter }, { RowGroupBuilder }] = await Promise.all(
    ["parquet/compress.js", "parquet/file-writer.js", "sink/row-group-builder.js"].map(load),
  );
  const field = (name, type) => ({ name, type, nullable: false, metadata: {} });
  const float = { kind: "number", name: "float32" };
  const columns = [
    {
      field: field("time", { kind: "timestamp" }),
      axes: [0],
      data: BigInt64Array.from({ length: to - from }, (_, i) => BigInt(from + i) * 3_600_000_000n),
    },
    { field: field("latitude", float), axes: [1], data: Float32Array.from({ length: latitudes }, (_, i) => 90 - i / 8) },
    { field: field("longitude", float), axes: [2], data: Float32Array.from({ length: longitudes }, (_, i) => i / 8) },
    { field: field("value", float), axes: [0, 1, 2], data: values },
  ];
  const axes = [
    { dim: "time", start: from, length: to - from },
    { dim: "latitude", start: 0, length: latitudes },
    { dim: "longitude", start: 0, length: longitudes },
  ];
  const writer = new ParquetFileWriter(path, { fields: columns.map((one) => one.field), keyValues: {}, createdBy: "graticule" });
  const builder = new RowGroupBuilder(1 << 20, {
    codec: "zstd",
    compress: await compressorFor({ codec: "zstd" }),
    pageRows: 1 << 17,
  });
  for (const group of builder.add({ axes, columns })) writer.append(group);
  for (const group of builder.finish()) writer.append(group);
  writer.finish();
}

if (isMainThread) {
  const [file, out, ...numbers] = process.argv.slice(2);
  const [times, latitudes, longitudes, threads] = numbers.map(Number);
  const bytes = readFileSync(file);
  const cells = latitudes * longitudes;
  const values = new Float32Array(new SharedArrayBuffer(4 * cells * times));
  values.set(new Float32Array(bytes.buffer, bytes.byteOffset, values.length));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const started = process.hrtime.bigint();
  const before = process.cpuUsage();
  const parts = Array.from({ length: threads }, (_, i) => {
    const [from, to] = [i, i + 1].map((k) => Math.round((times * k) / threads));
    return { values: values.subarray(from * cells, to * cells), path: `${out}/part-${i}.parquet`, latitudes, longitudes, from, to };
  });
  const [first, ...others] = parts;
  const done = others.map(
    (part) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: part });
        worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`))));
        worker.on("error", reject);
      }),
  );
  await write(first.values, first.path, latitudes, longitudes, first.from, first.to);
  await Promise.all(done);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${Number(process.hrtime.bigint() - started) / 1e9} ${(user + system) / 1e6}\n`);
} else {
  const { values, path, from, to } = workerData;
  await write(values, path, workerData.latitudes, workerData.longitudes, from, to);
}
