import { mostEncoded } from "../codec/encoded-length.js";
import { GraticuleError } from "../errors.js";
import { sizeOf } from "../schema/box.js";
import type { ArrayVariable, ChunkRef } from "./contract.js";

type Coded = Pick<ArrayVariable, "codecs" | "dtype" | "chunks">;

/** Decoded bytes of the chunks that are fetched, or decoded, at one time. */
const AT_ONCE = 128 << 20;

/** Bytes that a ref gives when decoded. */
export function decodedBytes({ shape }: ChunkRef, { dtype }: Coded): number {
  return sizeOf(shape) * dtype.size;
}

/** How many chunks of a variable may be in memory at one time, of at most `many`. */
export function chunksAtOnce({ chunks, dtype }: Coded, many: number): number {
  const bytes = chunks ? sizeOf(chunks) * dtype.size : 0;
  return bytes * many <= AT_ONCE ? many : Math.max(1, Math.floor(AT_ONCE / bytes));
}

/** Bytes that the object of a chunk may have. */
export function mostBytes(ref: ChunkRef, variable: Coded): number {
  return mostEncoded(variable.codecs, decodedBytes(ref, variable));
}

/**
 * Refuses a stored chunk that is longer than any coding of its values, before memory is taken for it.
 * @throws `malformed`
 */
export function checkStoredLength(ref: ChunkRef & { kind: "stored" | "strided" | "object" }, variable: Coded): void {
  if (ref.kind !== "stored" || ref.length <= decodedBytes(ref, variable)) return;
  const most = mostBytes(ref, variable);
  if (ref.length <= most) return;
  throw new GraticuleError("malformed", `a chunk of ${ref.length} bytes, where its values can take ${most} at most`, {
    file: ref.url,
    offset: ref.offset,
  });
}
