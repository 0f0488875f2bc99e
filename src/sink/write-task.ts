import { rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { asGraticuleError, isGraticuleError } from "../errors.js";
import { compressorFor } from "../parquet/compress.js";
import type { FileDescription } from "../parquet/file-layout.js";
import { ParquetFileWriter } from "../parquet/file-writer.js";
import type { SinkSpec } from "../plan/nodes.js";
import type { GridBatch } from "../schema/grid-batch.js";
import { RowGroupBuilder } from "./row-group-builder.js";

/** Rows of a page at most: half a megabyte of float32, which compresses well and is a fine grain for pruning. */
const PAGE_ROWS = 1 << 17;

export interface StagedPart {
  /** Name in the staging folder; null where there were no rows. */
  readonly file: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a task's batches to a file of its own in the staging folder; on failure nothing is left of it. */
export async function stagePart(
  batches: AsyncIterable<GridBatch>,
  sink: SinkSpec,
  description: FileDescription,
  staging: string,
  name: string,
): Promise<StagedPart> {
  const path = join(staging, name);
  const options = { codec: sink.compression.codec, compress: await compressorFor(sink.compression), pageRows: PAGE_ROWS };
  const builder = new RowGroupBuilder(sink.rowGroupRows, options);
  let writer: ParquetFileWriter | null = null;
  try {
    const append = (groups: Iterable<Parameters<ParquetFileWriter["append"]>[0]>): void => {
      for (const group of groups) {
        writer ??= new ParquetFileWriter(path, description);
        writer.append(group);
      }
    };
    for await (const batch of batches) {
      append(builder.add(batch));
      // Reading and encoding can be synchronous from end to end; a Ctrl-C is heard in between.
      await nextTurn();
    }
    append(builder.finish());
    const whole = writer as ParquetFileWriter | null;
    return whole ? { file: name, ...whole.finish() } : { file: null, rows: 0, bytes: 0, sha256: "" };
  } catch (error) {
    (writer as ParquetFileWriter | null)?.abandon();
    rmSync(path, { force: true });
    // Errors of reading are tagged where they arise; a plain one of the file system is of writing.
    const isOfDisk = !isGraticuleError(error) && (error as { syscall?: unknown }).syscall !== undefined;
    throw isOfDisk ? asGraticuleError(error, { file: path }) : error;
  }
}
