import { statSync } from "node:fs";
import { join } from "node:path";
import { GraticuleError } from "../errors.js";
import type { ByteSource, OnTraffic, Store } from "../store/contract.js";
import { pathOf } from "../store/file.js";
import { memorySource } from "../store/memory.js";
import { isRemoteUrl } from "../store/scheme.js";
import { addTo } from "../store/with-counting.js";
import type { FormatClaim, ReadContext } from "./contract.js";
import type { InstalledPlugin } from "./discover.js";
import type { FormatRegistry } from "./registry.js";

/** The object that makes a folder a dataset of one format. */
export interface Marker {
  readonly url: string;
  readonly plugin: InstalledPlugin;
  readonly claim: FormatClaim;
  /** What it holds, where it had to be fetched to be found. */
  readonly bytes?: Uint8Array;
}

type Calls = Pick<ReadContext, "signal" | "counters">;

/**
 * The marker of a folder that is a dataset (a Zarr store); null for what is a file, and for a remote address under which no
 * marker lies. The order of the claims' markers decides which counts.
 *
 * @throws `usage` for a local folder without one
 */
export async function findMarker(url: string, registry: FormatRegistry, store: Store, calls: Calls): Promise<Marker | null> {
  if (isRemoteUrl(url)) return isFolderLike(url) ? markerBelow(url, registry, store, calls) : null;
  const path = pathOf(url);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return null;
  const marker = await firstMarker(path, registry, store);
  if (marker) return marker;
  throw new GraticuleError("usage", "this is a directory, and no installed format reads it as one dataset", {
    file: url,
    hint: "name one file in it; `graticule convert` takes many files as one",
  });
}

/** Whether a local folder is itself a dataset. */
export async function isMarkedFolder(path: string, registry: FormatRegistry, store: Store): Promise<boolean> {
  return (await firstMarker(path, registry, store)) !== null;
}

/** The marker below a remote address: all that there may be are asked for at once. */
export async function markerBelow(url: string, registry: FormatRegistry, store: Store, calls: Calls): Promise<Marker | null> {
  const [address, query] = withoutQuery(url);
  const folder = address.replace(/\/+$/, "");
  const onTraffic: OnTraffic = addTo(calls.counters);
  const options = { onTraffic, signal: calls.signal };
  const found = await Promise.all(
    [...possibleMarkers(registry)].map(async ({ name, ...own }): Promise<Marker | null> => {
      const at = `${folder}/${name}${query}`;
      const bytes = await store.get(at, options);
      return bytes && { url: at, ...own, bytes };
    }),
  );
  return found.find((marker) => marker !== null) ?? null;
}

/** A marker that was fetched, as a source. Its version is that of its bytes. */
export async function markerSource(url: string, bytes: Uint8Array): Promise<ByteSource> {
  const { createHash } = await import("node:crypto");
  return memorySource(url, bytes, `sha256-${createHash("sha256").update(bytes).digest("hex")}`);
}

/** A remote name says nothing of what it is: one that ends in `/` or `.zarr` is asked for markers before it is asked for itself. */
export function isFolderLike(url: string): boolean {
  const [address] = withoutQuery(url);
  return address.endsWith("/") || address.toLowerCase().endsWith(".zarr");
}

/** Keys of S3 may hold any letter: what looks like a query is one over HTTP only. */
function withoutQuery(url: string): [address: string, query: string] {
  const at = url.startsWith("http") ? url.search(/[?#]/) : -1;
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at)];
}

async function firstMarker(folder: string, registry: FormatRegistry, store: Store): Promise<Marker | null> {
  for (const { name, ...own } of possibleMarkers(registry)) {
    const url = join(folder, name);
    if (await store.get(url)) return { url, ...own };
  }
  return null;
}

function* possibleMarkers(registry: FormatRegistry): Iterable<{ name: string; plugin: InstalledPlugin; claim: FormatClaim }> {
  for (const plugin of registry.plugins)
    for (const claim of plugin.manifest.formats) for (const name of claim.markers ?? []) yield { name, plugin, claim };
}
