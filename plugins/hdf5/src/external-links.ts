import type { ReadContext } from "graticule/plugin";
import { isDamage } from "./errors.js";
import { findLinked, ownPath } from "./linked-paths.js";
import { MetadataBlocks } from "./metadata-blocks.js";
import { BlockCachedFile } from "./metadata-file.js";
import { type LinkedFiles, ObjectReader } from "./object-reader.js";
import { readSuperblock } from "./superblock.js";

const MOST_FILES = 1024;

/** The files that external links name, each opened once; what cannot be opened is null. */
export class ExternalFiles implements LinkedFiles {
  readonly #opened = new Map<string, Promise<ObjectReader | null>>();

  constructor(
    readonly context: ReadContext,
    first: ObjectReader,
  ) {
    const url = ownPath(first.file.source.url);
    if (url !== null) this.#opened.set(url, Promise.resolve(first));
  }

  /** @param name as the link has it */
  open(from: ObjectReader, name: string): Promise<ObjectReader | null> {
    const url = linkedTo(from.file.source.url, name);
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
      return await openReader(this.context, url, id);
    } catch (error) {
      const { tag, code } = error as { tag?: unknown; code?: unknown };
      // Names that no file can have, and files that nobody may read, lead nowhere.
      if (isDamage(error) || tag === "not-found" || tag === "permission" || (tag === undefined && typeof code === "string"))
        return null;
      throw error;
    }
  }
}

/** An empty name is that of the file itself. */
function linkedTo(url: string, name: string): string | null {
  if (name === "") return ownPath(url);
  try {
    return findLinked(url, name, "link");
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === "string") return null;
    throw error;
  }
}

/** @throws what reading the superblock throws, `not-found`, `permission` */
export async function openReader(context: ReadContext, url: string, id: string): Promise<ObjectReader> {
  const cache = new MetadataBlocks(await context.openSource(url), context.signal);
  const superblock = await readSuperblock(cache);
  return new ObjectReader(new BlockCachedFile(cache, superblock), superblock.rootAddress, id);
}
