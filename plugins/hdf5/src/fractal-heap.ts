import { bytesFor, recordsOfBTreeV2 } from "./btree-v2.js";
import { cursorAt, defined, verifyChecksum } from "./checked.js";
import { Cursor } from "./cursor.js";
import { malformed, unsupported } from "./errors.js";
import { DoublingTable } from "./fractal-heap-table.js";
import type { Address, MetadataFile } from "./model.js";

const DIRECT_CHECKSUMMED = 2;

/**
 * Objects of a fractal heap by their IDs (file format specification III.G): managed ones through the doubling table, huge ones
 * at an address of their own, tiny ones inside the ID.
 */
export class FractalHeap {
  readonly #hugeObjects: Map<number, { address: number; length: number }> = new Map();
  #hugeRead = false;

  private constructor(
    readonly file: MetadataFile,
    readonly address: number,
    readonly idLength: number,
    readonly filtered: boolean,
    readonly hugeTree: Address,
    readonly offsetSize: number,
    readonly lengthSize: number,
    readonly table: DoublingTable,
  ) {}

  /** @throws `malformed`, `checksum`, `truncated` */
  static async open(file: MetadataFile, address: number): Promise<FractalHeap> {
    const { sizeOfOffsets, sizeOfLengths } = file;
    const size = 4 + 1 + 2 + 2 + 1 + 4 + 12 * sizeOfLengths + 3 * sizeOfOffsets + 2 + 2 + 2 + 2 + 4;
    let cursor = await cursorAt(file, address, size);
    cursor.signature("FRHP");
    if (cursor.u8() !== 0) throw malformed("a fractal heap of an unknown version", cursor.here);
    const idLength = cursor.u16();
    const filterBytes = cursor.u16();
    if (filterBytes > 0) {
      const position = cursor.position;
      cursor = await cursorAt(file, address, size + sizeOfLengths + 4 + filterBytes);
      cursor.skip(position);
    }
    verifyChecksum(cursor.bytes, cursor.offset, "a fractal heap's header");
    const flags = cursor.u8();
    const largestManaged = cursor.u32();
    cursor.skip(sizeOfLengths);
    const hugeTree = cursor.address();
    cursor.skip(sizeOfLengths + sizeOfOffsets + 8 * sizeOfLengths);
    const table = DoublingTable.parse(file, cursor, address, filterBytes > 0, (flags & DIRECT_CHECKSUMMED) !== 0);
    const lengthSize = Math.min(table.largestDirectBytes, bytesFor(BigInt(largestManaged)));
    return new FractalHeap(file, address, idLength, filterBytes > 0, hugeTree, table.offsetSize, lengthSize, table);
  }

  /** @param id as a B-tree's record holds it */
  async object(id: Uint8Array): Promise<Uint8Array> {
    const { sizeOfOffsets, sizeOfLengths } = this.file;
    const cursor = new Cursor(id, this.file.baseAddress + this.address, sizeOfOffsets, sizeOfLengths);
    const head = cursor.u8();
    if (head >> 6 !== 0) throw malformed(`version ${head >> 6} of a fractal heap's ID`, cursor.offset);
    const kind = (head >> 4) & 3;
    if (kind === 0) return this.table.read(cursor.uint(this.offsetSize), cursor.uint(this.lengthSize));
    if (kind === 1) return this.#huge(cursor);
    if (kind === 2) return this.#tiny(cursor, head);
    throw malformed(`a fractal heap's ID of the unknown kind ${kind}`, cursor.offset);
  }

  #tiny(cursor: Cursor, head: number): Uint8Array {
    const short = this.idLength - 1 <= 16;
    const length = (short ? head & 15 : ((head & 15) << 8) | cursor.u8()) + 1;
    return cursor.take(length);
  }

  async #huge(cursor: Cursor): Promise<Uint8Array> {
    if (this.filtered) throw unsupported("a huge object of a compressed fractal heap", cursor.offset);
    const { sizeOfOffsets, sizeOfLengths } = this.file;
    if (this.idLength - 1 >= sizeOfOffsets + sizeOfLengths) {
      const address = defined(cursor.address(), "a huge object");
      return this.file.read(address, cursor.length());
    }
    const key = cursor.uint(Math.min(this.idLength - 1, sizeOfLengths));
    const place = (await this.#hugePlaces()).get(key);
    if (!place) throw malformed(`the fractal heap has no huge object ${key}`, cursor.offset);
    return this.file.read(place.address, place.length);
  }

  async #hugePlaces(): Promise<ReadonlyMap<number, { address: number; length: number }>> {
    if (this.#hugeRead) return this.#hugeObjects;
    const tree = defined(this.hugeTree, "the huge objects of a fractal heap");
    for await (const { type, bytes } of recordsOfBTreeV2(this.file, tree)) {
      if (type !== 1) throw malformed(`B-tree records of type ${type} for huge objects`, this.file.baseAddress + tree);
      const record = new Cursor(bytes, this.file.baseAddress + tree, this.file.sizeOfOffsets, this.file.sizeOfLengths);
      const address = defined(record.address(), "a huge object");
      const length = record.length();
      this.#hugeObjects.set(record.length(), { address, length });
    }
    this.#hugeRead = true;
    return this.#hugeObjects;
  }
}
