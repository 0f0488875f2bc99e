import type { CodecContext } from "./contract.js";
import { FREE_FROM, hasKernels, Workspace } from "./kernels.js";

/** Output that is used up before the next chunk is decoded: two, since the second step of a chunk reads the first's. */
const scratches = [new Uint8Array(0), new Uint8Array(0)];

/** Larger chunks are rare and their memory is not kept. */
const KEEP = 32 << 20;

/**
 * Memory of `length` bytes for what comes of `input`; its content is arbitrary. Fresh pages cost more than most decoders, so
 * the same memory serves again where the context allows it and `input` does not lie in it.
 */
export function outputMemory(length: number, input: Uint8Array, context: CodecContext): Uint8Array {
  if (!context.reuse || length > KEEP) return Buffer.allocUnsafeSlow(length);
  const near = nearKernels(length, input);
  if (near) return near;
  const which = scratches[0]?.buffer === input.buffer ? 1 : 0;
  let scratch = scratches[which] as Uint8Array;
  if (scratch.length < length) {
    scratch = Buffer.allocUnsafeSlow(Math.min(KEEP, 2 * length));
    scratches[which] = scratch as Uint8Array<ArrayBuffer>;
  }
  return scratch.subarray(0, length);
}

/** Where one step's output lies so that the kernels transpose it in place: a memory of its own, used by nothing else. */
let chunks: Workspace | undefined;

/** Begins on a line of the cache. */
const ALIGNMENT = 64;

/** Room for a chunk before and after a transposition; null where there is none without moving `input`. */
function nearKernels(length: number, input: Uint8Array): Uint8Array | null {
  if (!hasKernels()) return null;
  chunks ??= new Workspace();
  const room = aligned(length);
  if (input.buffer !== chunks.memory.buffer) {
    chunks.reserve(FREE_FROM + 2 * room);
    return chunks.memory.subarray(FREE_FROM, FREE_FROM + length);
  }
  const before = input.byteOffset - FREE_FROM;
  const at = before >= length ? FREE_FROM : aligned(input.byteOffset + input.length);
  return at + length <= chunks.memory.length ? chunks.memory.subarray(at, at + length) : null;
}

/** The kernels on whose memory `bytes` lie; null where they lie elsewhere. */
export function kernelsAt(bytes: Uint8Array): Workspace | null {
  return chunks && bytes.buffer === chunks.memory.buffer ? chunks : null;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
