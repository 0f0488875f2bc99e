import { isDamage } from "./errors.js";
import { readLinks } from "./group-links.js";
import type { Link } from "./messages/link.js";
import type { MetadataFile } from "./model.js";
import { type ObjectHeader, readObjectHeader } from "./object-header.js";

/** An object of a file, whether or not its header can be read. */
export interface Place {
  readonly reader: ObjectReader;
  readonly address: number;
}

/** The objects of one file, each header and list of links read once. */
export class ObjectReader {
  readonly #headers = new Map<number, Promise<ObjectHeader>>();
  readonly #links = new Map<number, Promise<readonly Link[]>>();

  /** @param id tells the objects of this file from those of others */
  constructor(
    readonly file: MetadataFile,
    readonly rootAddress: number,
    readonly id: string,
  ) {}

  key(address: number): string {
    return `${this.id}${address}`;
  }

  header(address: number): Promise<ObjectHeader> {
    return remember(this.#headers, address, () => readObjectHeader(this.file, address));
  }

  links(header: ObjectHeader): Promise<readonly Link[]> {
    return remember(this.#links, header.address, () => readLinks(this.file, header));
  }
}

/** Files that external links lead to. */
export interface LinkedFiles {
  /** Null where the link leads nowhere. @param name as the link of `from` has it */
  open(from: ObjectReader, name: string): Promise<ObjectReader | null>;
}

/** Where a path leads from a group, through links of any kind; null: nowhere. `steps` bounds the links that are followed. */
export async function resolvePath(from: Place, path: string, files: LinkedFiles, steps: { left: number }): Promise<Place | null> {
  let at: Place = path.startsWith("/") ? { reader: from.reader, address: from.reader.rootAddress } : from;
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (--steps.left < 0) return null;
    const link = await findLink(at, name);
    const next = link && (await targetOf(at, link, files, steps));
    if (!next) return null;
    at = next;
  }
  return at;
}

/** What a link leads to; null: nothing. */
export async function targetOf(group: Place, { target }: Link, files: LinkedFiles, steps: { left: number }): Promise<Place | null> {
  if (target.kind === "hard") return { reader: group.reader, address: target.address };
  if (target.kind === "soft") return resolvePath(group, target.path, files, steps);
  if (target.kind !== "external" || --steps.left < 0) return null;
  const reader = await files.open(group.reader, target.file);
  return reader && resolvePath({ reader, address: reader.rootAddress }, `/${target.path}`, files, steps);
}

async function findLink({ reader, address }: Place, name: string): Promise<Link | undefined> {
  try {
    return (await reader.links(await reader.header(address))).find((link) => link.name === name);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function remember<V>(cache: Map<number, Promise<V>>, key: number, make: () => Promise<V>): Promise<V> {
  let value = cache.get(key);
  if (!value) {
    value = make();
    cache.set(key, value);
  }
  return value;
}
