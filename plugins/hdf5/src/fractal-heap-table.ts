import { cursorAt, verifyChecksum } from "./checked.js";
import type { Cursor } from "./cursor.js";
import { Hdf5Error, malformed, unsupported } from "./errors.js";
import { lookup3 } from "./lookup3.js";
import type { Address, MetadataFile } from "./model.js";

interface Shape {
  readonly width: number;
  readonly startingSize: number;
  readonly largestDirect: number;
  readonly root: Address;
  /** Rows of the root; 0 where the root is a direct block. */
  readonly rows: number;
  readonly offsetSize: number;
  readonly filtered: boolean;
  readonly checksummed: boolean;
}

interface IndirectBlock {
  readonly children: readonly Address[];
}

const DEEPEST = 16;
const MOST_ROWS = 64;

/** The managed space of a fractal heap: rows of `width` blocks, whose size doubles from the third row on. */
export class DoublingTable {
  readonly #direct = new Map<number, Uint8Array>();
  readonly #indirect = new Map<number, IndirectBlock>();

  private constructor(
    readonly file: MetadataFile,
    readonly heapAddress: number,
    readonly shape: Shape,
  ) {}

  static parse(file: MetadataFile, cursor: Cursor, heapAddress: number, filtered: boolean, checksummed: boolean): DoublingTable {
    const at = cursor.here;
    const width = cursor.u16();
    const startingSize = cursor.length();
    const largestDirect = cursor.length();
    const indexBits = cursor.u16();
    cursor.skip(2);
    const root = cursor.address();
    const rows = cursor.u16();
    const powers = [width, startingSize, largestDirect].every((n) => n > 0 && Number.isInteger(Math.log2(n)));
    if (!powers || startingSize > largestDirect || indexBits === 0 || indexBits > 64 || rows > MOST_ROWS)
      throw malformed(`a fractal heap of width ${width}, blocks of ${startingSize} to ${largestDirect}, ${rows} rows`, at);
    const offsetSize = Math.ceil(indexBits / 8);
    return new DoublingTable(file, heapAddress, {
      width,
      startingSize,
      largestDirect,
      root,
      rows,
      offsetSize,
      filtered,
      checksummed,
    });
  }

  get offsetSize(): number {
    return this.shape.offsetSize;
  }

  /** Bytes that an offset into the largest direct block takes. */
  get largestDirectBytes(): number {
    return Math.ceil(Math.log2(this.shape.largestDirect) / 8);
  }

  /** `length` bytes at an offset of the heap's space. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const { root, rows, startingSize } = this.shape;
    if (this.shape.filtered) throw unsupported("a compressed fractal heap", this.#here(this.heapAddress));
    if (root === null) throw malformed("an object of an empty fractal heap", this.#here(this.heapAddress));
    if (rows === 0) return this.#fromDirect(root, 0, startingSize, offset, length);
    return this.#descend(root, 0, rows, offset, length, 0);
  }

  async #descend(address: number, start: number, rows: number, offset: number, length: number, depth: number): Promise<Uint8Array> {
    if (depth > DEEPEST || rows < 1) throw malformed("a fractal heap that is too deep", this.#here(address));
    const { width, startingSize, largestDirect } = this.shape;
    let rowStart = start;
    let row = 0;
    while (row < rows && offset >= rowStart + this.#rowSize(row) * width) rowStart += this.#rowSize(row++) * width;
    if (row === rows) throw malformed(`offset ${offset} lies behind the fractal heap's blocks`, this.#here(address));
    const size = this.#rowSize(row);
    const column = Math.floor((offset - rowStart) / size);
    const block = await this.#indirectBlock(address, rows);
    const child = block.children[row * width + column] ?? null;
    if (child === null) throw malformed(`offset ${offset} lies in an absent block of the fractal heap`, this.#here(address));
    const childStart = rowStart + column * size;
    if (size <= largestDirect) return this.#fromDirect(child, childStart, size, offset, length);
    const childRows = Math.log2(size) - Math.log2(startingSize * width) + 1;
    return this.#descend(child, childStart, childRows, offset, length, depth + 1);
  }

  async #fromDirect(address: number, start: number, size: number, offset: number, length: number): Promise<Uint8Array> {
    const at = offset - start;
    const head = 5 + this.file.sizeOfOffsets + this.shape.offsetSize + (this.shape.checksummed ? 4 : 0);
    if (at < head || at + length > size)
      throw malformed(`bytes ${at} to ${at + length} of a fractal heap's block of ${size}`, this.#here(address));
    let block = this.#direct.get(address);
    if (!block) {
      block = await this.file.read(address, size);
      this.#checkDirect(block, address, head);
      this.#direct.set(address, block);
    }
    return block.subarray(at, at + length);
  }

  #checkDirect(block: Uint8Array, address: number, head: number): void {
    if (Buffer.from(block.subarray(0, 4)).toString("latin1") !== "FHDB")
      throw malformed("expected a direct block of a fractal heap", this.#here(address));
    if (!this.shape.checksummed) return;
    const copy = new Uint8Array(block);
    const stored = new DataView(copy.buffer).getUint32(head - 4, true);
    copy.fill(0, head - 4, head);
    if (lookup3(copy) !== stored)
      throw new Hdf5Error("checksum", "the checksum of a fractal heap's block differs", { offset: this.#here(address) });
  }

  async #indirectBlock(address: number, rows: number): Promise<IndirectBlock> {
    const found = this.#indirect.get(address);
    if (found) return found;
    const { width, offsetSize } = this.shape;
    const { sizeOfOffsets } = this.file;
    const size = 5 + sizeOfOffsets + offsetSize + rows * width * sizeOfOffsets + 4;
    const cursor = await cursorAt(this.file, address, size);
    cursor.signature("FHIB");
    verifyChecksum(cursor.bytes, cursor.offset, "a fractal heap's indirect block");
    cursor.skip(1 + sizeOfOffsets + offsetSize);
    const block = { children: Array.from({ length: rows * width }, () => cursor.address()) };
    this.#indirect.set(address, block);
    return block;
  }

  #rowSize(row: number): number {
    return row === 0 ? this.shape.startingSize : this.shape.startingSize * 2 ** (row - 1);
  }

  #here(address: number): number {
    return this.file.baseAddress + address;
  }
}
