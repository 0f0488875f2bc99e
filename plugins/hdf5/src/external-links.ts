import { statSync } from "node:fs";
import { dirname, isAbsolute, join, normalize } from "node:path";
import type { ReadContext } from "graticule/plugin";
import { BlockCache } from "./block-cache.js";
import { isDamage } from "./errors.js";
import { BlockCachedFile } from "./metadata-file.js";
import { type LinkedFiles, ObjectReader } from "./object-reader.js";
import { readSuperblock } from "./superblock.js";

const MOST_FILES = 1024;
const REMOTE = /^[a-z][a-z0-9+.-]+:\/\//i;

/** The files that external links name, each opened once; what cannot be opened is null. */
export class ExternalFiles implements LinkedFiles {
  readonly #opened = new Map<string, Promise<ObjectReader | null>>();

  constructor(
    readonly context: ReadContext,
    first: ObjectReader,
  ) {
    const url = besides(first.file.source.url, "");
    if (url !== null) this.#opened.set(url, Promise.resolve(first));
  }

  /** @param name as the link has it: beside the file that holds the link, unless it is absolute */
  open(from: ObjectReader, name: string): Promise<ObjectReader | null> {
    const url = besides(from.file.source.url, name);
    if (url === null) return Promise.resolve(null);
    let opened = this.#opened.get(url);
    if (!opened) {
      opened = this.#opened.size < MOST_FILES ? this.#read(url, `${this.#opened.size + 1}:`) : Promise.resolve(null);
      this.#opened.set(url, opened);
    }
    return opened;
  }

  async #read(url: string, id: string): Promise<ObjectReader | null> {
    try {
      if (!REMOTE.test(url) && !statSync(url, { throwIfNoEntry: false })?.isFile()) return null;
      const cache = new BlockCache(await this.context.openSource(url), this.context.signal);
      const superblock = await readSuperblock(cache);
      return new ObjectReader(new BlockCachedFile(cache, superblock), superblock.rootAddress, id);
    } catch (error) {
      const { tag, code } = error as { tag?: unknown; code?: unknown };
      // Names that no file can have, and files that nobody may read, lead nowhere.
      if (isDamage(error) || tag === "not-found" || tag === "permission" || (tag === undefined && typeof code === "string"))
        return null;
      throw error;
    }
  }
}

/** The URL or path of `name` beside `url`; of `url` itself where the name is empty. Links stay on their server. */
function besides(url: string, name: string): string | null {
  if (REMOTE.test(url))
    return URL.canParse(name, url) && new URL(name, url).host === new URL(url).host ? new URL(name, url).href : null;
  if (name === "") return normalize(url);
  return isAbsolute(name) ? normalize(name) : join(dirname(url), name);
}
