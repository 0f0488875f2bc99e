import { cursorAt, verifyChecksum } from "./checked.js";
import { malformed } from "./errors.js";
import type { MetadataFile } from "./model.js";

export interface BTreeRecord {
  /** Record type: 1-2 huge objects, 5-6 links, 7 shared messages, 8-9 attributes, 10-11 chunks. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Where the record lies: negative before the wanted range, 0 inside, positive behind. Records come in ascending order. */
export type Whereabouts = (record: Uint8Array) => number;

interface Tree {
  readonly type: number;
  readonly nodeSize: number;
  readonly recordSize: number;
  /** Bytes of a child's record count, and per level of the count of all records beneath. */
  readonly countSize: number;
  readonly totalSizes: readonly number[];
}

const HEADER_REST = 4 + 1 + 1 + 4 + 2 + 2 + 1 + 1 + 2 + 4;
const NODE_PREFIX = 6;
const DEEPEST = 32;

/**
 * All records of a version 2 B-tree in order (file format specification III.A.2), or those of a range: subtrees that lie
 * outside are not read.
 *
 * @throws `malformed`, `checksum`, `truncated`
 */
export async function* recordsOfBTreeV2(
  file: MetadataFile,
  address: number,
  whereabouts?: Whereabouts,
): AsyncGenerator<BTreeRecord> {
  const size = HEADER_REST + file.sizeOfOffsets + file.sizeOfLengths;
  const cursor = await cursorAt(file, address, size);
  cursor.signature("BTHD");
  const version = cursor.u8();
  if (version !== 0) throw malformed(`version ${version} of a version 2 B-tree's header`, cursor.here);
  verifyChecksum(cursor.bytes, cursor.offset, "a B-tree's header");
  const type = cursor.u8();
  const nodeSize = cursor.u32();
  const recordSize = cursor.u16();
  const depth = cursor.u16();
  cursor.skip(2);
  const root = cursor.address();
  const count = cursor.u16();
  if (root === null || count === 0) return;
  if (recordSize === 0 || depth > DEEPEST || nodeSize < NODE_PREFIX + 4 + recordSize)
    throw malformed(`a B-tree of depth ${depth} with nodes of ${nodeSize} and records of ${recordSize} bytes`, cursor.offset);
  const tree = { type, nodeSize, recordSize, ...countWidths(nodeSize, recordSize, depth, file.sizeOfOffsets) };
  yield* walk(file, tree, root, count, depth, new Set(), whereabouts);
}

async function* walk(
  file: MetadataFile,
  tree: Tree,
  address: number,
  count: number,
  depth: number,
  seen: Set<number>,
  whereabouts: Whereabouts | undefined,
): AsyncGenerator<BTreeRecord> {
  if (seen.has(address)) throw malformed("a B-tree that contains itself", file.baseAddress + address);
  seen.add(address);
  const { recordSize } = tree;
  const pointer = depth === 0 ? 0 : file.sizeOfOffsets + tree.countSize + (tree.totalSizes[depth - 1] as number);
  const used = NODE_PREFIX + count * recordSize + (depth === 0 ? 0 : (count + 1) * pointer) + 4;
  if (used > tree.nodeSize)
    throw malformed(`${count} records in a B-tree node of ${tree.nodeSize} bytes`, file.baseAddress + address);
  const node = await cursorAt(file, address, used);
  node.signature(depth === 0 ? "BTLF" : "BTIN");
  if (node.u8() !== 0 || node.u8() !== tree.type) throw malformed("a node of another B-tree", node.here);
  verifyChecksum(node.bytes, node.offset, "a B-tree's node");
  const records = Array.from({ length: count }, () => node.take(recordSize));
  const sides = whereabouts ? records.map(whereabouts) : null;
  for (let i = 0; i <= count; i++) {
    if (depth > 0) {
      const child = node.address();
      const inside = node.uint(tree.countSize);
      node.skip(tree.totalSizes[depth - 1] as number);
      const outside = sides && ((i < count && (sides[i] as number) < 0) || (i > 0 && (sides[i - 1] as number) > 0));
      if (child !== null && !outside) yield* walk(file, tree, child, inside, depth - 1, seen, whereabouts);
    }
    if (i < count && (!sides || sides[i] === 0)) yield { type: tree.type, bytes: records[i] as Uint8Array };
  }
}

/** The widths follow from how many records a node, and a subtree, can hold at most. */
function countWidths(
  nodeSize: number,
  recordSize: number,
  depth: number,
  sizeOfOffsets: number,
): Pick<Tree, "countSize" | "totalSizes"> {
  const leaf = Math.floor((nodeSize - NODE_PREFIX - 4) / recordSize);
  const countSize = bytesFor(BigInt(leaf));
  const totalSizes = [0];
  let total = BigInt(leaf);
  for (let level = 1; level <= depth; level++) {
    const pointer = sizeOfOffsets + countSize + (totalSizes[level - 1] as number);
    const most = BigInt(Math.max(0, Math.floor((nodeSize - NODE_PREFIX - 4 - pointer) / (recordSize + pointer))));
    total = (most + 1n) * total + most;
    totalSizes.push(Math.min(8, bytesFor(total)));
  }
  return { countSize, totalSizes };
}

/** Bytes that numbers up to `limit` take. */
export function bytesFor(limit: bigint): number {
  return Math.floor((limit.toString(2).length - 1) / 8) + 1;
}
