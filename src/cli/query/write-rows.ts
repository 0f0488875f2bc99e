import type { PreparedQuery } from "../../dataframe/query/run-query.js";
import type { RowBatch } from "../../schema/row-batch.js";
import { type Cell, cellsOf } from "../../schema/row-cells.js";
import { type Output, PIECE_LENGTH } from "../cat/output.js";
import { renderTable } from "../table.js";
import { jsonCell, textCell } from "./cell-text.js";

/** Rows that a table for reading shows at most. */
export const SHOWN = 100;

export type RowFormat = "table" | "csv" | "json" | "arrow";

/** The rows of a query as they come. @returns how many there were, or for a table whether more were left out */
export async function writeRows(
  query: PreparedQuery,
  format: RowFormat,
  output: Output,
  width?: number,
): Promise<{ readonly more: boolean }> {
  switch (format) {
    case "csv":
      await writeCsv(query, output);
      return { more: false };
    case "json":
      await writeJson(query, output);
      return { more: false };
    case "arrow":
      await writeArrow(query, output);
      return { more: false };
    case "table":
      return writeTable(query, output, width);
  }
}

/** Row by row. */
export function* rowsOf({ fields, columns, rows }: RowBatch): Iterable<readonly Cell[]> {
  const cells = fields.map((field, i) => cellsOf(field.type, columns[i] as RowBatch["columns"][number]));
  for (let row = 0; row < rows; row++) yield cells.map((cell) => cell(row));
}

async function writeTable({ fields, rows }: PreparedQuery, output: Output, width?: number): Promise<{ readonly more: boolean }> {
  const lines: string[][] = [];
  let more = false;
  reading: for await (const batch of rows())
    for (const row of rowsOf(batch)) {
      more = lines.length === SHOWN;
      if (more) break reading;
      lines.push(row.map((cell, i) => (cell === null ? "NULL" : textCell(fields[i]?.type ?? { kind: "null" }, cell))));
    }
  const titles = fields.map(({ name, type }) => ({
    title: name,
    align: type.kind === "number" || type.kind === "decimal" ? ("right" as const) : ("left" as const),
  }));
  await output.write(renderTable(titles, lines, width === undefined ? {} : { width }));
  return { more };
}

/** RFC 4180; null is an empty field. */
async function writeCsv({ fields, rows }: PreparedQuery, output: Output): Promise<void> {
  let piece = `${fields.map(({ name }) => quoted(name)).join(",")}\n`;
  for await (const batch of rows())
    for (const row of rowsOf(batch)) {
      piece += `${row.map((cell, i) => quoted(textCell(fields[i]?.type ?? { kind: "null" }, cell))).join(",")}\n`;
      if (piece.length < PIECE_LENGTH) continue;
      await output.write(piece);
      piece = "";
    }
  await output.write(piece);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An array of objects. */
async function writeJson({ fields, rows }: PreparedQuery, output: Output): Promise<void> {
  let piece = "[";
  let separator = "\n";
  for await (const batch of rows())
    for (const row of rowsOf(batch)) {
      piece += separator + JSON.stringify(Object.fromEntries(row.map((cell, i) => [fields[i]?.name ?? "", jsonCell(cell)])));
      separator = ",\n";
      if (piece.length < PIECE_LENGTH) continue;
      await output.write(piece);
      piece = "";
    }
  await output.write(`${piece}\n]\n`);
}

/** An IPC stream. */
async function writeArrow({ fields, rows }: PreparedQuery, output: Output): Promise<void> {
  const arrow = await import("apache-arrow");
  const { recordBatchOf, rowArrowField } = await import("../../arrow/to-arrow.js");
  const { arrowStreamWriter } = await import("../../sink/arrow/stream-writer.js");
  const writer = arrowStreamWriter(arrow, new arrow.Schema(fields.map((field) => rowArrowField(arrow, field))));
  for await (const batch of rows()) for (const piece of writer.add(recordBatchOf(arrow, batch))) await output.write(piece);
  for (const piece of writer.finish()) await output.write(piece);
}
