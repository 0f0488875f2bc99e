import { basename } from "node:path";
import { ownUploads } from "./abandon-uploads.js";
import type { DestinationLayout } from "./layout.js";
import { readMarkers } from "./markers.js";
import { isDocument, snapshotOfPart } from "./part-path.js";
import { temporaries } from "./remove-temporaries.js";
import { type RunState, runsOf, snapshotOf, unfinishedRun } from "./run-file.js";
import type { Snapshot } from "./snapshot.js";

/** Something of ours that no reader and no run needs any more. */
export interface Litter {
  readonly kind: "part" | "run" | "staged" | "temporary" | "upload";
  /** A path, or of an upload where its object would lie. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when it was written, of a part when it was replaced. */
  readonly since: number;
  /** Of an upload. */
  readonly id?: string;
}

/** What stands at a destination without being part of the dataset or of a run that can be resumed. */
export interface Findings {
  readonly litter: readonly Litter[];
  /** Files at the destination that are none of ours; nobody touches them. */
  readonly foreign: readonly string[];
  /** The run that `resume` would finish. */
  readonly unfinished: string | null;
}

/** Names of objects by which a store was asked what it can do. */
const PROBE = /\.probe-[0-9a-f]+$/;

/** @param latest the current snapshot */
export async function findLitter(layout: DestinationLayout, latest: Snapshot | null): Promise<Findings> {
  const { store } = layout;
  const states = await runsOf(layout);
  const resumable = await unfinishedRun(layout);
  const live = resumable && (await livePieces(layout, resumable.id));
  const litter: Litter[] = [];
  const { parts, foreign } = await findParts(layout, latest, live?.snapshot ?? null);
  litter.push(...parts);
  for (const state of states) litter.push(...(await litterOfRun(layout, state, live)));
  const now = Date.now();
  if (store.kind === "disk")
    for (const path of temporaries(layout))
      litter.push({ kind: "temporary", path, bytes: (await store.stat(path))?.bytes ?? 0, since: now });
  for (const { path, bytes, modified } of await store.list(layout.snapshots))
    if (PROBE.test(path)) litter.push({ kind: "temporary", path: `${layout.snapshots}/${path}`, bytes, since: modified });
  for (const { path, id, begun } of await ownUploads(layout))
    if (!live?.uploads.has(id)) litter.push({ kind: "upload", path, bytes: 0, since: begun, id });
  return { litter, foreign, unfinished: resumable?.id ?? null };
}

interface LivePieces {
  readonly id: string;
  readonly snapshot: number;
  readonly uploads: ReadonlySet<string>;
  /** Names under `staging/`. */
  readonly staged: ReadonlySet<string>;
}

async function livePieces(layout: DestinationLayout, id: string): Promise<LivePieces> {
  const run = layout.run(id);
  const snapshot = await snapshotOf(layout, run);
  const parts = [...(await readMarkers(layout, run, snapshot)).values()].flatMap((marker) => marker.parts);
  return {
    id,
    snapshot,
    uploads: new Set(parts.flatMap(({ staged }) => (staged.kind === "upload" ? [staged.id] : []))),
    staged: new Set(parts.flatMap(({ staged }) => (staged.kind === "file" ? [staged.name] : []))),
  };
}

async function findParts(
  layout: DestinationLayout,
  latest: Snapshot | null,
  live: number | null,
): Promise<{ parts: Litter[]; foreign: string[] }> {
  if (layout.single) return { parts: [], foreign: [] };
  const named = new Set(latest?.parts.map(({ path }) => path));
  // A part that was replaced became litter when the snapshot that leaves it out appeared.
  const replaced = latest ? ((await layout.store.stat(layout.snapshot(latest.number)))?.modified ?? 0) : 0;
  const parts: Litter[] = [];
  const foreign: string[] = [];
  for (const { path, bytes, modified } of await layout.store.list(layout.dest)) {
    const number = snapshotOfPart(basename(path));
    if (named.has(path) || isDocument(path) || (number !== null && number === live)) continue;
    if (number === null) foreign.push(path);
    else parts.push({ kind: "part", path: layout.part(path), bytes, since: Math.max(modified, replaced) });
  }
  return { parts, foreign };
}

async function litterOfRun(
  layout: DestinationLayout,
  { run, isBegun, isDone }: RunState,
  live: LivePieces | null,
): Promise<Litter[]> {
  const files = await layout.store.list(run.folder);
  const isGivenUp = !isBegun || (!isDone && run.id !== live?.id);
  const name = (path: string): string | null => (path.startsWith("staging/") ? path.slice("staging/".length) : null);
  return files.flatMap(({ path, bytes, modified }): Litter[] => {
    const staged = name(path);
    const isLitter = isGivenUp || (staged !== null && !(run.id === live?.id && live.staged.has(staged)));
    if (!isLitter) return [];
    return [{ kind: isGivenUp ? "run" : "staged", path: `${run.folder}/${path}`, bytes, since: modified }];
  });
}
