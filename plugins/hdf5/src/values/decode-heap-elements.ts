import type { AttributeElement, DType } from "graticule/plugin";
import { malformed } from "../errors.js";
import type { MetadataFile } from "../model.js";
import { elementReader } from "./element-reader.js";
import { HeapObjects } from "./heap-objects.js";

/** Sequences inside sequences. */
const DEEPEST = 24;

/**
 * Elements of any type, one after another: numbers as such or bigints, text, lists for sequences and arrays, objects for
 * structures.
 *
 * @param bytes as stored, a whole number of elements
 * @throws `malformed`, `truncated`, `unsupported`
 */
export async function decodeHeapElements(file: MetadataFile, dtype: DType, bytes: Uint8Array): Promise<AttributeElement[]> {
  const heap = new HeapObjects(file);
  const read = elementReader(dtype, { heap, sizeOfOffsets: file.sizeOfOffsets });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / dtype.size);
  for (let round = 0; round <= DEEPEST; round++) {
    const values = Array.from({ length: count }, (_, i) => read(view, i * dtype.size));
    if (heap.isComplete) return values;
    await heap.load();
  }
  throw malformed(`sequences inside sequences, more than ${DEEPEST} deep`);
}
