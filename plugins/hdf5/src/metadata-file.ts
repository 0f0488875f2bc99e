import type { ByteSource } from "graticule/plugin";
import { GlobalHeap } from "./global-heap.js";
import type { MetadataBlocks } from "./metadata-blocks.js";
import type { Address, MetadataFile } from "./model.js";
import type { Superblock } from "./superblock.js";

/** The opened file: metadata through blocks of 64 KiB, and the addresses and widths that the superblock sets. */
export class BlockCachedFile implements MetadataFile {
  readonly #heap = new GlobalHeap(this);

  constructor(
    readonly cache: MetadataBlocks,
    readonly superblock: Superblock,
  ) {}

  get source(): ByteSource {
    return this.cache.source;
  }

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

  read(address: number, length: number): Uint8Array | Promise<Uint8Array> {
    return this.cache.read(this.baseAddress + address, length);
  }

  heapObject(address: number, index: number): Promise<Uint8Array> {
    return this.#heap.object(address, index);
  }
}
