import { asGraticuleError, GraticuleError, isGraticuleError } from "../errors.js";
import type { ByteSource, Store } from "../store/contract.js";
import { openStore } from "../store/open-store.js";
import { isRemoteUrl, schemeOf } from "../store/scheme.js";
import { whileWaiting } from "../store/while-waiting.js";
import type { Dataset } from "./contract.js";
import { findMarker, isFolderLike, type Marker, markerBelow, markerSource } from "./find-marker.js";
import { probeOf } from "./probe.js";
import type { OwnedReadContext } from "./read-context.js";
import { type FormatRegistry, installedFormats } from "./registry.js";
import { unwrap } from "./unwrap.js";

export interface OpenOptions {
  /** What the dataset's values will be read with; it takes over the opened source. */
  readonly context: OwnedReadContext;
  /** Default: files, http and s3 by their URLs. */
  readonly store?: Store;
  /** Default: what is installed. */
  readonly registry?: FormatRegistry;
}

/**
 * Opens a file of any installed format; a file compressed as a whole (gzip, bzip2, compress) as what it holds. Closing the
 * dataset is followed by closing the context.
 *
 * @throws `unknown-format`, `not-found`, `permission`, `malformed`, `truncated`, `unsupported`; `usage` for a directory of other things
 */
export async function openDataset(url: string, options: OpenOptions): Promise<Dataset> {
  const { context } = options;
  const store = options.store ?? openStore();
  const isPlainAddress = isRemoteUrl(url) && !isFolderLike(url);
  // The first answer takes a round trip: what will read it is loaded meanwhile.
  const asked = isPlainAddress ? context.openRaw(url, store) : undefined;
  asked?.catch(() => undefined);
  try {
    const registry = options.registry ?? installedFormats();
    if (asked) asked.catch(whileWaiting(() => loadLikely(url, registry)));
    const marker = asked ? null : await findMarker(url, registry, store, context);
    if (marker) return await openMarked(marker, registry, context);
    if (isRemoteUrl(url) && url.endsWith("/")) throw onlyAFolder(url);
    const raw = await rawOrMarker(asked ?? context.openRaw(url, store), url, registry, store, context);
    if ("plugin" in raw) return await openMarked(raw, registry, context);
    const source = context.adopt(await unwrapOrClose(raw, context.signal));
    const plugin = await registry.recognise(probeOf(source));
    return warnOfVersion(await plugin.open(source, context), source);
  } catch (error) {
    throw asGraticuleError(error, { file: url });
  }
}

/** Of a server that gives neither ETag nor date, only the size tells one version from another. */
function warnOfVersion(dataset: Dataset, { isRemote, version }: ByteSource): Dataset {
  if (!isRemote || !/^size-\d+$/.test(version)) return dataset;
  const warning = "the server gives neither ETag nor Last-Modified: a change that leaves the size as it is cannot be noticed";
  return {
    ...dataset,
    warnings: [...dataset.warnings, warning],
    ...(dataset.totalBytes && { totalBytes: (context) => dataset.totalBytes?.(context) ?? Promise.resolve(null) }),
    ...(dataset.verify && { verify: (context) => dataset.verify?.(context) ?? Promise.resolve([]) }),
    close: () => dataset.close(),
  };
}

function onlyAFolder(url: string): GraticuleError {
  if (schemeOf(url) === "s3")
    return new GraticuleError("usage", "no installed format reads what has this prefix as one dataset", {
      file: url,
      hint: "name one object; `graticule convert` takes all below a prefix as one",
    });
  return new GraticuleError("unsupported", "no dataset lies here, and a web server's folders cannot be listed", {
    file: url,
    hint: "name the files, or give a list of them on stdin: `… -`",
  });
}

/** Begins to load the plugins whose extension the name bears; recognising them decides. */
function loadLikely(url: string, registry: FormatRegistry): void {
  const name = url.replace(/[?#].*$/, "").toLowerCase();
  for (const plugin of registry.plugins)
    for (const claim of plugin.manifest.formats)
      if (claim.extensions.some((extension) => name.endsWith(extension.toLowerCase())))
        // One that does not load is told of when it is needed.
        registry.load({ plugin, claim }).catch(() => undefined);
}

async function openMarked(marker: Marker, registry: FormatRegistry, context: OwnedReadContext): Promise<Dataset> {
  const { url, bytes } = marker;
  const source = bytes ? context.adopt(await markerSource(url, bytes)) : await context.openSource(url);
  return (await registry.load(marker)).open(source, context);
}

/** A remote name without a file behind it may be a folder that is a dataset, whatever it is called. */
async function rawOrMarker(
  opening: Promise<ByteSource>,
  url: string,
  registry: FormatRegistry,
  store: Store,
  context: OwnedReadContext,
): Promise<ByteSource | Marker> {
  try {
    return await opening;
  } catch (error) {
    if (!isRemoteUrl(url) || !isGraticuleError(error, "not-found")) throw error;
    // Where looking for one fails too, the first error tells what was asked for.
    const marker = await markerBelow(url, registry, store, context).catch(() => null);
    if (marker) return marker;
    throw error;
  }
}

async function unwrapOrClose(raw: ByteSource, signal: AbortSignal | undefined): Promise<ByteSource> {
  try {
    return await unwrap(raw, { signal });
  } catch (error) {
    await raw.close();
    throw error;
  }
}
