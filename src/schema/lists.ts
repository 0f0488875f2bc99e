import { type Bitmap, isSet, packBits, sliceBitmap } from "./bitmap.js";
import type { TypedArray } from "./typed-array.js";

/** What the items of lists are: as the cells of a plain column. */
export type Items = TypedArray | readonly (string | null)[];

/** A list per cell: cell `i` has the items `[offsets[i], offsets[i + 1])`. */
export interface Lists {
  /** One more than there are cells, ascending, beginning anywhere. */
  readonly offsets: Uint32Array;
  readonly items: Items;
  /** Of the items; absent: all valid. Whether a cell has a list at all, its column says. */
  readonly validity?: Bitmap;
}

export function isLists(data: object): data is Lists {
  return "offsets" in data && "items" in data;
}

/** `cells` lists of equally many items each. */
export function fixedLists(items: Items, cells: number, validity?: Bitmap): Lists {
  const size = cells === 0 ? 0 : items.length / cells;
  return { offsets: Uint32Array.from({ length: cells + 1 }, (_, i) => i * size), items, ...(validity && { validity }) };
}

export function countLists({ offsets }: Lists): number {
  return offsets.length - 1;
}

/** Cells `[start, start + count)`, without copying items. */
export function sliceLists({ offsets, items, validity }: Lists, start: number, count: number): Lists {
  return { offsets: offsets.subarray(start, start + count + 1), items, ...(validity && { validity }) };
}

/** The cells at `positions`, in that order, items in memory of their own. */
export function takeLists(lists: Lists, positions: Uint32Array): Lists {
  const { offsets, items, validity } = lists;
  const own = new Uint32Array(positions.length + 1);
  for (let i = 0; i < positions.length; i++) own[i + 1] = (own[i] as number) + lengthAt(offsets, positions[i] as number);
  const total = own[positions.length] as number;
  const taken = emptyItems(items, total);
  const flags = validity && validity.zeros > 0 ? new Uint8Array(total) : null;
  for (let i = 0; i < positions.length; i++) {
    const from = offsets[positions[i] as number] as number;
    const to = own[i] as number;
    const length = (own[i + 1] as number) - to;
    copyItems(items, from, length, taken, to);
    if (flags && validity) for (let k = 0; k < length; k++) flags[to + k] = isSet(validity, from + k) ? 1 : 0;
  }
  return { offsets: own, items: taken, ...(flags && { validity: packBits(flags) }) };
}

/** One after the other; all of one kind of items. */
export function joinLists(parts: readonly Lists[]): Lists {
  const cells = parts.reduce((n, part) => n + countLists(part), 0);
  const offsets = new Uint32Array(cells + 1);
  let cell = 0;
  for (const part of parts)
    for (let i = 0; i < countLists(part); i++, cell++) offsets[cell + 1] = (offsets[cell] as number) + lengthAt(part.offsets, i);
  const total = offsets[cells] as number;
  const items = emptyItems((parts[0] as Lists).items, total);
  const flags = parts.some((part) => (part.validity?.zeros ?? 0) > 0) ? new Uint8Array(total).fill(1) : null;
  let at = 0;
  for (const part of parts) {
    const [from, length] = extent(part);
    copyItems(part.items, from, length, items, at);
    if (flags && part.validity) for (let k = 0; k < length; k++) if (!isSet(part.validity, from + k)) flags[at + k] = 0;
    at += length;
  }
  return { offsets, items, ...(flags && { validity: packBits(flags) }) };
}

/** First item of the cells, and how many items they have. */
export function extent({ offsets }: Lists): readonly [number, number] {
  const first = offsets[0] ?? 0;
  return [first, (offsets[offsets.length - 1] ?? 0) - first];
}

/** Items `[start, start + length)` with their validity. */
export function itemsOf({ items, validity }: Lists, start: number, length: number): { items: Items; validity?: Bitmap } {
  const own = ArrayBuffer.isView(items)
    ? (items.subarray(start, start + length) as TypedArray)
    : items.slice(start, start + length);
  return { items: own, ...(validity && validity.zeros > 0 && { validity: sliceBitmap(validity, start, length) }) };
}

function lengthAt(offsets: Uint32Array, cell: number): number {
  return (offsets[cell + 1] as number) - (offsets[cell] as number);
}

function emptyItems(like: Items, length: number): Items {
  if (!ArrayBuffer.isView(like)) return new Array<string | null>(length).fill(null);
  return new (like.constructor as new (length: number) => TypedArray)(length);
}

function copyItems(from: Items, start: number, length: number, to: Items, at: number): void {
  if (ArrayBuffer.isView(from)) {
    (to as TypedArray).set(from.subarray(start, start + length) as never, at);
    return;
  }
  for (let i = 0; i < length; i++) (to as (string | null)[])[at + i] = from[start + i] ?? null;
}
