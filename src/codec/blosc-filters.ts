import { GraticuleError } from "../errors.js";
import { BITSHUFFLE, type BloscFilter, DELTA, SHUFFLE, TRUNCATE } from "./blosc-header.js";
import type { Workspace } from "./kernels.js";

/** Where the parts of a block lie in the kernels' memory. */
export interface BlockPlaces {
  readonly input: number;
  /** Two places of a block's length: what one filter writes, the next reads. */
  readonly here: number;
  readonly there: number;
}

/**
 * The filters of a block backwards, the block lying at `places.here`.
 * @param start the block's begin in the chunk, whose blocks before it are in `decoded`
 * @returns where the result lies
 * @throws `unsupported`
 */
export function undoFilters(
  filters: readonly BloscFilter[],
  length: number,
  start: number,
  decoded: Uint8Array,
  work: Workspace,
  places: BlockPlaces,
): number {
  let { here, there } = places;
  for (let i = filters.length - 1; i >= 0; i--) {
    const filter = filters[i] as BloscFilter;
    if (filter.code === SHUFFLE) {
      const count = Math.floor(length / filter.size);
      work.unshuffle(here, there, count, filter.size);
      work.memory.copyWithin(there + count * filter.size, here + count * filter.size, here + length);
      [here, there] = [there, here];
    } else if (filter.code === BITSHUFFLE) {
      const count = countOfBits(length, filter);
      if (count === 0) continue;
      work.unpackBits(here, there, count, filter.size);
      // What is no whole group of eight elements stays where it was, in `here`.
      work.unshuffle(there, here, count, filter.size);
    } else if (filter.code === DELTA) undoDelta(work.memory.subarray(here, here + length), start, filter.size, decoded);
    else if (filter.code !== TRUNCATE) throw new GraticuleError("unsupported", `no decoder for blosc2's filter ${filter.code}`);
  }
  return here;
}

/** Elements whose bits are transposed: none of an uneven block before format version 3, whole groups of eight since. */
function countOfBits(length: number, { size, meta }: BloscFilter): number {
  const count = Math.floor(length / size);
  return meta === 2 && count % 8 !== 0 ? 0 : count - (count % 8);
}

/**
 * Exclusive or with the element before in the chunk's first block, and with the first block's elements in others (c-blosc2,
 * delta.c). Sizes other than 1, 2 and 4 count as 8 where that divides them, else as 1.
 */
function undoDelta(block: Uint8Array, start: number, typeSize: number, decoded: Uint8Array): void {
  const size = [1, 2, 4, 8].includes(typeSize) ? typeSize : typeSize % 8 === 0 ? 8 : 1;
  const length = block.length - (block.length % size);
  if (start === 0) for (let i = size; i < length; i++) block[i] = (block[i] as number) ^ (block[i - size] as number);
  else for (let i = 0; i < length; i++) block[i] = (block[i] as number) ^ (decoded[i] as number);
}
