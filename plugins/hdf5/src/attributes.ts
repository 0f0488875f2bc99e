import { recordsOfBTreeV2 } from "./btree-v2.js";
import { Cursor } from "./cursor.js";
import { isDamage, malformed } from "./errors.js";
import { FractalHeap } from "./fractal-heap.js";
import { parseAttribute, type RawAttribute } from "./messages/attribute.js";
import type { MetadataFile } from "./model.js";
import { MESSAGE, type ObjectHeader } from "./object-header.js";
import { followShared, resolveShared } from "./shared-messages.js";

export interface AttributeList {
  readonly attributes: readonly RawAttribute[];
  /** What could not be read; the others are there. */
  readonly errors: readonly unknown[];
}

const SHARED = 0x02;
const MOST_ATTRIBUTES = 1 << 18;

/**
 * The attributes of an object: in its header, or in dense storage (a fractal heap with a B-tree), in order of creation where
 * that is tracked.
 */
export async function readAttributes(file: MetadataFile, header: ObjectHeader): Promise<AttributeList> {
  const found: { attribute: RawAttribute; order: number }[] = [];
  const errors: unknown[] = [];
  const keep = async (order: number, read: () => RawAttribute | Promise<RawAttribute>): Promise<void> => {
    try {
      const attribute = read();
      found.push({ attribute: attribute instanceof Promise ? await attribute : attribute, order });
    } catch (error) {
      if (!isDamage(error)) throw error;
      errors.push(error);
    }
  };
  for (const message of header.messages) {
    if (message.type !== MESSAGE.attribute) continue;
    const order = message.creationIndex ?? found.length;
    await keep(order, () => {
      const cursor = resolveShared(file, message);
      return cursor instanceof Cursor ? parseAttribute(file, cursor) : cursor.then((own) => parseAttribute(file, own));
    });
  }
  const info = header.messages.find((message) => message.type === MESSAGE.attributeInfo);
  try {
    if (info) await readDense(file, new Cursor(info.body, info.offset, file.sizeOfOffsets, file.sizeOfLengths), keep);
  } catch (error) {
    if (!isDamage(error)) throw error;
    errors.push(error);
  }
  const attributes = found.sort((a, b) => a.order - b.order).map(({ attribute }) => attribute);
  return { attributes, errors };
}

/** Records of type 8: heap ID, message flags, creation order, hash of the name (file format specification III.A.2). */
async function readDense(
  file: MetadataFile,
  info: Cursor,
  keep: (order: number, read: () => RawAttribute | Promise<RawAttribute>) => Promise<void>,
): Promise<void> {
  const version = info.u8();
  if (version !== 0) throw malformed(`attribute info version ${version}`, info.offset);
  if (info.u8() & 1) info.skip(2);
  const heapAddress = info.address();
  const tree = info.address();
  if (heapAddress === null || tree === null) return;
  const heap = await FractalHeap.open(file, heapAddress);
  let count = 0;
  for await (const { type, bytes } of recordsOfBTreeV2(file, tree)) {
    if (type !== 8) throw malformed(`B-tree records of type ${type} for attributes`, file.baseAddress + tree);
    if (++count > MOST_ATTRIBUTES) throw malformed("attributes without end", file.baseAddress + tree);
    const record = new Cursor(bytes, file.baseAddress + tree);
    const id = record.take(8);
    const flags = record.u8();
    const order = record.u32();
    await keep(order, async () => {
      const cursorOf = (object: Uint8Array) =>
        new Cursor(object, file.baseAddress + heapAddress, file.sizeOfOffsets, file.sizeOfLengths);
      if ((flags & SHARED) === 0) return parseAttribute(file, cursorOf(await heap.object(id)));
      const reference = Buffer.concat([Buffer.from([3, 1]), id]);
      return parseAttribute(file, await followShared(file, cursorOf(reference), MESSAGE.attribute));
    });
  }
}
