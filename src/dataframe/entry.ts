import type { ArrowSource } from "../arrow/open-arrow.js";
import type { WrittenFile } from "../parquet/file-writer.js";
import type { ConvertRequest } from "./convert-request.js";
import type { ConvertResult } from "./convert-result.js";
import type { GcRequest, GcResult } from "./gc.js";
import type { ArrowRows, ReadArrowRequest } from "./read-arrow.js";
import type { RunHooks } from "./run-hooks.js";
import type { VerifyResult } from "./verify/result.js";
import type { VerifyRequest } from "./verify/verify.js";
import type { WriteParquetRequest } from "./write-parquet.js";

/**
 * Archives to Parquet: the main job, as `graticule convert` runs it. Its code is loaded with the first call, so that programs
 * that only read start faster.
 *
 * @throws `usage`, `not-found`, `conflict` before anything is written; afterwards the first task's error, with what is finished
 * kept for `resume`
 */
export async function convert(request: ConvertRequest, hooks: RunHooks = {}): Promise<ConvertResult> {
  const { convert: run } = await import("./convert.js");
  return run(request, hooks);
}

/**
 * Finishes the run that was interrupted at a destination, with the plan that was made at its beginning; tasks that are done are
 * not done again. What it gives is the whole run's, but for time, memory and warnings, which are its own.
 *
 * @throws `not-found` where there is neither a run nor a dataset; `changed` where an input is no longer the one that was planned
 */
export async function resume(dest: string, options: { jobs?: number } = {}, hooks: RunHooks = {}): Promise<ConvertResult> {
  const { resume: run } = await import("./resume.js");
  return run(dest, options, hooks);
}

/**
 * Arrow data to one Parquet file, which appears whole or not at all. Batches are written as they arrive: memory holds a row
 * group. Metadata of fields and schema goes into the footer.
 *
 * @param source a table, record batches, or an IPC stream or file; of one schema. Numbers and validity are not copied
 * @param path a local file
 * @example
 * await writeParquet(tableFromArrays({ x: Float32Array.of(1, 2) }), "x.parquet");
 * await writeParquet(process.stdin, "from-stdin.parquet", { compression: "zstd:9" });
 *
 * @throws `conflict` where the file exists, `unsupported` for a type that has no column, `malformed` for what is no Arrow data
 */
export async function writeParquet(source: ArrowSource, path: string, options: WriteParquetRequest = {}): Promise<WrittenFile> {
  const { writeParquet: run } = await import("./write-parquet.js");
  return run(source, path, options);
}

/**
 * The rows of one table of an archive as Arrow record batches, read as they are asked for: the columns and metadata that `convert`
 * writes, without a file. Columns of full-precision data are views of what was decoded.
 *
 * @example
 * const { schema, batches } = await readArrow({ inputs: "era5/*.nc", bbox: [0, 40, 20, 60], where: "t2m > 280" });
 * for await (const batch of batches) console.log(batch.numRows);
 *
 * @throws `usage` where the inputs have several tables and none is chosen, and what `convert` throws
 */
export async function readArrow(request: ReadArrowRequest, hooks: RunHooks = {}): Promise<ArrowRows> {
  const { readArrow: run } = await import("./read-arrow.js");
  return run(request, hooks);
}

/** The same as an Arrow IPC stream, piece by piece. */
export async function* arrowStream(request: ReadArrowRequest, hooks: RunHooks = {}): AsyncGenerator<Uint8Array> {
  const { arrowStream: run } = await import("./read-arrow.js");
  yield* run(request, hooks);
}

/**
 * Whether a dataset is what its manifest says: every part there, with its size, checksum and rows, its statistics readable. With
 * `source`, whether its cells are what the sources hold now. Nothing is written; all that differs is named in what it gives.
 *
 * @throws `not-found` where there is no dataset, `changed` where a writer has made another snapshot meanwhile
 */
export async function verify(dest: string, request: VerifyRequest = {}): Promise<VerifyResult> {
  const { verify: run } = await import("./verify/verify.js");
  return run(dest, request);
}

/**
 * Removes what no reader and no run needs: parts that the current snapshot does not name, runs that were given up, what is staged
 * for none, multipart uploads of no run.
 *
 * @throws `not-found` where there is no dataset of ours, `conflict` while a writer is at work
 */
export async function gc(dest: string, request: GcRequest = {}): Promise<GcResult> {
  const { gc: run } = await import("./gc.js");
  return run(dest, request);
}
