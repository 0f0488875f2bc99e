import type { Box, ChunkRef } from "graticule/plugin";

/**
 * What of a box lies behind the dataset's own end, as missing refs: at most one per dimension.
 * @param stored shape of the dataset; dimensions behind its rank are whole in every element
 */
export function* neverStored(box: Box, stored: readonly number[]): Generator<ChunkRef> {
  for (let d = 0; d < stored.length; d++) {
    const part = box.map(({ start, stop }, k) => {
      const end = stored[k] ?? Number.POSITIVE_INFINITY;
      if (k < d) return { start, stop: Math.min(stop, end) };
      return k === d ? { start: Math.max(start, end), stop } : { start, stop };
    });
    if (part.some(({ start, stop }) => start >= stop)) continue;
    yield {
      kind: "missing",
      origin: part.map(({ start }) => start),
      shape: part.map(({ start, stop }) => stop - start),
      filterMask: 0,
    };
  }
}
