import { cursorAt } from "./checked.js";
import { malformed } from "./errors.js";
import type { MetadataFile } from "./model.js";

interface Collection {
  readonly objects: ReadonlyMap<number, Uint8Array>;
  readonly bytes: number;
}

/** Collections are kept up to this; the last one always is. */
const KEPT_BYTES = 32 << 20;

/** Objects of the file's global heap, where variable-length data lie. */
export class GlobalHeap {
  readonly #collections = new Map<number, Collection>();
  readonly #reading = new Map<number, Promise<Collection>>();
  #bytes = 0;

  constructor(readonly file: MetadataFile) {}

  /** @throws `malformed`, `truncated` */
  async object(address: number, index: number): Promise<Uint8Array> {
    const { objects } = this.#collections.get(address) ?? (await this.#collection(address));
    const object = objects.get(index);
    if (!object) throw malformed(`the global heap has no object ${index}`, this.file.baseAddress + address);
    return object;
  }

  #collection(address: number): Promise<Collection> {
    let reading = this.#reading.get(address);
    if (!reading) {
      reading = readCollection(this.file, address)
        .then((collection) => this.#keep(address, collection))
        .finally(() => this.#reading.delete(address));
      this.#reading.set(address, reading);
    }
    return reading;
  }

  #keep(address: number, collection: Collection): Collection {
    this.#collections.set(address, collection);
    this.#bytes += collection.bytes;
    for (const [oldest, { bytes }] of this.#collections) {
      if (this.#bytes <= KEPT_BYTES || oldest === address) break;
      this.#collections.delete(oldest);
      this.#bytes -= bytes;
    }
    return collection;
  }
}

/** "GCOL" (file format specification III.E): objects of 8 bytes and a length of head, their data padded to 8. */
async function readCollection(file: MetadataFile, address: number): Promise<Collection> {
  const head = await cursorAt(file, address, 8 + file.sizeOfLengths);
  head.signature("GCOL");
  const version = head.u8();
  if (version !== 1) throw malformed(`global heap version ${version}`, head.offset);
  head.skip(3);
  const size = head.length();
  if (size < head.position) throw malformed(`a global heap of ${size} bytes`, head.offset);
  const cursor = await cursorAt(file, address, size);
  cursor.skip(head.position);
  const objects = new Map<number, Uint8Array>();
  while (cursor.remaining >= 8 + file.sizeOfLengths) {
    const index = cursor.u16();
    cursor.skip(6);
    const length = cursor.length();
    if (index === 0) break;
    objects.set(index, cursor.take(length));
    cursor.skip(Math.min(cursor.remaining, (8 - (length % 8)) % 8));
  }
  return { objects, bytes: size };
}
