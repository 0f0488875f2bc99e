import { asGraticuleError } from "../errors.js";
import type { ByteSource, Store } from "../store/contract.js";
import { fileStore } from "../store/file.js";
import type { Dataset } from "./contract.js";
import { findMarker } from "./find-marker.js";
import { probeOf } from "./probe.js";
import type { OwnedReadContext } from "./read-context.js";
import { type FormatRegistry, formatRegistry } from "./registry.js";
import { unwrap } from "./unwrap.js";

export interface OpenOptions {
  /** What the dataset's values will be read with; it takes over the opened source. */
  readonly context: OwnedReadContext;
  /** Default: local files. */
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
  const registry = options.registry ?? formatRegistry();
  const store = options.store ?? fileStore();
  const { signal } = context;
  try {
    const marker = await findMarker(url, registry, store, signal);
    if (marker) {
      const source = await context.openSource(marker.url);
      return await (await registry.load(marker)).open(source, context);
    }
    const raw = await store.open(url, signal ? { signal } : {});
    const source = context.adopt(await unwrapOrClose(raw, signal));
    const plugin = await registry.recognise(probeOf(source));
    return await plugin.open(source, context);
  } catch (error) {
    throw asGraticuleError(error, { file: url });
  }
}

async function unwrapOrClose(raw: ByteSource, signal: AbortSignal | undefined): Promise<ByteSource> {
  try {
    return await unwrap(raw, signal ? { signal } : {});
  } catch (error) {
    await raw.close();
    throw error;
  }
}
