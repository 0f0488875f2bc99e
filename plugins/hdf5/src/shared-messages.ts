import { cursorAt, defined, verifyChecksum } from "./checked.js";
import { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import { FractalHeap } from "./fractal-heap.js";
import type { MetadataFile } from "./model.js";
import { type HeaderMessage, isShared, MESSAGE, readObjectHeader } from "./object-header.js";

const DEEPEST = 8;
const tables = new WeakMap<MetadataFile, Promise<SharedTable>>();

interface SharedTable {
  /** By bit of the message type: the heap that holds such messages. */
  heapFor(type: number): Promise<FractalHeap>;
}

/**
 * The message itself where the header holds a reference to it: to a committed datatype, or into the file's table of shared
 * messages (file format specification IV.A.2, "Shared Message").
 */
export function resolveShared(file: MetadataFile, message: HeaderMessage, depth = 0): Cursor | Promise<Cursor> {
  const own = new Cursor(message.body, message.offset, file.sizeOfOffsets, file.sizeOfLengths);
  return isShared(message) ? followShared(file, own, message.type, depth) : own;
}

/** @param cursor at a reference to a shared message of `type` */
export async function followShared(file: MetadataFile, cursor: Cursor, type: number, depth = 0): Promise<Cursor> {
  if (depth > DEEPEST) throw malformed("a shared message that refers to itself", cursor.offset);
  const version = cursor.u8();
  if (version < 1 || version > 3) throw malformed(`version ${version} of a reference to a shared message`, cursor.offset);
  const kind = cursor.u8();
  if (version === 3 && kind === 1) {
    const heap = await (await sharedTable(file)).heapFor(type);
    const bytes = await heap.object(cursor.take(8));
    return new Cursor(bytes, file.baseAddress + heap.address, file.sizeOfOffsets, file.sizeOfLengths);
  }
  if (version === 1) cursor.skip(6);
  const address = defined(cursor.address(), "a shared message");
  const header = await readObjectHeader(file, address);
  const found = header.messages.find((m) => m.type === type);
  if (!found) throw malformed(`the object at ${address} has no message of type ${type} to share`, cursor.offset);
  return resolveShared(file, found, depth + 1);
}

function sharedTable(file: MetadataFile): Promise<SharedTable> {
  let table = tables.get(file);
  if (!table) {
    table = openTable(file);
    tables.set(file, table);
  }
  return table;
}

/** File format specification IV.A.2.p and III.H. */
async function openTable(file: MetadataFile): Promise<SharedTable> {
  const extension = file.extensionAddress;
  if (extension === null) throw malformed("a message in the table of shared messages of a file that has none");
  const header = await readObjectHeader(file, extension);
  const message = header.messages.find((m) => m.type === MESSAGE.sharedTable);
  if (!message) throw malformed("a message in the table of shared messages of a file that has none");
  const own = new Cursor(message.body, message.offset, file.sizeOfOffsets, file.sizeOfLengths);
  own.skip(1);
  const address = defined(own.address(), "the table of shared messages");
  const count = own.u8();
  const size = 4 + count * (2 + 2 + 4 + 2 + 2 + 2 + 2 * file.sizeOfOffsets) + 4;
  const cursor = await cursorAt(file, address, size);
  cursor.signature("SMTB");
  verifyChecksum(cursor.bytes, cursor.offset, "the table of shared messages");
  const indexes = Array.from({ length: count }, () => {
    cursor.skip(2);
    const types = cursor.u16();
    cursor.skip(4 + 2 + 2 + 2);
    cursor.address();
    return { types, heap: cursor.address() };
  });
  const heaps = new Map<number, Promise<FractalHeap>>();
  return {
    heapFor(type) {
      const index = indexes.find(({ types }) => types & (1 << type));
      if (!index) throw malformed(`no table of shared messages of type ${type}`, cursor.offset);
      const heap = defined(index.heap, "the heap of shared messages");
      let opened = heaps.get(heap);
      if (!opened) {
        opened = FractalHeap.open(file, heap);
        heaps.set(heap, opened);
      }
      return opened;
    },
  };
}
