import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { asGraticuleError, GraticuleError } from "../errors.js";
import type { ByteSource, Store } from "../store/contract.js";
import { fileStore, pathOf } from "../store/file.js";
import type { Dataset } from "./contract.js";
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
  try {
    refuseDirectory(url);
    const raw = await (options.store ?? fileStore()).open(url, context.signal ? { signal: context.signal } : {});
    const source = context.adopt(await unwrapOrClose(raw, context.signal));
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

const ZARR_MARKS = ["zarr.json", ".zgroup", ".zarray", ".zmetadata"];

function refuseDirectory(url: string): void {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(url) && !url.startsWith("file://")) return;
  const path = pathOf(url);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (path.toLowerCase().endsWith(".zarr") || ZARR_MARKS.some((mark) => existsSync(join(path, mark))))
    throw new GraticuleError("unsupported", "this is a Zarr store, and no installed format reads it", {
      file: url,
      hint: "`graticule formats` lists what is installed",
    });
  throw new GraticuleError("usage", "this is a directory, and no installed format reads directories", {
    file: url,
    hint: "name one file in it; `graticule convert` takes many files as one",
  });
}
