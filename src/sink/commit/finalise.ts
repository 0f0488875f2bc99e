import { GraticuleError, withoutSecrets } from "../../errors.js";
import { dataWithoutSecrets } from "../../store/without-secrets.js";
import { datasetCard } from "../conventions/dataset-card.js";
import { documents } from "../conventions/documents.js";
import { checkSkyRows, hatsDocuments } from "../sky/hats-documents.js";
import { placeCommonMetadata } from "../sky/place-common-metadata.js";
import { abandonUploads } from "./abandon-uploads.js";
import type { Lock } from "./held-lock.js";
import type { DestinationLayout, RunLayout } from "./layout.js";
import { readMarkers, type TaskMarker } from "./markers.js";
import { placeParts } from "./place-parts.js";
import { placeSingle } from "./place-single.js";
import { removeReplaced } from "./remove-replaced.js";
import { type RunFile, removeRun, unfinishedRuns } from "./run-file.js";
import {
  type HistoryEntry,
  latestNumber,
  pointTo,
  publishSnapshot,
  readLatest,
  readLedger,
  type Snapshot,
  withLoaded,
} from "./snapshot.js";
import { storedTables, uniteTables } from "./tables.js";

/**
 * The one committer. Every step can be repeated: what an earlier finaliser already did is recognised and kept. Order: an old
 * `_SUCCESS` away, parts into place, snapshot with its ledger, LATEST, replaced parts away, `_SUCCESS`, staging away, done. So
 * `_SUCCESS` stands only where the folder holds exactly the parts of the current snapshot.
 *
 * @throws `temporary` where a task has no marker yet; `conflict` where the lock is lost
 */
export async function finalise(layout: DestinationLayout, run: RunLayout, file: RunFile, lock: Lock): Promise<Snapshot> {
  const { plan } = file;
  const { store } = layout;
  const markers = await readMarkers(layout, run, file.snapshot);
  const missing = plan.tasks.filter((task) => !markers.has(task.id));
  if (missing.length > 0)
    throw new GraticuleError("temporary", `${missing.length} of ${plan.tasks.length} tasks are not done`, {
      file: layout.dest,
      hint: `\`graticule resume ${layout.dest}\` runs them`,
    });
  const latest = await readLatest(layout);
  const already = latest?.number === file.snapshot && latest.runId === plan.runId ? latest : null;
  if (already && (await latestNumber(layout)) !== already.number) await pointTo(layout, already);
  const snapshot = already ?? (await publish(layout, run, file, markers, latest, lock));
  await lock.check();
  if (plan.tables[0]?.sky) await placeCatalogue(layout, run, file, markers, snapshot);
  if (plan.sink.layout === "huggingface") await store.write(`${layout.dest}/README.md`, datasetCard(snapshot, layout));
  if (!layout.single && (await hasOnlyParts(layout, file, snapshot))) await store.touch(layout.success);
  for (const { path, content } of documents(snapshot, layout)) await store.write(`${layout.state}/${path}`, content, false);
  await abandonUploads(layout, snapshot.number);
  await store.removeFolder(run.staging);
  for (const other of await unfinishedRuns(layout)) if (other.folder !== run.folder) await removeRun(layout, other);
  await store.write(run.done, JSON.stringify({ snapshot: snapshot.number }));
  return snapshot;
}

/** What a HATS catalogue has beside its parts. */
async function placeCatalogue(
  layout: DestinationLayout,
  run: RunLayout,
  { plan, descriptions }: RunFile,
  markers: ReadonlyMap<number, TaskMarker>,
  { tables, history = [] }: Snapshot,
): Promise<void> {
  const [description] = descriptions;
  if (!description) return;
  await placeCommonMetadata(layout, run, description);
  const { by, at } = history.at(-1) ?? { by: description.createdBy, at: new Date().toISOString() };
  for (const { path, content } of hatsDocuments(plan, markers, tables[0], by, at))
    await layout.store.write(`${layout.dest}/${path}`, content);
}

async function publish(
  layout: DestinationLayout,
  run: RunLayout,
  file: RunFile,
  markers: ReadonlyMap<number, TaskMarker>,
  latest: Snapshot | null,
  lock: Lock,
): Promise<Snapshot> {
  await lock.check();
  checkSkyRows(file.plan, markers);
  const place = layout.single ? placeSingle : placeParts;
  const parts = await place(layout, run, file, markers);
  const kept = file.plan.sink.mode === "append" ? latest : null;
  const replaced = new Set(file.replaced);
  const members = file.plan.members.map((member) => ({ ...member, url: withoutSecrets(member.url) }));
  const added = new Set(members.map(({ url }) => url));
  const known = kept ? (await readLedger(layout, kept)).values() : [];
  const snapshot: Snapshot = {
    version: 1,
    number: file.snapshot,
    previous: file.previous,
    runId: file.plan.runId,
    tables: uniteTables(kept?.tables ?? [], storedTables(file.plan, file.descriptions)),
    parts: [...(kept?.parts ?? []).filter((part) => !replaced.has(part.path)), ...parts],
    history: [...(kept?.history ?? []), historyOf(file)],
    sources: [...(kept?.sources ?? []).filter(({ url }) => !added.has(withoutSecrets(url))), ...members],
    inputs: withLoaded(known, members, file.snapshot, file.subset),
  };
  await lock.check();
  await publishSnapshot(layout, snapshot);
  return snapshot;
}

function historyOf({ plan, descriptions, snapshot }: RunFile): HistoryEntry {
  const { recipe, leftOut, warnings } = plan;
  return {
    snapshot,
    at: new Date().toISOString(),
    by: descriptions[0]?.createdBy ?? "",
    mode: plan.sink.mode,
    ...(recipe !== undefined && { recipe: dataWithoutSecrets(recipe) }),
    ...(leftOut && { leftOut: dataWithoutSecrets(leftOut) }),
    warnings: warnings.map(withoutSecrets),
  };
}

/** Whether the folder holds the snapshot's parts and no others, once what may be removed is. */
async function hasOnlyParts(layout: DestinationLayout, file: RunFile, snapshot: Snapshot): Promise<boolean> {
  const { plan, replaced = [] } = file;
  if (file.keepsReplaced && file.previous !== null && (plan.sink.mode === "overwrite" || replaced.length > 0)) return false;
  if (plan.sink.mode === "overwrite" || replaced.length > 0) await removeReplaced(layout, snapshot);
  return true;
}
