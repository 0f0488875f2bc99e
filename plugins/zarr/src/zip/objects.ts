import { crc32 } from "node:zlib";
import type { ByteRange, ByteSource, ReadContext } from "graticule/plugin";
import { isTagged, ZarrError } from "../error.js";
import { isMetadataKey, keyBelow, MISSING, type Objects, type Place } from "../objects.js";
import { readDirectory, type ZipEntry } from "./directory.js";
import { differs, inflateEntry, packingOf } from "./inflate-entry.js";

const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const PIECE = 8 << 20;

/**
 * The members of a zip file: stored ones are ranges of it, packed ones are unpacked whole.
 *
 * The CRC-32 of a member is compared wherever all of the member is read: metadata, packed members, chunks as a whole. Of a part (a
 * shard's index and inner chunks, some rows of a large uncompressed chunk) nothing can be compared; {@link verify} reads all.
 */
export class ZipObjects implements Objects {
  readonly container = "zip";
  readonly #dataOffsets = new Map<string, number>();

  private constructor(
    private readonly source: ByteSource,
    private readonly context: ReadContext,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
    /** Folder of the store inside the zip file. */
    private readonly root: string,
  ) {}

  /** @throws `truncated`, `malformed`; `unsupported` for a zip file without a Zarr store */
  static async open(source: ByteSource, context: ReadContext): Promise<ZipObjects> {
    const options = { signal: context.signal };
    const entries = await readDirectory(source.url, source.size, (offset, length) => source.readOne({ offset, length }, options));
    const root = storeInside(entries.keys());
    if (root === null) throw new ZarrError("unknown-format", "the zip file holds no Zarr store", { file: source.url });
    return new ZipObjects(source, context, entries, root);
  }

  get url(): string {
    return this.source.url;
  }

  async get(key: string): Promise<Uint8Array | null> {
    const entry = this.entries.get(keyBelow(this.root, key));
    if (!entry) return null;
    const [offset] = await this.#locate([entry]);
    const range = { offset: offset as number, length: entry.packedSize };
    return inflateEntry(await this.source.readOne(range, this.#options()), entry, this.url);
  }

  async metadataKeys(): Promise<readonly string[]> {
    const prefix = this.root === "" ? "" : `${this.root}/`;
    const keys: string[] = [];
    for (const name of this.entries.keys())
      if (name.startsWith(prefix) && isMetadataKey(name)) keys.push(name.slice(prefix.length));
    return keys;
  }

  async keysBelow(node: string): Promise<readonly string[]> {
    const prefix = [this.root, node, ""].filter((part, i) => i === 2 || part !== "").join("/");
    return [...this.entries.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  async places(keys: readonly string[]): Promise<readonly Place[]> {
    const found = keys.map((key) => this.entries.get(keyBelow(this.root, key)));
    const plain = found.filter((entry): entry is ZipEntry => entry !== undefined && isPlain(entry));
    await this.#locate(plain);
    return found.map((entry, i): Place => {
      if (!entry) return MISSING;
      if (!isPlain(entry)) return { kind: "packed", key: keys[i] as string };
      const offset = this.#dataOffsets.get(entry.name) as number;
      return { kind: "range", url: this.url, offset, length: entry.packedSize, crc32: entry.crc32 };
    });
  }

  /** Reads every member of the store; gives those that are damaged, in words. @throws what reading the file throws */
  async verify(): Promise<readonly string[]> {
    const prefix = keyBelow(this.root, "");
    const wrong: string[] = [];
    for (const entry of this.entries.values()) {
      if (!entry.name.startsWith(prefix) || packingOf(entry) !== null) continue;
      try {
        if (isPlain(entry)) await this.#compare(entry);
        else await this.get(entry.name.slice(prefix.length));
      } catch (error) {
        if (!isTagged(error, "checksum", "malformed", "unsupported")) throw error;
        wrong.push(error.message);
      }
    }
    return wrong;
  }

  /** In pieces: a stored member may be as large as it likes. @throws `checksum`, `malformed` */
  async #compare(entry: ZipEntry): Promise<void> {
    const [offset] = await this.#locate([entry]);
    let found = 0;
    for (let at = 0; at < entry.packedSize; at += PIECE) {
      const range = { offset: (offset as number) + at, length: Math.min(PIECE, entry.packedSize - at) };
      found = crc32(await this.source.readOne(range, this.#options()), found);
    }
    if (found !== entry.crc32) throw differs(entry, this.url);
  }

  /** Offsets of the members' bytes: what stands in the local header may be longer than the directory says. */
  async #locate(entries: readonly ZipEntry[]): Promise<number[]> {
    const unknown = entries.filter((entry) => !this.#dataOffsets.has(entry.name));
    const ranges: ByteRange[] = unknown.map(({ headerOffset }) => ({ offset: headerOffset, length: LOCAL_HEADER }));
    if (ranges.length > 0)
      for await (const { index, bytes } of this.source.read(ranges, this.#options())) this.#note(unknown[index] as ZipEntry, bytes);
    return entries.map((entry) => this.#dataOffsets.get(entry.name) as number);
  }

  #note(entry: ZipEntry, header: Uint8Array): void {
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const offset = entry.headerOffset + LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
    if (view.getUint32(0, true) !== LOCAL_SIGNATURE || offset + entry.packedSize > this.source.size)
      throw new ZarrError("malformed", `the zip file does not hold ${entry.name} where its directory says`, {
        file: this.url,
        offset: entry.headerOffset,
      });
    this.#dataOffsets.set(entry.name, offset);
  }

  #options(): { signal?: AbortSignal | undefined } {
    return { signal: this.context.signal };
  }
}

function isPlain(entry: ZipEntry): boolean {
  return entry.method === 0 && !entry.isEncrypted;
}

/** The folder of the store: the root, or else the first folder that is one. Null: none. */
export function storeInside(names: Iterable<string>): string | null {
  let found: string | null = null;
  for (const name of names) {
    const marker = /^(?:([^/]+)\/)?(?:zarr\.json|\.zgroup|\.zarray|\.zmetadata)$/.exec(name);
    if (!marker) continue;
    if (marker[1] === undefined) return "";
    found ??= marker[1];
  }
  return found;
}
