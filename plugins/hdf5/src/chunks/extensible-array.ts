import { cursorAt, verifyChecksum } from "../checked.js";
import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import type { Address, MetadataFile } from "../model.js";
import { type ArrayElement, type ArrayIndex, bitAt, type ElementFormat, elementFormat } from "./array-element.js";
import type { ChunkGrid } from "./chunk-grid.js";
import { Pages } from "./pages.js";

const CHECKSUM = 4;
/** Signature, version, client. */
const PREFIX = 4 + 1 + 1;

/** What the header sets (file format specification III.D.2, "Extensible Array Header"). */
interface Shape {
  readonly format: ElementFormat;
  /** Bytes of a block's offset in the array. */
  readonly offsetBytes: number;
  readonly inIndexBlock: number;
  readonly minElements: number;
  readonly minPointers: number;
  readonly perPage: number;
  readonly superBlocks: number;
  /** Numbers from here on were never set. */
  readonly end: number;
}

/**
 * Extensible arrays (III.D.2): the first elements stand in the index block, those after it in data blocks that double in
 * size; the first data blocks hang on the index block, later ones on super blocks, large ones are paged. Only what is asked
 * for is read.
 *
 * @throws `malformed`, `checksum`, `truncated`
 */
export async function openExtensibleArray(file: MetadataFile, address: number, grid: ChunkGrid): Promise<ArrayIndex> {
  const header = await cursorAt(file, address, PREFIX + 6 + 6 * file.sizeOfLengths + file.sizeOfOffsets + CHECKSUM);
  header.signature("EAHD");
  verifyChecksum(header.bytes, header.offset, "an extensible array's header");
  const shape = readShape(file, header, grid);
  const indexBlock = header.address();
  if (indexBlock === null) return { end: 0, element: () => null };
  return new ExtensibleArray(file, shape, await readIndexBlock(file, indexBlock, shape));
}

function readShape(file: MetadataFile, header: Cursor, grid: ChunkGrid): Shape {
  const [version, client, size, maxBits] = [header.u8(), header.u8(), header.u8(), header.u8()];
  const [inIndexBlock, minElements, minPointers, pageBits] = [header.u8(), header.u8(), header.u8(), header.u8()];
  header.skip(4 * file.sizeOfLengths);
  const end = header.length();
  header.skip(file.sizeOfLengths);
  const sound =
    version === 0 &&
    isPowerOfTwo(minElements) &&
    isPowerOfTwo(minPointers) &&
    maxBits <= 64 &&
    pageBits <= 31 &&
    2 ** maxBits >= minElements;
  if (!sound)
    throw malformed(
      `an extensible array of version ${version}, 2^${maxBits} elements, blocks of ${minElements} x ${minPointers}`,
      header.offset,
    );
  return {
    format: elementFormat(file, client, size, grid, header.offset),
    offsetBytes: Math.ceil(maxBits / 8),
    inIndexBlock,
    minElements,
    minPointers,
    perPage: 2 ** pageBits,
    superBlocks: 1 + maxBits - Math.log2(minElements),
    end,
  };
}

function isPowerOfTwo(n: number): boolean {
  return n > 0 && Number.isInteger(Math.log2(n));
}

interface IndexBlock {
  readonly elements: Cursor;
  readonly dataBlocks: readonly Address[];
  readonly superBlocks: readonly Address[];
}

async function readIndexBlock(file: MetadataFile, address: number, shape: Shape): Promise<IndexBlock> {
  const dataBlocks = 2 * (shape.minPointers - 1);
  const superBlocks = Math.max(0, shape.superBlocks - directLevels(shape));
  const prefix = PREFIX + file.sizeOfOffsets;
  const inside = shape.inIndexBlock * shape.format.size;
  const cursor = await cursorAt(file, address, prefix + inside + (dataBlocks + superBlocks) * file.sizeOfOffsets + CHECKSUM);
  cursor.signature("EAIB");
  verifyChecksum(cursor.bytes, cursor.offset, "an extensible array's index block");
  cursor.skip(prefix - 4);
  const elements = cursor.sub(inside);
  const addresses = (count: number): Address[] => Array.from({ length: count }, () => cursor.address());
  return { elements, dataBlocks: addresses(dataBlocks), superBlocks: addresses(superBlocks) };
}

/** Levels (super blocks of the numbering) whose data blocks hang on the index block itself. */
function directLevels({ minPointers }: Shape): number {
  return 2 * Math.log2(minPointers);
}

/** Pages of its data blocks that were written, and where these are. */
interface SuperBlock {
  readonly address: number;
  readonly written: Uint8Array;
  readonly dataBlocks: readonly Address[];
}

class ExtensibleArray implements ArrayIndex {
  readonly #pages: Pages;
  #superBlock: SuperBlock | undefined;

  constructor(
    readonly file: MetadataFile,
    readonly shape: Shape,
    readonly indexBlock: IndexBlock,
  ) {
    this.#pages = new Pages(shape.format);
  }

  get end(): number {
    return this.shape.end;
  }

  element(number: number): ArrayElement | Promise<ArrayElement> {
    const { shape, indexBlock } = this;
    if (number >= shape.end) return null;
    if (number < shape.inIndexBlock) return this.#pages.element(0, number, async () => indexBlock.elements);
    const behind = number - shape.inIndexBlock;
    const level = Math.floor(Math.log2(Math.floor(behind / shape.minElements) + 1));
    const perBlock = 2 ** Math.ceil(level / 2) * shape.minElements;
    const index = behind - shape.minElements * (2 ** level - 1);
    return level < directLevels(shape)
      ? this.#elementBelowIndexBlock(blocksBefore(level) + Math.floor(index / perBlock), index % perBlock, perBlock)
      : this.#elementBelowSuperBlock(level, index, perBlock);
  }

  #elementBelowIndexBlock(block: number, index: number, perBlock: number): ArrayElement | Promise<ArrayElement> {
    const address = this.indexBlock.dataBlocks[block] ?? null;
    return address === null ? null : this.#pages.element(address, index, () => this.#loadBlock(address, perBlock));
  }

  #elementBelowSuperBlock(level: number, index: number, perBlock: number): ArrayElement | Promise<ArrayElement> {
    const address = this.indexBlock.superBlocks[level - directLevels(this.shape)] ?? null;
    if (address === null) return null;
    const last = this.#superBlock;
    if (last?.address === address) return this.#elementOf(last, index, perBlock);
    return this.#readSuperBlock(address, level, perBlock).then((superBlock) => {
      this.#superBlock = superBlock;
      return this.#elementOf(superBlock, index, perBlock);
    });
  }

  #elementOf({ dataBlocks, written }: SuperBlock, index: number, perBlock: number): ArrayElement | Promise<ArrayElement> {
    const { shape } = this;
    const block = Math.floor(index / perBlock);
    const inside = index % perBlock;
    const address = dataBlocks[block] ?? null;
    if (address === null) return null;
    if (perBlock <= shape.perPage) return this.#pages.element(address, inside, () => this.#loadBlock(address, perBlock));
    const page = Math.floor(inside / shape.perPage);
    if (!bitAt(written, block * (perBlock / shape.perPage) + page)) return null;
    const at = address + this.#prefix + CHECKSUM + page * (shape.perPage * shape.format.size + CHECKSUM);
    return this.#pages.element(at, inside % shape.perPage, () => this.#loadPage(at));
  }

  /** Bytes before the content of super and data blocks: their head, the header's address, their offset in the array. */
  get #prefix(): number {
    return PREFIX + this.file.sizeOfOffsets + this.shape.offsetBytes;
  }

  async #readSuperBlock(address: number, level: number, perBlock: number): Promise<SuperBlock> {
    const { sizeOfOffsets } = this.file;
    const blocks = 2 ** Math.floor(level / 2);
    const pagesPerBlock = perBlock > this.shape.perPage ? perBlock / this.shape.perPage : 0;
    const bitmapBytes = blocks * Math.ceil(pagesPerBlock / 8);
    const cursor = await this.#read(address, "EASB", bitmapBytes + blocks * sizeOfOffsets);
    const written = cursor.take(bitmapBytes);
    return { address, written, dataBlocks: Array.from({ length: blocks }, () => cursor.address()) };
  }

  #loadBlock(address: number, elements: number): Promise<Cursor> {
    return this.#read(address, "EADB", elements * this.shape.format.size);
  }

  async #read(address: number, signature: string, contentBytes: number): Promise<Cursor> {
    const cursor = await cursorAt(this.file, address, this.#prefix + contentBytes + CHECKSUM);
    cursor.signature(signature);
    verifyChecksum(cursor.bytes, cursor.offset, "a block of an extensible array");
    cursor.position = this.#prefix;
    return cursor;
  }

  async #loadPage(address: number): Promise<Cursor> {
    const { perPage, format } = this.shape;
    const cursor = await cursorAt(this.file, address, perPage * format.size + CHECKSUM);
    verifyChecksum(cursor.bytes, cursor.offset, "a page of an extensible array");
    return cursor;
  }
}

/** Data blocks of all levels below: level u has 2^⌊u/2⌋. */
function blocksBefore(level: number): number {
  const half = Math.floor(level / 2);
  return 2 * (2 ** half - 1) + (level % 2) * 2 ** half;
}
