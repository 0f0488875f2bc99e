import type { AttributeElement } from "graticule/plugin";
import { malformed, unsupported } from "../errors.js";
import type { MetadataFile } from "../model.js";

const NOTHING = new Uint8Array(0);

/** Bytes that the values of one read may take together, as the heap counts them. */
const MOST_BYTES = 256 << 20;

/**
 * Objects of the global heap for code that reads elements without waiting: what is asked for and not there yet is noted and
 * reads as empty; {@link load} then fetches it. Whoever decodes does so again until nothing is outstanding, which takes a
 * round per level of sequences inside sequences.
 */
export class HeapObjects {
  readonly #objects = new Map<string, Uint8Array>();
  readonly #wanted = new Map<string, { readonly address: number; readonly index: number; readonly size: number }>();
  readonly #memos: Map<string, AttributeElement>[] = [];
  #bytes = 0;

  constructor(readonly file: MetadataFile) {}

  get isComplete(): boolean {
    return this.#wanted.size === 0;
  }

  /**
   * The bytes of the elements at a place: their count (4 bytes), the collection's address, the index in it (4 bytes).
   *
   * @param size bytes of one of them
   * @throws `malformed` where the object is shorter than the count says
   */
  bytesAt(view: DataView, at: number, sizeOfOffsets: number, size: number): Uint8Array {
    const count = view.getUint32(at, true);
    if (count === 0) return NOTHING;
    const address = addressOf(view, at + 4, sizeOfOffsets);
    const index = view.getUint32(at + 4 + sizeOfOffsets, true);
    if (address === 0 && index === 0) return NOTHING;
    const key = `${address}:${index}`;
    const object = this.#objects.get(key);
    if (!object) {
      this.#wanted.set(key, { address, index, size: count * size });
      return NOTHING;
    }
    if (count * size > object.length)
      throw malformed(
        `${count} elements of ${size} bytes in an object of ${object.length} of the global heap`,
        this.file.baseAddress + address,
      );
    return object.subarray(0, count * size);
  }

  /** Places that stand several times give one value, which is made once: many elements may name one large object. */
  memoised(read: (view: DataView, at: number) => AttributeElement): (view: DataView, at: number) => AttributeElement {
    const memo = new Map<string, AttributeElement>();
    this.#memos.push(memo);
    const length = 8 + this.file.sizeOfOffsets;
    return (view, at) => {
      const key = Buffer.from(view.buffer, view.byteOffset + at, length).toString("latin1");
      let value = memo.get(key);
      if (value === undefined) {
        value = read(view, at);
        memo.set(key, value);
      }
      return value;
    };
  }

  /** Fetches what was noted. @throws `malformed`, `truncated`, `unsupported` beyond 256 MiB */
  async load(): Promise<void> {
    for (const [key, { address, index, size }] of this.#wanted) {
      // What is larger than the file is damage, as which fetching it tells it.
      if (size <= this.file.source.size) this.#requireRoom(size, address);
      const object = await this.file.heapObject(address, index);
      this.#requireRoom(object.length, address);
      this.#bytes += object.length;
      this.#objects.set(key, object);
    }
    this.#wanted.clear();
    for (const memo of this.#memos) memo.clear();
  }

  #requireRoom(more: number, address: number): void {
    if (this.#bytes + more <= MOST_BYTES) return;
    throw unsupported(
      `one read of ${this.#bytes + more} bytes of the global heap and perhaps more; the most is ${MOST_BYTES}`,
      this.file.baseAddress + address,
    );
  }
}

function addressOf(view: DataView, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  if (!Number.isSafeInteger(value)) throw malformed("an address in the global heap beyond any file");
  return value;
}
