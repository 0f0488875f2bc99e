import { GraticuleError } from "../errors.js";
import { findLitter, type Litter } from "../sink/commit/find-litter.js";
import { type DestinationLayout, hasState, layoutOf } from "../sink/commit/layout.js";
import { withLock } from "../sink/commit/lock.js";
import { removeParts } from "../sink/commit/remove-replaced.js";
import { latestNumber, pointTo, readLatest, type Snapshot } from "../sink/commit/snapshot.js";
import { mapLimited } from "../store/output/map-limited.js";
import { outputPath } from "../store/output/open-output.js";
import { type Check, checkKeys, isFlag, isText } from "./check-keys.js";

export interface GcRequest {
  /** Tell only. */
  readonly dryRun?: boolean;
  /** Milliseconds: leave what was written or replaced later than so long ago. Default: 0. */
  readonly olderThan?: number;
}

/** What `gc --json` prints. */
export interface GcResult {
  readonly dest: string;
  readonly dry_run?: true;
  /** What was removed; of a dry run, what would be. */
  readonly removed: readonly { readonly kind: Litter["kind"]; readonly path: string; readonly bytes: number }[];
  readonly bytes: number;
  /** The run that `resume` would finish; nothing of it is removed. */
  readonly unfinished: string | null;
}

const AT_ONCE = 8;

const isAge: Check = (value) => (typeof value === "number" && value >= 0 ? null : "a number of milliseconds from 0");

/**
 * Removes what no reader and no run needs: parts that the current snapshot does not name, runs that were given up, what is staged
 * for none, multipart uploads of no run; and lets LATEST name the current snapshot again, where a late request of a dead writer has
 * turned it back. It is a writer: while another is at work it refuses.
 *
 * @throws `not-found` where there is no dataset of ours, `conflict` while a writer is at work
 */
export async function gc(dest: string, request: GcRequest = {}): Promise<GcResult> {
  const { dryRun, olderThan = 0 } = checkKeys<GcRequest & { dest: string }>(
    "gc",
    { dest, ...request },
    { dest: isText, dryRun: isFlag, olderThan: isAge },
  );
  const layout = layoutOf(outputPath(dest));
  if (!(await hasState(layout)))
    throw new GraticuleError("not-found", "there is no dataset that graticule wrote", { file: layout.dest });
  const find = async () => {
    const latest = await readLatest(layout);
    const { litter, unfinished } = await findLitter(layout, latest);
    const due = litter.filter(({ since }) => Date.now() - since >= olderThan);
    return { latest, due, unfinished, isAll: due.length === litter.length };
  };
  if (dryRun) {
    const { due, unfinished } = await find();
    return { ...resultOf(layout, due, unfinished), dry_run: true };
  }
  return withLock(layout, async (lock) => {
    const { latest, due, unfinished, isAll } = await find();
    await lock.check();
    await removeAll(layout, due);
    if (latest && (await latestNumber(layout)) !== latest.number) await pointTo(layout, latest);
    if (isAll && unfinished === null) await declareWhole(layout, latest);
    return resultOf(layout, due, unfinished);
  });
}

async function removeAll(layout: DestinationLayout, due: readonly Litter[]): Promise<void> {
  const { store, dest } = layout;
  const of = (kind: Litter["kind"]): Litter[] => due.filter((one) => one.kind === kind);
  await removeParts(
    layout,
    of("part").map(({ path }) => path.slice(dest.length + 1)),
  );
  await store.remove([...of("staged"), ...of("temporary"), ...of("run")].map(({ path }) => path));
  if (store.kind === "disk") for (const folder of foldersOf(layout, of("run"))) await store.removeFolder(folder);
  await mapLimited(of("upload"), AT_ONCE, ({ path, id = "" }) => store.abort({ path, id }));
}

/** Folders of runs that were given up. */
function foldersOf({ runs, run }: DestinationLayout, litter: readonly Litter[]): string[] {
  const ids = litter.map(({ path }) => path.slice(runs.length + 1).split("/")[0] ?? "");
  return [...new Set(ids)].map((id) => run(id).folder);
}

/** Once no other parts are left, whoever lists the folder sees the snapshot. */
async function declareWhole(layout: DestinationLayout, latest: Snapshot | null): Promise<void> {
  const { store, single, success } = layout;
  if (single || !latest || (await store.stat(success))) return;
  const there = new Map((await store.list(layout.dest)).map(({ path, bytes }) => [path, bytes]));
  if (latest.parts.every(({ path, bytes }) => there.get(path) === bytes)) await store.touch(success);
}

function resultOf({ dest }: DestinationLayout, due: readonly Litter[], unfinished: string | null): GcResult {
  return {
    dest,
    removed: due.map(({ kind, path, bytes }) => ({ kind, path, bytes })),
    bytes: due.reduce((n, { bytes }) => n + bytes, 0),
    unfinished,
  };
}
