import { statSync } from "node:fs";
import { join } from "node:path";
import { GraticuleError } from "../errors.js";
import type { Store } from "../store/contract.js";
import { pathOf } from "../store/file.js";
import type { FormatClaim } from "./contract.js";
import type { InstalledPlugin } from "./discover.js";
import type { FormatRegistry } from "./registry.js";

/** The object that makes a folder a dataset of one format. */
export interface Marker {
  readonly url: string;
  readonly plugin: InstalledPlugin;
  readonly claim: FormatClaim;
}

/**
 * The marker of a folder that is a dataset (a Zarr store); null for what is a file, and for a remote address under which no
 * marker lies. The order of the claims' markers decides which counts.
 *
 * @throws `usage` for a local folder without one
 */
export async function findMarker(
  url: string,
  registry: FormatRegistry,
  store: Store,
  signal: AbortSignal | undefined,
): Promise<Marker | null> {
  const isRemote = /^[a-z][a-z0-9+.-]+:\/\//i.test(url) && !url.startsWith("file://");
  if (isRemote) return isFolderLike(url) ? firstMarker(url.replace(/\/+$/, ""), registry, store, signal) : null;
  const path = pathOf(url);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return null;
  const marker = await firstMarker(path, registry, store, signal);
  if (marker) return marker;
  throw new GraticuleError("usage", "this is a directory, and no installed format reads it as one dataset", {
    file: url,
    hint: "name one file in it; `graticule convert` takes many files as one",
  });
}

/** Whether a local folder is itself a dataset. */
export async function isMarkedFolder(path: string, registry: FormatRegistry, store: Store): Promise<boolean> {
  return (await firstMarker(path, registry, store, undefined)) !== null;
}

/** A remote name says nothing of what it is: one that ends in `/` or `.zarr` is asked for markers. */
function isFolderLike(url: string): boolean {
  return url.endsWith("/") || url.toLowerCase().endsWith(".zarr");
}

async function firstMarker(
  folder: string,
  registry: FormatRegistry,
  store: Store,
  signal: AbortSignal | undefined,
): Promise<Marker | null> {
  for (const plugin of registry.plugins)
    for (const claim of plugin.manifest.formats)
      for (const name of claim.markers ?? []) {
        const url = folder.includes("://") ? `${folder}/${name}` : join(folder, name);
        if (await store.get(url, signal ? { signal } : {})) return { url, plugin, claim };
      }
  return null;
}
