import type { Style } from "../style.js";
import { renderTable } from "../table.js";
import type { InspectDocument, VariableDocument } from "./document.js";
import { numberText } from "./number-text.js";

/** What --stats and --checksum found, as tables; empty where neither was asked for. */
export function renderMeasures(document: InspectDocument, style: Style, width: number): string {
  const entries = Object.entries(document.variables);
  return [
    numbers(entries, style, width),
    texts(entries, style, width),
    lists(entries, style, width),
    checksums(entries, style, width),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

type Entries = readonly [string, VariableDocument][];

function numbers(entries: Entries, style: Style, width: number): string {
  const rows = entries.flatMap(([path, { decoded }]) =>
    decoded
      ? [[path, decoded.size, decoded.valid, decoded.min, decoded.max, decoded.mean, decoded.first_valid, decoded.last_valid]]
      : [],
  );
  return tableOf("Statistics", ["variable", "size", "valid", "min", "max", "mean", "first", "last"], rows, style, width);
}

function texts(entries: Entries, style: Style, width: number): string {
  const rows = entries.flatMap(([path, { strings }]) =>
    strings
      ? [
          [
            path,
            strings.size,
            strings.non_empty,
            strings.distinct ?? `> ${strings.distinct_at_least}`,
            strings.max_len,
            strings.first,
          ],
        ]
      : [],
  );
  return tableOf("Text", ["variable", "size", "not empty", "distinct", "longest", "first"], rows, style, width);
}

function lists(entries: Entries, style: Style, width: number): string {
  const rows = entries.flatMap(([path, { vlen }]) => (vlen ? [[path, vlen.rows, vlen.total, vlen.max]] : []));
  return tableOf("Lists", ["variable", "rows", "elements", "longest"], rows, style, width);
}

function checksums(entries: Entries, style: Style, width: number): string {
  const rows = entries.flatMap(([path, { stored }]) => (stored ? [[path, stored.sha256]] : []));
  return tableOf("SHA-256 of stored values", ["variable", "sha256"], rows, style, width);
}

function tableOf(
  title: string,
  titles: readonly string[],
  rows: readonly (readonly unknown[])[],
  style: Style,
  width: number,
): string {
  if (rows.length === 0) return "";
  const columns = titles.map((text, i) => ({
    title: text,
    align: i === 0 || i === titles.length - 1 ? ("left" as const) : ("right" as const),
  }));
  const cells = rows.map((row) => row.map((value) => shortText(value)));
  return `${style.bold(title)}\n${renderTable(columns, cells, { heading: style.dim, width })}`;
}

function shortText(value: unknown): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? numberText(value) : String(value);
}
