import type { Cursor } from "../cursor.js";
import { malformed, unsupported } from "../errors.js";
import type { Selection, Slab } from "./model.js";

const MOST_RANK = 32;

/** A selection as the library serialises it (file format specification III.I, "Dataspace selections"). @throws `malformed` */
export function parseSelection(cursor: Cursor): Selection {
  const at = cursor.here;
  const type = cursor.u32();
  const version = cursor.u32();
  if (type === 0 || type === 3) {
    if (version !== 1) throw malformed(`selection version ${version}`, at);
    cursor.skip(8);
    return { kind: type === 0 ? "none" : "all" };
  }
  // The library writes no such mapping.
  if (type === 1) throw unsupported("a virtual dataset of selections of points", at);
  if (type === 2) return parseHyperslab(cursor, version, at);
  throw malformed(`selection type ${type}`, at);
}

function parseHyperslab(cursor: Cursor, version: number, at: number): Selection {
  if (version < 1 || version > 3) throw malformed(`version ${version} of a selection of a hyperslab`, at);
  let width = version === 2 ? 8 : 4;
  let isRegular = false;
  if (version === 1) cursor.skip(4 + 4);
  else {
    isRegular = (cursor.u8() & 1) !== 0;
    if (version === 2) cursor.skip(4);
    else width = widthOf(cursor);
  }
  const rank = rankOf(cursor);
  if (isRegular) return { kind: "slabs", slabs: Array.from({ length: rank }, () => parseSlab(cursor, width)) };
  const count = counted(cursor, cursor.uint(width), 2 * rank * width);
  const blocks = Array.from({ length: count }, () => {
    const first = coordinates(cursor, rank, width);
    const last = coordinates(cursor, rank, width);
    if (first.some((start, d) => start > (last[d] as number))) throw malformed("a block that ends before it begins", cursor.here);
    return [first, last] as const;
  });
  const only = blocks[0];
  return blocks.length === 1 && only ? { kind: "slabs", slabs: slabsOf(...only) } : { kind: "blocks", rank, blocks };
}

function slabsOf(first: readonly number[], last: readonly number[]): Slab[] {
  return first.map((start, d) => ({ start, stride: 1, count: 1, block: (last[d] as number) - start + 1 }));
}

function parseSlab(cursor: Cursor, width: number): Slab {
  const at = cursor.here;
  const start = cursor.uint(width);
  const stride = cursor.uint(width);
  const count = cursor.uintOrUnlimited(width) ?? Number.POSITIVE_INFINITY;
  const block = cursor.uintOrUnlimited(width) ?? Number.POSITIVE_INFINITY;
  if (count > 1 && (stride === 0 || block > stride)) throw malformed(`blocks of ${block} elements ${stride} apart`, at);
  if (count === Number.POSITIVE_INFINITY && block === Number.POSITIVE_INFINITY) throw malformed("a hyperslab without any end", at);
  return { start, stride: count > 1 ? stride : Math.max(1, stride), count, block };
}

function coordinates(cursor: Cursor, rank: number, width: number): number[] {
  return Array.from({ length: rank }, () => cursor.uint(width));
}

function widthOf(cursor: Cursor): number {
  const width = cursor.u8();
  if (width !== 2 && width !== 4 && width !== 8) throw malformed(`a selection with numbers of ${width} bytes`, cursor.here);
  return width;
}

function rankOf(cursor: Cursor): number {
  const rank = cursor.u32();
  if (rank === 0 || rank > MOST_RANK) throw malformed(`a selection of ${rank} dimensions`, cursor.here);
  return rank;
}

/** No more than the bytes that are there can hold. */
function counted(cursor: Cursor, count: number, bytes: number): number {
  if (count * bytes > cursor.remaining) throw malformed(`a selection of ${count} parts in ${cursor.remaining} bytes`, cursor.here);
  return count;
}
