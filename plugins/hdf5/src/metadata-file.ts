import type { ByteSource, ReadContext } from "graticule/plugin";
import { Cursor } from "./cursor.js";
import { Hdf5Error, malformed } from "./errors.js";
import { lookup3 } from "./lookup3.js";
import type { Address, MetadataFile } from "./model.js";
import type { Superblock } from "./superblock.js";

const BLOCK = 1 << 16;
/** Blocks kept: 16 MiB. */
const KEPT = 256;
/** What is longer is read for itself and not kept. */
const CACHED_LENGTH = 4 * BLOCK;
const KEPT_HEAPS = 64;

/** The opened file: metadata through blocks of 64 KiB, and the addresses and widths that the superblock sets. */
export class BlockCachedFile implements MetadataFile {
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  readonly #heaps = new Map<number, Promise<Map<number, Uint8Array>>>();

  constructor(
    readonly source: ByteSource,
    readonly superblock: Superblock,
    readonly signal?: ReadContext["signal"],
  ) {}

  get baseAddress(): number {
    return this.superblock.baseAddress;
  }

  get sizeOfOffsets(): number {
    return this.superblock.sizeOfOffsets;
  }

  get sizeOfLengths(): number {
    return this.superblock.sizeOfLengths;
  }

  get superblockVersion(): number {
    return this.superblock.version;
  }

  get extensionAddress(): Address {
    return this.superblock.extensionAddress;
  }

  async read(address: number, length: number): Promise<Uint8Array> {
    const start = this.baseAddress + address;
    const stop = start + length;
    if (stop > this.source.size || address < 0)
      throw new Hdf5Error("truncated", `bytes ${start} to ${stop} are declared, but the file has ${this.source.size}`, {
        file: this.source.url,
        offset: Math.min(start, this.source.size),
      });
    if (length > CACHED_LENGTH) return this.#fetch(start, length);
    const first = Math.floor(start / BLOCK);
    const last = Math.floor(Math.max(start, stop - 1) / BLOCK);
    if (first === last) return (await this.#block(first)).subarray(start - first * BLOCK, stop - first * BLOCK);
    const out = new Uint8Array(length);
    for (let i = first; i <= last; i++) {
      const block = await this.#block(i);
      const from = Math.max(start, i * BLOCK);
      const to = Math.min(stop, i * BLOCK + block.length);
      out.set(block.subarray(from - i * BLOCK, to - i * BLOCK), from - start);
    }
    return out;
  }

  /** A cursor over a structure of known length. */
  async cursor(address: number, length: number): Promise<Cursor> {
    return this.cursorOf(await this.read(address, length), address);
  }

  cursorOf(bytes: Uint8Array, address: number): Cursor {
    return new Cursor(bytes, this.baseAddress + address, this.sizeOfOffsets, this.sizeOfLengths);
  }

  async heapObject(address: number, index: number): Promise<Uint8Array> {
    let heap = this.#heaps.get(address);
    if (!heap) {
      heap = this.#readHeap(address);
      this.#heaps.set(address, heap);
      evict(this.#heaps, KEPT_HEAPS);
    }
    const object = (await heap).get(index);
    if (!object) throw malformed(`the global heap has no object ${index}`, this.baseAddress + address);
    return object;
  }

  /** "GCOL" (file format specification III.E): objects of 16 bytes of head and data padded to 8. */
  async #readHeap(address: number): Promise<Map<number, Uint8Array>> {
    const head = await this.cursor(address, 8 + this.sizeOfLengths);
    head.signature("GCOL");
    const version = head.u8();
    if (version !== 1) throw malformed(`global heap version ${version}`, head.here);
    head.skip(3);
    const size = head.length();
    if (size < head.position) throw malformed(`a global heap of ${size} bytes`, head.here);
    const cursor = await this.cursor(address, size);
    cursor.skip(head.position);
    const objects = new Map<number, Uint8Array>();
    while (cursor.remaining >= 8 + this.sizeOfLengths) {
      const index = cursor.u16();
      cursor.skip(6);
      const length = cursor.length();
      if (index === 0) break;
      objects.set(index, cursor.take(length));
      cursor.skip(Math.min(cursor.remaining, (8 - (length % 8)) % 8));
    }
    return objects;
  }

  #block(index: number): Promise<Uint8Array> {
    const found = this.#blocks.get(index);
    if (found) {
      this.#blocks.delete(index);
      this.#blocks.set(index, found);
      return found;
    }
    const start = index * BLOCK;
    const block = this.#fetch(start, Math.min(BLOCK, this.source.size - start));
    this.#blocks.set(index, block);
    block.catch(() => this.#blocks.delete(index));
    evict(this.#blocks, KEPT);
    return block;
  }

  async #fetch(offset: number, length: number): Promise<Uint8Array> {
    const options = this.signal ? { signal: this.signal } : {};
    return Uint8Array.from(await this.source.readOne({ offset, length }, options));
  }
}

function evict<V>(cache: Map<number, V>, kept: number): void {
  if (cache.size <= kept) return;
  const oldest = cache.keys().next().value;
  if (oldest !== undefined) cache.delete(oldest);
}

/** A cursor of any {@link MetadataFile} over `length` bytes at an address. */
export async function cursorAt(file: MetadataFile, address: number, length: number): Promise<Cursor> {
  const bytes = await file.read(address, length);
  return new Cursor(bytes, file.baseAddress + address, file.sizeOfOffsets, file.sizeOfLengths);
}

/** The last four bytes are the lookup3 checksum of those before. @throws `checksum` */
export function verifyChecksum(bytes: Uint8Array, offset: number, what: string): void {
  const body = bytes.length - 4;
  const stored = new DataView(bytes.buffer, bytes.byteOffset + body, 4).getUint32(0, true);
  const computed = lookup3(bytes.subarray(0, body));
  if (stored !== computed)
    throw new Hdf5Error("checksum", `the checksum of ${what} is ${hex(stored)}, its content gives ${hex(computed)}`, { offset });
}

/** @throws `malformed` where the address is undefined */
export function defined(address: Address, what: string): number {
  if (address === null) throw malformed(`the address of ${what} is undefined`);
  return address;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
