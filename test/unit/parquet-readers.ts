import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
import { type FileMetaData, parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import * as wasm from "parquet-wasm";

/** A value as both readers can give it: 64-bit integers and timestamps as text, bytes as hex, and −0 told from 0. */
export type Plain = string | number | boolean | null;

/** One array per column, in the order of the file. */
export type Columns = Readonly<Record<string, readonly Plain[]>>;

export function metadataOf(path: string): FileMetaData {
  const bytes = readFileSync(path);
  return parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
}

/** As hyparquet reads it. */
export async function readWithHyparquet(path: string): Promise<Columns> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const parsers = {
    timestampFromMilliseconds: String,
    timestampFromMicroseconds: String,
    timestampFromNanoseconds: String,
    dateFromDays: String,
    stringFromBytes: (text: Uint8Array) => text && Buffer.from(text).toString("utf8"),
  } as never;
  const rows = await parquetReadObjects({ file, compressors, parsers, utf8: false });
  const names = (metadataOf(path).schema ?? []).slice(1).map((element) => element.name);
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => plain(row[name]))]));
}

/** As the Rust reader in parquet-wasm reads it, through an Arrow stream. */
export function readWithParquetWasm(path: string): Columns {
  const table = tableFromIPC(wasm.readParquet(readFileSync(path)).intoIPCStream());
  return Object.fromEntries(
    table.schema.fields.map((field, i) => {
      const vector = table.getChildAt(i);
      const isTime = String(field.type).startsWith("Timestamp");
      const values: Plain[] = [];
      for (const chunk of vector?.data ?? []) {
        // The vector's own accessor turns a timestamp into milliseconds.
        for (let at = 0; at < chunk.length; at++)
          if (isTime) values.push(chunk.getValid(at) ? String((chunk.values as BigInt64Array)[at]) : null);
      }
      if (!isTime) for (const value of vector ?? []) values.push(plain(value));
      return [field.name, values];
    }),
  );
}

export function plain(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : String(value);
  return value as Plain;
}
