import { stripVTControlCharacters } from "node:util";
import { clip } from "./style.js";

export interface TableColumn {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly align?: "left" | "right";
}

export interface TableOptions {
  /** Columns of the terminal; the last column is cut to it. Default: as wide as it gets. */
  readonly width?: number;
  /** Applied to the heading after it was laid out. */
  readonly heading?: (text: string) => string;
}

const GAP = "  ";

/** Rows as aligned text under a heading and a rule, one line each, with a newline at the end. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const widths = columns.map((column, i) => Math.max(lengthOf(column.title), ...rows.map((row) => lengthOf(row[i] ?? ""))));
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = Math.max(8, (options.width ?? Number.POSITIVE_INFINITY) - before);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const text = i === last ? clip(cell, room) : cell;
        const blank = " ".repeat(Math.max(0, (widths[i] as number) - lengthOf(text)));
        return columns[i]?.align === "right" ? blank + text : text + blank;
      })
      .join(GAP)
      .trimEnd();
  const cut = (text: string): string => clip(text, options.width ?? Number.POSITIVE_INFINITY);
  const heading = options.heading ?? ((text: string) => text);
  const rule = widths.map((width, i) => "─".repeat(i === last ? Math.min(width, room) : width)).join(GAP);
  const head = columns.map((column) => column.title);
  return `${[heading(cut(line(head))), heading(cut(rule)), ...rows.map((row) => cut(line(columns.map((_, i) => row[i] ?? ""))))].join("\n")}\n`;
}

function lengthOf(text: string): number {
  return Array.from(withoutColour(text)).length;
}

function withoutColour(text: string): string {
  return stripVTControlCharacters(text);
}

/** Rows as aligned, indented columns without a heading, cut to the width. Cells may carry colours. */
export function alignColumns(rows: readonly (readonly string[])[], width: number): string {
  const count = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: count }, (_, i) => rows.reduce((most, row) => Math.max(most, lengthOf(row[i] ?? "")), 0));
  const lines = rows.map((row) => {
    let [line, used] = ["", 0];
    for (const [i, cell] of row.entries()) {
      const room = Math.max(0, width - used - GAP.length);
      const text = lengthOf(cell) > room ? clip(withoutColour(cell), room) : cell;
      line += GAP + text + " ".repeat(Math.max(0, (widths[i] as number) - lengthOf(text)));
      used += GAP.length + (widths[i] as number);
      if (used >= width) break;
    }
    return line.trimEnd();
  });
  return `${lines.join("\n")}\n`;
}
