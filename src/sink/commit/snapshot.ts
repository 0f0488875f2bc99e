import { existsSync, readFileSync } from "node:fs";
import type { Member } from "../../archive/model.js";
import type { Box } from "../../schema/box.js";
import { appendDurably, makeFolder, writeAtomic } from "./atomic.js";
import type { DestinationLayout } from "./layout.js";

/** A table of the dataset, as the manifest describes it. */
export interface StoredTable {
  readonly name: string;
  /** Folder under the destination; "" where the table is all of it. */
  readonly path: string;
  /** In order; `type` as `int32`, `timestamp`, `list<float64>`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

export interface Part {
  /** Relative to the destination; "" is the destination itself where that is one file. */
  readonly path: string;
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
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
