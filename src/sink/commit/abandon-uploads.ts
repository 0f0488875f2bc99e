import { basename } from "node:path";
import type { OpenUpload } from "../../store/output/contract.js";
import { mapLimited } from "../../store/output/map-limited.js";
import type { DestinationLayout } from "./layout.js";
import { snapshotOfPart } from "./part-path.js";

const AT_ONCE = 8;

/** Open uploads that only graticule can have begun: to parts of this destination, and to what is staged for it. */
export async function ownUploads({ store, dest, state, single }: DestinationLayout): Promise<OpenUpload[]> {
  if (store.kind === "disk") return [];
  const staged = await store.uploads(`${state}/`);
  if (single) return [...staged, ...(await store.uploads(dest)).filter(({ path }) => path === dest)];
  const below = await store.uploads(`${dest}/`);
  return [...staged, ...below.filter(({ path }) => snapshotOfPart(basename(path)) !== null)];
}

/** Gives up the uploads of attempts that were not taken, of this run and of those before. Only the holder of the lock may. */
export async function abandonUploads(layout: DestinationLayout, snapshot: number): Promise<void> {
  const left = (await ownUploads(layout)).filter(({ path }) => (snapshotOfPart(basename(path)) ?? 0) <= snapshot);
  await mapLimited(left, AT_ONCE, (upload) => layout.store.abort(upload));
}
