import { malformed, unsupported } from "../errors.js";
import type { DatasetHeader } from "../model.js";
import type { Sources } from "../values/stored-dataset.js";
import { nameOfBlock, namesBlocks } from "./mapping.js";
import type { Mapping, Selection, Slab } from "./model.js";
import { isUnlimited, lengthBefore, lengthOf, positionOf, slabsOf } from "./slabs.js";

/** Blocks of one mapping, each a dataset to look for. */
const MOST_BLOCKS = 1 << 16;

/**
 * The header with the shape that a virtual dataset has now: an unlimited dimension reaches as far as any source does (the
 * library's H5D_VDS_LAST_AVAILABLE). Other headers as they are.
 *
 * @throws `malformed`, `unsupported`; what opening the sources throws
 */
export async function withVirtualExtent(header: DatasetHeader, sources: Sources): Promise<DatasetHeader> {
  const { layout, dataspace } = header;
  if (layout.kind !== "virtual" || dataspace.kind !== "simple") return header;
  const unlimited = layout.mappings.filter(({ virtual }) => unlimitedAxis(virtual) >= 0);
  if (unlimited.length === 0) return header;
  const shape = [...dataspace.shape];
  const extents = new Map<number, number>();
  for (const mapping of layout.mappings) {
    const d = unlimitedAxis(mapping.virtual);
    if (d < 0) grow(extents, boundsOf(mapping.virtual));
    else grow(extents, new Map([[d, await extentOf(mapping, d, sources)]]));
  }
  for (const { virtual } of unlimited) {
    const d = unlimitedAxis(virtual);
    if (d >= shape.length) throw malformed(`a mapping of more than the dataset's ${shape.length} dimensions`, header.address);
    shape[d] = extents.get(d) ?? 0;
  }
  return { ...header, dataspace: { ...dataspace, shape } };
}

/** The dimension of a selection without end; -1: it has one. */
export function unlimitedAxis(selection: Selection): number {
  return selection.kind === "slabs" ? selection.slabs.findIndex(isUnlimited) : -1;
}

async function extentOf(mapping: Mapping, d: number, sources: Sources): Promise<number> {
  const slab = (mapping.virtual as Extract<Selection, { kind: "slabs" }>).slabs[d] as Slab;
  const count = namesBlocks(mapping) ? (await blocksOf(mapping, sources)) * slab.block : await selectedNow(mapping, sources);
  return count === 0 ? 0 : positionOf(slab, count - 1) + 1;
}

/** Those of a source that grows. */
async function selectedNow({ file, dataset, source }: Mapping, sources: Sources): Promise<number> {
  const d = unlimitedAxis(source);
  if (d < 0) throw unsupported("a virtual dataset without end over a source that has one");
  const opened = await sources.open(nameOfBlock(file, 0), nameOfBlock(dataset, 0));
  if (!opened) return 0;
  const shape = opened.header.dataspace.kind === "simple" ? opened.header.dataspace.shape : [];
  const slab = slabsOf(source, shape)?.[d];
  if (!slab) throw malformed("a selection of other dimensions than its source has");
  return lengthBefore(slab, shape[d] as number);
}

/** Numbered sources up to the first that is not there. */
async function blocksOf({ file, dataset }: Mapping, sources: Sources): Promise<number> {
  let block = 0;
  while (await sources.open(nameOfBlock(file, block), nameOfBlock(dataset, block)))
    if (++block > MOST_BLOCKS) throw unsupported(`more than ${MOST_BLOCKS} numbered sources of a virtual dataset`);
  return block;
}

function boundsOf(selection: Selection): ReadonlyMap<number, number> {
  if (selection.kind === "slabs") return new Map(selection.slabs.map((slab, d) => [d, positionOf(slab, lengthOf(slab) - 1) + 1]));
  const ends = new Map<number, number>();
  if (selection.kind === "blocks") for (const [, last] of selection.blocks) grow(ends, new Map(last.map((at, d) => [d, at + 1])));
  return ends;
}

function grow(extents: Map<number, number>, more: ReadonlyMap<number, number>): void {
  for (const [d, end] of more) extents.set(d, Math.max(extents.get(d) ?? 0, end));
}
