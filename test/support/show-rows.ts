/** Prints the schema and the first rows of a Parquet dataset, read by an independent reader. Usage: show-rows.ts FOLDER [ROWS] */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const [folder = "", rows = "5"] = process.argv.slice(2);
const parts = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".parquet"))
  .sort();
let total = 0;
for (const part of parts) {
  const file = await asyncBufferFromFile(join(folder, part));
  const metadata = await parquetMetadataAsync(file);
  total += Number(metadata.num_rows);
  if (part !== parts[0]) continue;
  const first = await parquetReadObjects({ file, compressors, rowEnd: Math.min(Number(rows), Number(metadata.num_rows)) });
  const columns = Object.keys(first[0] ?? {});
  const text = (value: unknown) => (value instanceof Date ? value.toISOString().slice(0, 19) : String(value));
  const lines = [columns, ...first.map((row) => columns.map((name) => text(row[name])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] as string).length)));
  for (const line of lines) process.stdout.write(`  ${line.map((cell, i) => cell.padStart(widths[i] as number)).join("  ")}\n`);
}
process.stdout.write(`  … ${total} rows in ${parts.length} ${parts.length === 1 ? "part" : "parts"}, read with hyparquet\n`);
