import { existsSync, readFileSync } from "node:fs";
import type { Member, Outsider, TableColumn } from "../../archive/model.js";
import type { Box } from "../../schema/box.js";
import type { ColumnRanges } from "../column-ranges.js";
import { appendDurably, makeFolder, writeAtomic } from "./atomic.js";
import type { DestinationLayout } from "./layout.js";

/** A table of the dataset, as the manifest describes it. */
export interface StoredTable {
  readonly name: string;
  /** Folder under the destination; "" where the table is all of it. */
  readonly path: string;
  /** In order. */
  readonly columns: readonly StoredColumn[];
  /** What the sources say of themselves, all alike. Absent in what earlier versions wrote, as all that is optional here. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface StoredColumn {
  readonly name: string;
  /** As `int32`, `timestamp`, `list<float64>`. */
  readonly type: string;
  readonly role?: TableColumn["role"] | "geometry";
  readonly axis?: TableColumn["axis"];
  /** Names of the coordinate columns of the dimensions over which it varies; its own where it is one. */
  readonly dims?: readonly string[];
  /** Of a coordinate: the distance between neighbours, where all have the same. */
  readonly step?: number;
  /** The attributes of its field. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How one snapshot came about. */
export interface HistoryEntry {
  readonly snapshot: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `graticule version 0.1.0` */
  readonly by: string;
  readonly mode: "create" | "append" | "overwrite";
  /** What was asked for, as data. */
  readonly recipe?: unknown;
  readonly leftOut?: readonly Outsider[];
  readonly warnings: readonly string[];
}

export interface Part {
  /** Relative to the destination; "" is the destination itself where that is one file. */
  readonly path: string;
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Of its values, by column. Absent in what earlier versions wrote. */
  readonly ranges?: ColumnRanges;
  /** In the table's index space. */
  readonly boxes: readonly Box[];
  /** Files that its rows come from. */
  readonly sources: readonly string[];
}

/** A state of the dataset: what a reader of the manifest sees. */
export interface Snapshot {
  readonly version: 1;
  readonly number: number;
  readonly previous: number | null;
  readonly runId: string;
  readonly tables: readonly StoredTable[];
  readonly parts: readonly Part[];
  /** Of this snapshot, and of those whose parts it keeps. */
  readonly history?: readonly HistoryEntry[];
  /** The inputs of all of them, pinned to what was read. */
  readonly sources?: readonly Member[];
}

export function readLatest(layout: DestinationLayout): Snapshot | null {
  if (!existsSync(layout.latest)) return null;
  return readSnapshot(layout, Number(readFileSync(layout.latest, "utf8").trim()));
}

export function readSnapshot(layout: DestinationLayout, number: number): Snapshot | null {
  const path = layout.snapshot(number);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Snapshot) : null;
}

/** The snapshot first, then the pointer to it. */
export function publishSnapshot(layout: DestinationLayout, snapshot: Snapshot): void {
  makeFolder(layout.snapshots);
  writeAtomic(layout.snapshot(snapshot.number), JSON.stringify(snapshot, null, 1));
  writeAtomic(layout.latest, `${snapshot.number}\n`);
}

interface LedgerLine {
  readonly url: string;
  readonly version: string;
  readonly snapshot: number;
  /** What of the file was asked for, as `RunFile` has it. Absent in what earlier versions wrote: taken for the same. */
  readonly subset?: string;
}

/** Which version of which input is in which snapshot. */
export function readLedger(layout: DestinationLayout): ReadonlyMap<string, LedgerLine> {
  const lines = existsSync(layout.ledger) ? readFileSync(layout.ledger, "utf8").split("\n") : [];
  const entries = new Map<string, LedgerLine>();
  for (const line of lines) {
    if (line === "") continue;
    const entry = parseLine(line);
    if (entry) entries.set(ledgerKey(entry), entry);
  }
  return entries;
}

/** A line cut by a crash counts as absent: its run is finished again and writes it again. */
function parseLine(line: string): LedgerLine | null {
  try {
    return JSON.parse(line) as LedgerLine;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function ledgerKey(entry: { readonly url: string; readonly version: string }): string {
  return `${entry.version} ${entry.url}`;
}

/** @param subset what of the files was asked for */
export function extendLedger(
  layout: DestinationLayout,
  members: readonly Member[],
  { number }: Snapshot,
  subset: string | undefined,
  fresh: boolean,
): void {
  const known = fresh ? new Map<string, LedgerLine>() : readLedger(layout);
  const added = members.filter((member) => !known.has(ledgerKey(member)));
  const lineOf = ({ url, version }: Member): LedgerLine => ({ url, version, snapshot: number, ...(subset && { subset }) });
  const lines = added.map((member) => `${JSON.stringify(lineOf(member))}\n`).join("");
  if (fresh) writeAtomic(layout.ledger, lines);
  else appendDurably(layout.ledger, `\n${lines}`);
}
