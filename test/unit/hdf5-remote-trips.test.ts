import { expect, test } from "@jest/globals";
import { entriesOfBTreeV1 } from "../../plugins/hdf5/src/chunks/btree-v1.js";
import { MetadataBlocks } from "../../plugins/hdf5/src/metadata-blocks.js";
import { BlockCachedFile } from "../../plugins/hdf5/src/metadata-file.js";
import type { ByteRange, ByteSource } from "../../src/store/contract.js";

/** A far source: what is asked for in one turn comes together. */
function farSource(bytes: Uint8Array): ByteSource & { trips: number } {
  let asked: (() => void)[] = [];
  const readOne = ({ offset, length }: ByteRange): Promise<Uint8Array> =>
    new Promise((resolve) => {
      if (asked.length === 0)
        setTimeout(() => {
          const come = asked;
          asked = [];
          source.trips++;
          for (const one of come) one();
        }, 5);
      asked.push(() => resolve(bytes.slice(offset, offset + length)));
    });
  const source = {
    url: "memory:far.h5",
    size: bytes.length,
    version: "1",
    isRemote: true as const,
    trips: 0,
    async *read(ranges: readonly ByteRange[]) {
      for (const [index, range] of ranges.entries()) yield { index, bytes: await readOne(range) };
    },
    readOne,
    close: async () => undefined,
  };
  return source;
}

const BLOCK = 1 << 16;

function open(source: ByteSource): BlockCachedFile {
  const superblock = {
    version: 0,
    baseAddress: 0,
    sizeOfOffsets: 8,
    sizeOfLengths: 8,
    rootAddress: 0,
    endOfFile: source.size,
    extensionAddress: null,
  };
  return new BlockCachedFile(new MetadataBlocks(source), superblock);
}

/** A node of a version 1 B-tree over chunks of one element of one dimension (file format specification III.A.1). */
function writeNode(
  bytes: Uint8Array,
  at: number,
  level: number,
  children: readonly { first: number; address: number }[],
  end: number,
): void {
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from("TREE"), at);
  view.setUint8(at + 4, 1);
  view.setUint8(at + 5, level);
  view.setUint16(at + 6, children.length, true);
  view.setBigUint64(at + 8, 2n ** 64n - 1n, true);
  view.setBigUint64(at + 16, 2n ** 64n - 1n, true);
  let to = at + 24;
  const key = (first: number): void => {
    view.setUint32(to, 8, true);
    view.setBigUint64(to + 8, BigInt(first), true);
    to += 24;
  };
  for (const { first, address } of children) {
    key(first);
    view.setBigUint64(to, BigInt(address), true);
    to += 8;
  }
  key(end);
}

test("a range over two blocks takes one trip", async () => {
  const source = farSource(Uint8Array.from({ length: 4 * BLOCK }, (_, i) => i % 251));
  const bytes = await open(source).read(2 * BLOCK - 100, 200);
  expect(Array.from(bytes)).toEqual(Array.from({ length: 200 }, (_, i) => (2 * BLOCK - 100 + i) % 251));
  expect(source.trips).toBe(1);
});

test("the nodes of a chunk index come in one trip a level, also those that lie across two blocks", async () => {
  const bytes = new Uint8Array(40 * BLOCK);
  const leaves = [5, 12, 20, 31].map((block, i) => ({ first: 20 * i, address: block * BLOCK - 90 }));
  writeNode(bytes, 1000, 1, leaves, 80);
  for (const { first, address } of leaves) {
    const chunks = Array.from({ length: 20 }, (_, i) => ({ first: first + i, address: 100_000 + 8 * (first + i) }));
    writeNode(bytes, address, 0, chunks, first + 20);
  }
  const source = farSource(bytes);
  const found: number[] = [];
  const grid = { shape: [80], chunkShape: [1], elementSize: 8, chunkBytes: 8, most: [80] };
  for await (const { address } of entriesOfBTreeV1(open(source), 1000, grid, [{ start: 0, stop: 80 }])) found.push(address);
  expect(found).toEqual(Array.from({ length: 80 }, (_, i) => 100_000 + 8 * i));
  expect(source.trips).toBe(2);
});
