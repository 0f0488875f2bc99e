import type { CodecContext } from "./contract.js";

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
  const which = scratches[0]?.buffer === input.buffer ? 1 : 0;
  let scratch = scratches[which] as Uint8Array;
  if (scratch.length < length) {
    scratch = Buffer.allocUnsafeSlow(Math.min(KEEP, 2 * length));
    scratches[which] = scratch as Uint8Array<ArrayBuffer>;
  }
  return scratch.subarray(0, length);
}
