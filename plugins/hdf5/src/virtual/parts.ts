import type { Box } from "graticule/plugin";
import { nameOfBlock, namesBlocks } from "./mapping.js";
import type { Mapping, Selection } from "./model.js";
import { blockOf, isUnlimited, numbersIn, slabsOf } from "./slabs.js";

/**
 * The mappings that may touch a box, in their order (what is mapped twice reads as the last says): names without specifiers,
 * one for each numbered block.
 *
 * @param shape of the virtual dataset
 */
export function* partsOf(mappings: readonly Mapping[], box: Box, shape: readonly number[]): Iterable<Mapping> {
  for (const mapping of mappings) {
    const slabs = slabsOf(mapping.virtual, shape);
    if (!slabs) {
      if (mapping.virtual.kind !== "none") yield named(mapping, 0, mapping.virtual);
      continue;
    }
    const numbers = slabs.map((slab, d) => numbersIn(slab, box[d] as { start: number; stop: number }));
    if (numbers.some(({ start, stop }) => start >= stop)) continue;
    const d = namesBlocks(mapping) ? slabs.findIndex(isUnlimited) : -1;
    if (d < 0) {
      yield named(mapping, 0, mapping.virtual);
      continue;
    }
    const slab = slabs[d] as (typeof slabs)[number];
    const { start, stop } = numbers[d] as { start: number; stop: number };
    for (let i = Math.floor(start / slab.block); i * slab.block < stop; i++)
      yield named(mapping, i, { kind: "slabs", slabs: slabs.with(d, blockOf(slab, i)) });
  }
}

function named({ file, dataset, source }: Mapping, block: number, virtual: Selection): Mapping {
  return { file: nameOfBlock(file, block), dataset: nameOfBlock(dataset, block), source, virtual };
}
