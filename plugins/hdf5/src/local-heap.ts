import { cursorAt, defined } from "./checked.js";
import { Cursor } from "./cursor.js";
import { malformed } from "./errors.js";
import type { MetadataFile } from "./model.js";

const LONGEST_HEAP = 1 << 24;

/** The data segment of a local heap (file format specification III.D). */
export async function readLocalHeap(file: MetadataFile, address: number): Promise<Cursor> {
  const head = await cursorAt(file, address, 8 + 2 * file.sizeOfLengths + file.sizeOfOffsets);
  head.signature("HEAP");
  const version = head.u8();
  if (version !== 0) throw malformed(`local heap version ${version}`, head.offset);
  head.skip(3);
  const size = head.length();
  head.skip(file.sizeOfLengths);
  const segment = defined(head.address(), "a local heap's data");
  if (size > LONGEST_HEAP) throw malformed(`a local heap of ${size} bytes`, head.offset);
  return cursorAt(file, segment, size);
}

export function nameIn(heap: Cursor, at: number): string {
  if (at >= heap.bytes.length) throw malformed(`a name at ${at} in a local heap of ${heap.bytes.length} bytes`, heap.offset);
  return new Cursor(heap.bytes.subarray(at), heap.offset + at).terminated();
}
