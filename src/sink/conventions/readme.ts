import { basename } from "node:path";
import { withoutSecrets } from "../../errors.js";
import { uniteRanges } from "../column-ranges.js";
import type { Part, Snapshot, StoredColumn, StoredTable } from "../commit/snapshot.js";
import type { DocumentedPlace } from "./document.js";
import { geographicExtent, partsOf, rowsOf, timeExtent } from "./extent.js";

/** Of a text of the sources. */
const MOST_LETTERS = 1000;
/** Sources named one by one, at most. */
const MOST_SOURCES = 20;

/** What a dataset is, for people: columns, extent, how to open it, where it comes from, whom to name. */
export function readme(snapshot: Snapshot, place: DocumentedPlace): string {
  const { tables, parts, history = [] } = snapshot;
  const title = tables.find((table) => table.metadata?.title)?.metadata?.title ?? basename(place.dest);
  const runs = history.length > 1 ? `${history.length} runs, the last` : "a run";
  const last = history.at(-1);
  return [
    `# ${line(title)}`,
    `${number(rowsOf(parts))} rows in ${parts.length} Parquet file${parts.length === 1 ? "" : "s"}${last ? `, by ${runs} of ${last.by} at ${last.at}` : ""}.`,
    ...tables.flatMap((table) => tableSection(snapshot, table, tables.length > 1)),
    openSection(snapshot, place),
    sourceSection(snapshot),
    ...attributionSection(tables),
    filesSection(place),
  ]
    .join("\n\n")
    .concat("\n");
}

function tableSection(snapshot: Snapshot, table: StoredTable, isOneOfSeveral: boolean): string[] {
  const parts = partsOf(snapshot, table);
  const about = table.metadata?.summary ?? table.metadata?.description ?? table.metadata?.comment;
  const geo = geographicExtent(snapshot, table);
  const time = timeExtent(snapshot, table);
  const extent = [
    ...(geo
      ? [
          `- Longitudes ${geo[0]} to ${geo[2]}, latitudes ${geo[1]} to ${geo[3]} degrees${geo[0] > geo[2] ? ", across the antimeridian" : ""}`,
        ]
      : []),
    ...(time ? [`- Time ${time[0]} to ${time[1]}`] : []),
  ];
  const rows = table.columns.map((column) => `| ${columnCells(column, parts).join(" | ")} |`);
  return [
    `## ${isOneOfSeveral ? `Table ${code(table.name)}: ` : ""}${number(rowsOf(parts))} rows`,
    ...(about ? [quote(about)] : []),
    ...(extent.length > 0 ? [extent.join("\n")] : []),
    ["| column | type | units | meaning | least | greatest |", "|---|---|---|---|---|---|", ...rows].join("\n"),
  ];
}

function columnCells(column: StoredColumn, parts: readonly Part[]): string[] {
  const { name, type, role, attributes = {} } = column;
  const { units = "", calendar, long_name: title, standard_name: standard, TCOMM: comment } = attributes;
  const counted = role === "index" ? "index along the dimension, from 0" : "";
  const meaning = title || comment || standard?.replaceAll("_", " ") || counted;
  const range = uniteRanges(parts, name) ?? ["", ""];
  const unit = type === "timestamp" ? "UTC" : calendar ? `${units} (${calendar})` : units;
  return [code(name), type, cell(unit), cell(meaning), ...range.map(String)];
}

function openSection({ tables }: Snapshot, { dest, single }: DocumentedPlace): string {
  const [table] = tables;
  const folder = single || !table?.path ? dest : `${dest}/${table.path}`;
  const glob = single ? folder : `${folder}/**/*.parquet`;
  const several = tables.length > 1 ? `\nEach table lies in a folder of its own; this is the first.\n` : "";
  return `## How to open it
${several}
\`\`\`python
import pandas as pd                                  # coordinates come back as the index
df = pd.read_parquet(${JSON.stringify(folder)})
grid = df.to_xarray()                                # xarray, where the rows are those of a whole grid

import duckdb
duckdb.sql(${JSON.stringify(`select * from ${sql(glob)} limit 10`)})

import polars as pl
pl.scan_parquet(${JSON.stringify(glob)}).head(10).collect()

spark.read.parquet(${JSON.stringify(folder)})        # of a SparkSession
\`\`\``;
}

function sourceSection({ sources = [], parts, history = [] }: Snapshot): string {
  const all =
    sources.length > 0
      ? sources.map(({ url, size }) => `- ${code(withoutSecrets(url))}, ${number(size)} bytes`)
      : [...new Set(parts.flatMap((part) => part.sources))].map((url) => `- ${code(withoutSecrets(url))}`);
  const rest = all.length > MOST_SOURCES ? [`- and ${all.length - MOST_SOURCES} more: see provenance.json`] : [];
  const leftOut = history.flatMap((entry) => entry.leftOut ?? []).map(({ path, reason }) => `- ${code(path)}: ${line(reason)}`);
  const distinct = [...new Set(leftOut)];
  return [
    "## Where it comes from",
    [...all.slice(0, MOST_SOURCES), ...rest].join("\n"),
    ...(distinct.length > 0 ? ["Left out:", distinct.slice(0, MOST_SOURCES).join("\n")] : []),
  ].join("\n\n");
}

/** Attributes by which sources say whom to name and what is allowed: those of CF, ACDD and CMIP. */
const ATTRIBUTION = [
  ...["license", "licence", "license_id", "rights", "acknowledgement", "acknowledgment", "citation", "institution", "source"],
  ...[
    "creator_name",
    "creator_url",
    "publisher_name",
    "publisher_url",
    "contributor_name",
    "project",
    "references",
    "doi",
    "id",
    "Conventions",
  ],
  ...["ORIGIN", "AUTHOR", "REFERENC", "TELESCOP", "INSTRUME", "OBSERVER"],
];

function attributionSection(tables: readonly StoredTable[]): string[] {
  const said = ATTRIBUTION.flatMap((name) => {
    const values = new Set(tables.flatMap(({ metadata }) => metadata?.[name] || []));
    return [...values].map((value) => `- ${name}: ${line(value)}`);
  });
  const none = "The sources name no licence and nobody to be named.";
  return ["## Licence and attribution", said.length > 0 ? ["As the sources say:", "", ...said].join("\n") : none];
}

function filesSection({ dest }: DocumentedPlace): string {
  return `## This folder

${code(`${basename(dest)}.graticule`)} is the memory of the dataset. Readers of the data do not need it; \`graticule resume\` and \`--append\` do.

- \`provenance.json\`: sources with their versions, what was asked for, what was left out, checksums of the parts.
- \`stac-item.json\`: the same for catalogues (STAC); of several tables one each.
- \`snapshots/<n>.json\`: the parts with rows, bytes, SHA-256, ranges of values, their boxes in the source grid; which version of which input is loaded. \`LATEST\` names the current one.
- \`runs/<id>/\`: the plan of each run, a marker per finished task, and its history.
- \`report.json\`: what the last run did.`;
}

function number(n: number): string {
  return n.toLocaleString("en");
}

function code(text: string): string {
  return `\`${text.replace(/\s+/g, " ").replaceAll("`", "'")}\``;
}

/** Text of a file, which may hold anything, on one line and without markup of its own. */
function line(text: string): string {
  const short = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
  const plain = short.replace(/\s+/g, " ").trim();
  return plain.replace(/[<>[\]*_`\\]/g, (character) => `\\${character}`);
}

function cell(text: string): string {
  return line(text).replaceAll("|", "\\|");
}

function quote(text: string): string {
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map(line)
    .filter((one) => one !== "");
  return lines.map((one) => `> ${one}`).join("\n");
}

function sql(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}
