import type { CodecContext } from "./contract.js";
import { FREE_FROM, hasKernels, workspace } from "./kernels.js";
import { kernelsAt, outputMemory } from "./output-memory.js";

/**
 * Elements whose planes go through the kernels' memory at once: planes and elements together stay in the first-level caches. Not
 * a power of two, so that the planes do not compete for the same lines of the cache.
 */
export const BLOCK = 4096 - 64;

/** Largest chunk that is transposed in place: a copy in memory that is already mapped costs less than fresh pages. */
const SCRATCH = 16 << 20;

/** Elements below which the loop is as fast. */
const WORTH_IT = 64;

/** Larger elements would leave few of them in a block. */
const LARGEST = 64;

let scratch = new Uint8Array(0);

/**
 * Byte planes (all first bytes, all second bytes, …) back into elements of `size` bytes. Trailing bytes that make no whole
 * element stay as they are, as HDF5's filter leaves them (H5Zshuffle.c).
 *
 * @param overwrite whether `bytes` may hold the result, which saves its memory
 */
export function unshuffle(bytes: Uint8Array, size: number, overwrite = false): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (size <= 1 || count <= 1) return bytes;
  const inPlace = overwrite && bytes.length <= SCRATCH;
  const planes = inPlace ? copyToScratch(bytes) : bytes;
  const out = inPlace ? bytes : Buffer.allocUnsafeSlow(bytes.length);
  if (count >= WORTH_IT && size <= LARGEST && hasKernels()) unshuffleBlocks(planes, out, size, count);
  else unshufflePlanes(planes, out, size, count);
  if (!inPlace) out.set(bytes.subarray(count * size), count * size);
  return out;
}

/** As {@link unshuffle}, of exactly `count` elements, into memory of the caller's. */
export function unshuffleInto(bytes: Uint8Array, size: number, count: number, out: Uint8Array): void {
  if (count >= WORTH_IT && size > 1 && size <= LARGEST && hasKernels()) unshuffleBlocks(bytes, out, size, count);
  else unshufflePlanes(bytes, out, size, count);
}

/** As {@link unshuffle}, of what another step has left beside the kernels: nothing is copied. Null where it lies elsewhere. */
export function unshuffleInPlace(bytes: Uint8Array, size: number, context: CodecContext): Uint8Array | null {
  const kernels = context.reuse ? kernelsAt(bytes) : null;
  const count = Math.floor(bytes.length / size);
  if (!kernels || size <= 1 || count < WORTH_IT) return null;
  const out = outputMemory(bytes.length, bytes, context);
  if (kernelsAt(out) !== kernels) return null;
  kernels.unshuffle(bytes.byteOffset, out.byteOffset, count, size);
  out.set(bytes.subarray(count * size), count * size);
  return out;
}

function copyToScratch(bytes: Uint8Array): Uint8Array {
  if (scratch.length < bytes.length) scratch = new Uint8Array(Math.min(SCRATCH, 2 ** Math.ceil(Math.log2(bytes.length))));
  scratch.set(bytes);
  return scratch.subarray(0, bytes.length);
}

/** Without WebAssembly, and for few or large elements. */
export function unshufflePlanes(bytes: Uint8Array, out: Uint8Array, size: number, count: number): void {
  for (let plane = 0; plane < size; plane++) {
    const from = plane * count;
    for (let i = 0, to = plane; i < count; i++, to += size) out[to] = bytes[from + i] as number;
  }
}

function unshuffleBlocks(bytes: Uint8Array, out: Uint8Array, size: number, count: number): void {
  const elementsAt = FREE_FROM + size * BLOCK;
  const work = workspace(elementsAt + size * BLOCK);
  const { memory } = work;
  for (let start = 0; start < count; start += BLOCK) {
    const length = Math.min(BLOCK, count - start);
    for (let plane = 0; plane < size; plane++) {
      const from = plane * count + start;
      memory.set(bytes.subarray(from, from + length), FREE_FROM + plane * length);
    }
    work.unshuffle(FREE_FROM, elementsAt, length, size);
    out.set(memory.subarray(elementsAt, elementsAt + length * size), start * size);
  }
}
