import type { Member, Outsider, TableColumn } from "../../archive/model.js";
import { GraticuleError, withoutSecrets } from "../../errors.js";
import type { Box } from "../../schema/box.js";
import type { ColumnRanges } from "../column-ranges.js";
import type { DestinationLayout } from "./layout.js";
import { type LoadedInput, readLedgerFile } from "./ledger-file.js";

/** A table of the dataset, as the manifest describes it. */
export interface StoredTable {
  readonly name: string;
  /** Folder under the destination; "" where the table is all of it. */
  readonly path: string;
  /** In order. */
  readonly columns: readonly StoredColumn[];
  /** What the sources say of themselves, all alike. Absent in what earlier versions wrote, as all that is optional here. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What its rows are parted by, a level of folders each; absent: they are not. */
  readonly partition?: readonly string[];
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
  /** Files that its rows come from, as all addresses here without passwords and signatures. */
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
  /** The ledger: all that is loaded. Absent in what 0.1 wrote. */
  readonly inputs?: readonly LoadedInput[];
}

/**
 * The current snapshot. On disk that is the one which LATEST names. In S3 it is the last one: a request to write LATEST that
 * its writer has given up can arrive later than the next writer's, whereas a snapshot, once written, is never written again.
 */
export async function readLatest(layout: DestinationLayout): Promise<Snapshot | null> {
  const number = layout.store.kind === "s3" ? await lastNumber(layout) : await latestNumber(layout);
  return number === null ? null : readSnapshot(layout, number);
}

/** What LATEST says. */
export async function latestNumber({ store, latest }: DestinationLayout): Promise<number | null> {
  const text = await store.read(latest);
  return text === null ? null : Number(text.trim());
}

async function lastNumber({ store, snapshots }: DestinationLayout): Promise<number | null> {
  const numbers = (await store.list(snapshots)).flatMap(({ path }) => /^(\d+)\.json$/.exec(path)?.[1] ?? []).map(Number);
  return numbers.length === 0 ? null : Math.max(...numbers);
}

export async function readSnapshot(layout: DestinationLayout, number: number): Promise<Snapshot | null> {
  const text = await layout.store.read(layout.snapshot(number));
  return text === null ? null : (JSON.parse(text) as Snapshot);
}

/**
 * The snapshot first, then the pointer to it.
 * @throws `conflict` where another run has made a snapshot of that number: this one has lost its place and did not know
 */
export async function publishSnapshot(layout: DestinationLayout, snapshot: Snapshot): Promise<void> {
  const { store } = layout;
  const path = layout.snapshot(snapshot.number);
  await store.makeFolder(layout.snapshots);
  const text = JSON.stringify(snapshot, null, 1);
  const isNew = await store.create(path, text);
  if (!isNew) {
    const there = await readSnapshot(layout, snapshot.number);
    if (there && there.runId !== snapshot.runId)
      throw new GraticuleError("conflict", `another run has made snapshot ${snapshot.number} meanwhile`, {
        file: path,
        hint: "nothing of this run is in the dataset; begin it again",
      });
    await store.write(path, text);
  }
  await pointTo(layout, snapshot);
}

export async function pointTo({ store, latest }: DestinationLayout, { number }: Snapshot): Promise<void> {
  await store.write(latest, `${number}\n`);
}

/** Which version of which input is in which snapshot, by {@link ledgerKey}. */
export async function readLedger(layout: DestinationLayout, latest: Snapshot | null): Promise<ReadonlyMap<string, LoadedInput>> {
  const inputs = latest?.inputs ?? (await readLedgerFile(layout));
  // Earlier versions wrote addresses as they were given.
  return new Map(inputs.map((input) => ({ ...input, url: withoutSecrets(input.url) })).map((input) => [ledgerKey(input), input]));
}

export function ledgerKey(entry: { readonly url: string; readonly version: string }): string {
  return `${entry.version} ${entry.url}`;
}

/** What is loaded once these members are: another version of one takes the place of the one before. */
export function withLoaded(
  known: Iterable<LoadedInput>,
  members: readonly Member[],
  snapshot: number,
  subset: string | undefined,
): LoadedInput[] {
  const added = new Set(members.map(({ url }) => url));
  return [
    ...[...known].filter(({ url }) => !added.has(url)),
    ...members.map(({ url, version }) => ({ url, version, snapshot, ...(subset !== undefined && { subset }) })),
  ];
}
