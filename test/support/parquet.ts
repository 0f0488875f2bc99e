import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { arrowSchemaText } from "../../src/parquet/arrow-schema.js";
import { compressorFor } from "../../src/parquet/compress.js";
import type { FileDescription } from "../../src/parquet/file-layout.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import type { CodecName } from "../../src/parquet/format.js";
import type { ColumnType, Field } from "../../src/schema/field.js";
import type { GridBatch } from "../../src/schema/grid-batch.js";
import { RowGroupBuilder } from "../../src/sink/row-group-builder.js";

export interface WriteOptions {
  readonly codec?: CodecName;
  readonly maxRows?: number;
  readonly pageRows?: number;
}

/** A folder that goes away with the tests of a file. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "graticule-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function field(name: string, type: ColumnType, nullable = true, metadata: Record<string, string> = {}): Field {
  return { name, type, nullable, metadata };
}

export async function describeFields(fields: readonly Field[]): Promise<FileDescription> {
  return { fields, createdBy: "graticule version 0", keyValues: { "ARROW:schema": await arrowSchemaText(fields, {}) } };
}

/** Writes batches of one schema to a file. */
export async function writeBatches(path: string, batches: readonly GridBatch[], options: WriteOptions = {}): Promise<void> {
  const { codec = "zstd", maxRows = 1000, pageRows = 64 } = options;
  const fields = (batches[0] as GridBatch).columns.map((column) => column.field);
  const writer = new ParquetFileWriter(path, await describeFields(fields));
  const builder = new RowGroupBuilder(maxRows, { codec, compress: await compressorFor({ codec }), pageRows });
  for (const batch of batches) for (const group of builder.add(batch)) writer.append(group);
  for (const group of builder.finish()) writer.append(group);
  writer.finish();
}

/** Columns as hyparquet reads them. */
export async function readWithHyparquet(path: string): Promise<Record<string, unknown[]>> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns: Record<string, unknown[]> = Object.fromEntries(metadata.schema.slice(1).map((element) => [element.name, []]));
  await parquetRead({
    file,
    metadata,
    compressors,
    utf8: false,
    onChunk: ({ columnName, columnData, rowStart }) => {
      for (let i = 0; i < columnData.length; i++) (columns[columnName] as unknown[])[rowStart + i] = columnData[i];
    },
  });
  return columns;
}

/** Columns as parquet-wasm (the Rust implementation) and Arrow read them. */
export async function readWithParquetWasm(path: string): Promise<Record<string, unknown[]>> {
  const { readParquet } = await import("parquet-wasm/node");
  const { tableFromIPC } = await import("apache-arrow");
  const table = tableFromIPC(readParquet(readFileSync(path)).intoIPCStream());
  return Object.fromEntries(table.schema.fields.map(({ name }, i) => [name, [...(table.getChildAt(i) as Iterable<unknown>)]]));
}
