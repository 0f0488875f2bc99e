import type { ReadContext } from "graticule/plugin";
import { datasetHeaderOf, isDataset } from "../dataset-header.js";
import { malformed } from "../errors.js";
import { openReader } from "../external-links.js";
import { findLinked } from "../linked-paths.js";
import { type LinkedFiles, type ObjectReader, resolvePath } from "../object-reader.js";
import type { Sources, StoredDataset } from "../values/stored-dataset.js";
import { withVirtualExtent } from "./extent.js";

/** Readers of files kept, each with its blocks of metadata; datasets kept. */
const KEPT_FILES = 32;
const KEPT_DATASETS = 256;
const MOST_STEPS = 64;
/** Virtual datasets over virtual datasets. */
const DEEPEST = 16;

/** The files that virtual datasets take their values from, the last ones kept. */
export class SourceFiles {
  readonly #readers = new Map<string, Promise<ObjectReader>>();

  constructor(
    readonly context: ReadContext,
    readonly links: LinkedFiles,
  ) {}

  reader(url: string): Promise<ObjectReader> {
    return recent(this.#readers, url, KEPT_FILES, () => openReader(this.context, url, `${url}:`));
  }
}

/** The datasets that those of one file take their values from. */
export class SourceDatasets implements Sources {
  readonly #datasets = new Map<string, Promise<StoredDataset | null>>();

  constructor(
    readonly files: SourceFiles,
    readonly reader: ObjectReader,
    readonly depth = 0,
  ) {}

  open(file: string, path: string): Promise<StoredDataset | null> {
    return recent(this.#datasets, `${file}\0${path}`, KEPT_DATASETS, () => this.#open(file, path));
  }

  async #open(file: string, path: string): Promise<StoredDataset | null> {
    if (this.depth >= DEEPEST) throw malformed(`virtual datasets over virtual datasets, more than ${DEEPEST} deep`);
    const own = file === ".";
    const url = own ? null : findLinked(this.reader.file.source.url, file, "virtual");
    if (!own && url === null) return null;
    const reader = url === null ? this.reader : await this.#readerOf(url);
    if (!reader) return null;
    const root = { reader, address: reader.rootAddress };
    const place = await resolvePath(root, `/${path}`, this.files.links, { left: MOST_STEPS });
    if (!place) return null;
    const header = await place.reader.header(place.address);
    if (!isDataset(header)) return null;
    const sources = new SourceDatasets(this.files, place.reader, this.depth + 1);
    const stored = await datasetHeaderOf(place.reader.file, header);
    return { file: place.reader.file, header: await withVirtualExtent(stored, sources), sources };
  }

  async #readerOf(url: string): Promise<ObjectReader | null> {
    try {
      return await this.files.reader(url);
    } catch (error) {
      if ((error as { tag?: unknown }).tag === "not-found") return null;
      throw error;
    }
  }
}

function recent<V>(cache: Map<string, Promise<V>>, key: string, kept: number, make: () => Promise<V>): Promise<V> {
  const found = cache.get(key);
  if (found) {
    cache.delete(key);
    cache.set(key, found);
    return found;
  }
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  const oldest = cache.keys().next();
  if (cache.size > kept && !oldest.done) cache.delete(oldest.value);
  return made;
}
