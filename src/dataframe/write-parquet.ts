import { randomBytes } from "node:crypto";
import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { gridBatchOf, schemaOf } from "../arrow/from-arrow.js";
import { type ArrowSource, openArrow, requireSame } from "../arrow/open-arrow.js";
import { asGraticuleError, GraticuleError } from "../errors.js";
import { arrowSchemaText } from "../parquet/arrow-schema.js";
import { compressorFor } from "../parquet/compress.js";
import { ParquetFileWriter, type WrittenFile } from "../parquet/file-writer.js";
import { RowGroupBuilder } from "../sink/row-group-builder.js";
import { PAGE_ROWS } from "../sink/write-task.js";
import { makeFolder, syncFolder } from "../store/output/atomic.js";
import { type Check, checkKeys, isSignal, isText } from "./check-keys.js";
import { parseCompression } from "./convert-request.js";
import { createdBy } from "./created-by.js";

export interface WriteParquetRequest {
  /** `zstd`, `snappy`, `gzip`, `lz4_raw` or `none`, with `:level` for zstd and gzip. Default: zstd. */
  readonly compression?: string;
  /** Rows of a row group at most; default 1,048,576. */
  readonly rowGroupRows?: number;
  /** Default `create`: an error where the file exists. */
  readonly mode?: "create" | "overwrite";
  readonly signal?: AbortSignal;
}

/**
 * Arrow data to one Parquet file, which appears whole or not at all. Batches are written as they arrive: memory holds a row
 * group. Metadata of fields and schema goes into the footer.
 *
 * @param source of one schema; numbers and validity are not copied
 * @param path a local file
 * @throws `conflict` where the file exists, `unsupported` for a type that has no column, `malformed` for what is no Arrow data
 */
export async function writeParquet(source: ArrowSource, path: string, options: WriteParquetRequest = {}): Promise<WrittenFile> {
  const {
    compression = "zstd",
    rowGroupRows = 1 << 20,
    mode = "create",
    signal,
  } = checkKeys<WriteParquetRequest>("the third argument of writeParquet", options, {
    compression: isText,
    rowGroupRows: isCount,
    mode: isMode,
    signal: isSignal,
  });
  const dest = resolve(path);
  if (mode === "create" && existsSync(dest)) throw exists(dest);
  const chosen = parseCompression(compression);
  const encode = { codec: chosen.codec, compress: await compressorFor(chosen), pageRows: PAGE_ROWS };
  const builder = new RowGroupBuilder(rowGroupRows, encode);
  makeFolder(dirname(dest));
  const staged = `${dest}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  let writer: ParquetFileWriter | undefined;
  try {
    const { schema, batches } = await openArrow(source);
    const { fields, metadata } = schemaOf(schema);
    const keyValues = { ...metadata, "ARROW:schema": await arrowSchemaText(fields, metadata) };
    writer = new ParquetFileWriter(staged, { fields, keyValues, createdBy: createdBy() });
    for await (const batch of batches) {
      signal?.throwIfAborted();
      requireSame(batch.schema, schema);
      for (const group of builder.add(gridBatchOf(batch, { fields, metadata }))) writer.append(group);
    }
    for (const group of builder.finish()) writer.append(group);
    const written = writer.finish();
    place(staged, dest, mode);
    return written;
  } catch (error) {
    writer?.abandon();
    throw asGraticuleError(error, { file: dest });
  } finally {
    rmSync(staged, { force: true });
  }
}

function exists(file: string): GraticuleError {
  return new GraticuleError("conflict", "the file exists", { file, hint: 'mode: "overwrite" replaces it' });
}

/** In one step; of two that create it, one wins. */
function place(staged: string, dest: string, mode: "create" | "overwrite"): void {
  if (mode === "overwrite") renameSync(staged, dest);
  else
    try {
      linkSync(staged, dest);
    } catch (error) {
      throw (error as { code?: unknown }).code === "EEXIST" ? exists(dest) : error;
    }
  syncFolder(dirname(dest));
}

const isCount: Check = (value) => (Number.isInteger(value) && (value as number) > 0 ? null : "a whole number above 0");
const isMode: Check = (value) => (value === "create" || value === "overwrite" ? null : '"create" or "overwrite"');
