import { dirname, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { ByteSource, ReadContext } from "graticule/plugin";
import { isTagged, ZarrError } from "./error.js";
import { isMetadataKey, keyBelow, MISSING, type Objects, type Place } from "./objects.js";

/** Sizes of listed objects are remembered up to so many: beyond, whether a chunk is there shows when it is read. */
const REMEMBERED = 1 << 20;

/** Objects whose sizes are asked for only to add them up. */
const MOST_COUNTED = 1 << 17;

/** Objects one after the other below a prefix: a folder, or the same on a server. */
export class FolderObjects implements Objects {
  readonly container = "zarr";
  /** Of the folder, without what a signed address has after it. */
  readonly url: string;
  /** "?…" of a signed address: it goes to the end of every object's. */
  readonly #query: string;
  #sizes: Map<string, number> | null = null;
  #listing: Promise<unknown> | undefined;

  /** @param marker the object that marks the store, which is not fetched again */
  constructor(
    private readonly marker: ByteSource,
    private readonly context: ReadContext,
  ) {
    const { url } = marker;
    const at = /^https?:/i.test(url) ? url.search(/[?#]/) : -1;
    this.url = folderOf(at < 0 ? url : url.slice(0, at));
    this.#query = at < 0 ? "" : url.slice(at);
  }

  get(key: string): Promise<Uint8Array | null> {
    const url = this.#urlOf(key);
    if (url !== this.marker.url) return this.context.readObject(url);
    const range = { offset: 0, length: this.marker.size };
    return this.marker.readOne(range, { signal: this.context.signal });
  }

  async metadataKeys(): Promise<readonly string[]> {
    this.context.signal?.throwIfAborted();
    const roots = rootsOf(this.url);
    const sizes = new Map<string, number>();
    const metadata: string[] = [];
    let isComplete = true;
    for await (const { url, size } of this.context.list(this.url)) {
      this.context.signal?.throwIfAborted();
      const root = roots.find((one) => url.startsWith(one));
      if (root === undefined) continue;
      const key = url.slice(root.length).replaceAll("\\", "/");
      if (isMetadataKey(key)) metadata.push(key);
      if (sizes.size < REMEMBERED) sizes.set(key, size);
      else isComplete = false;
    }
    if (isComplete) this.#sizes = sizes;
    return metadata;
  }

  async places(keys: readonly string[]): Promise<readonly Place[]> {
    return keys.map((key) => this.#placeOf(key));
  }

  /** A local folder is listed if opening it has not done so; of a store on a server only what was listed is known. */
  async keysBelow(node: string): Promise<readonly string[] | null> {
    if (!this.#sizes && !this.#isRemote) {
      this.#listing ??= this.metadataKeys().catch((error) => {
        // What cannot be listed can still be asked for by name.
        if (!isTagged(error, "permission", "unsupported", "not-found")) throw error;
      });
      await this.#listing;
    }
    if (!this.#sizes) return null;
    const prefix = keyBelow(node, "");
    return [...this.#sizes.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }

  get #isRemote(): boolean {
    return /^(?!file:)[a-z][a-z0-9+.-]+:\/\//i.test(this.url);
  }

  /** Of a store on a server only what opening it has listed. */
  async totalBytes(): Promise<number | null> {
    if (this.#sizes) return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    if (this.#isRemote) return null;
    let [total, count] = [0, 0];
    for await (const { size } of this.context.list(this.url)) {
      this.context.signal?.throwIfAborted();
      if (++count > MOST_COUNTED) return null;
      total += size;
    }
    return total;
  }

  #placeOf(key: string): Place {
    const url = this.#urlOf(key);
    if (!this.#sizes) return { kind: "object", url };
    const size = this.#sizes.get(key);
    return size === undefined ? MISSING : { kind: "object", url, size };
  }

  /** Keys come from metadata that nobody vouches for. @throws `malformed` for one that leaves the store */
  #urlOf(key: string): string {
    if (key.split("/").includes(".."))
      throw new ZarrError("malformed", `the key ${key} leads out of the store`, { file: this.url });
    return `${this.url}/${/^https?:/i.test(this.url) ? encodeURI(key).replace(/[?#]/g, encodeURIComponent) : key}${this.#query}`;
  }
}

/** The folder that holds an object. */
export function folderOf(url: string): string {
  if (!url.includes("://")) return dirname(url);
  const path = /^https?:/i.test(url) ? url.replace(/[?#].*$/, "") : url;
  return path.slice(0, path.lastIndexOf("/"));
}

/** Beginnings of what listing gives: a local store gives normalised paths, whatever was asked for. */
function rootsOf(url: string): string[] {
  const plain = url.startsWith("file://") ? fileURLToPath(url) : url;
  return [`${url}/`, ...(/^[a-z][a-z0-9+.-]+:\/\//i.test(plain) ? [] : [`${normalize(plain)}/`, `${normalize(plain)}\\`])];
}
