import type { ChunkRef, ReadContext, Values } from "graticule/plugin";
import { type DecodedLength, decodeBytes } from "../decode.js";
import type { ListCodec } from "../element.js";
import { ZarrError } from "../error.js";
import { fillElement } from "../fill-value.js";
import { stridesOf } from "../grid.js";
import { type ArrayLayout, type Level, product } from "../layout.js";
import type { Locator } from "../locate.js";
import type { Objects } from "../objects.js";
import { bytesOf } from "../shard.js";
import { decodeList } from "./list.js";
import { toNative } from "./to-native.js";

/** Elements of varying length that are made at once. */
const MOST_ELEMENTS = 1 << 24;

/**
 * Values of a chunk that no locator can express, clipped to the array: a list, or the bytes of elements of fixed size in
 * native order.
 */
export async function readChunk(
  ref: ChunkRef,
  layout: ArrayLayout,
  leaf: Level,
  locator: Locator,
  objects: Objects,
  context: ReadContext,
): Promise<Values> {
  const { shape, element } = layout;
  const extent = ref.shape.map((n, d) => Math.min(n, (shape[d] as number) - (ref.origin[d] as number)));
  const box = ref.origin.map((start, d) => ({ start, stop: start + (extent[d] as number) }));
  if (element.list && product(leaf.chunkShape) > MOST_ELEMENTS && product(extent) > MOST_ELEMENTS)
    throw new ZarrError("unsupported", `a chunk of ${product(extent)} elements of varying length; the limit is ${MOST_ELEMENTS}`);
  let encoded: Uint8Array | null = null;
  for await (const { place } of locator.locate(box, context)) encoded = await bytesOf(place, objects, context);
  if (element.list) {
    if (!encoded) return new Array(product(extent)).fill(fillElement(layout.fill, element)) as string[];
    const count = product(leaf.chunkShape);
    const bytes = await decodeBytes(encoded, leaf.codecs, lengthOf(element.list, count), context);
    const list = decodeList(bytes, element.list, count);
    return pick(list, leaf.chunkShape, leaf.listOrder, extent) as string[];
  }
  const { size } = element.dtype;
  if (!encoded) throw new ZarrError("internal", "an absent chunk was given to the plugin to read");
  const bytes = await decodeBytes(encoded, leaf.codecs, { exactly: product(leaf.chunkShape) * size }, context);
  if (bytes.length < product(leaf.chunkShape) * size)
    throw new ZarrError(
      "malformed",
      `a chunk decodes to ${bytes.length} bytes where its shape needs ${product(leaf.chunkShape) * size}`,
    );
  return toNative(clip(bytes, leaf.chunkShape, extent, size), element.dtype);
}

function lengthOf(list: ListCodec, count: number): DecodedLength {
  switch (list.kind) {
    case "utf32":
      return { exactly: 4 * list.length * count };
    case "records":
      return { exactly: list.dtype.size * count };
    case "categories":
      return { exactly: list.code.size * count };
    default:
      return { about: 16 * count };
  }
}

/** The first `extent` of a chunk's list, row-major, whatever the order of dimensions in which it is stored. */
function pick<T>(
  list: readonly T[],
  chunkShape: readonly number[],
  order: readonly number[] | undefined,
  extent: readonly number[],
): T[] {
  const stored = (order ?? chunkShape.map((_, d) => d)).map((d) => chunkShape[d] as number);
  const storedStrides = stridesOf(stored);
  const strides = new Array<number>(chunkShape.length).fill(0);
  (order ?? chunkShape.map((_, d) => d)).forEach((d, i) => {
    strides[d] = storedStrides[i] as number;
  });
  const count = product(extent);
  const out = new Array<T>(count);
  const at = new Array<number>(extent.length).fill(0);
  for (let i = 0, from = 0; i < count; i++) {
    out[i] = list[from] as T;
    for (let d = extent.length - 1; d >= 0; d--) {
      const next = (at[d] as number) + 1;
      if (next < (extent[d] as number)) {
        at[d] = next;
        from += strides[d] as number;
        break;
      }
      from -= (next - 1) * (strides[d] as number);
      at[d] = 0;
    }
  }
  return out;
}

/** The first `extent` of row-major bytes: always a copy. */
function clip(bytes: Uint8Array, chunkShape: readonly number[], extent: readonly number[], size: number): Uint8Array {
  const rank = extent.length;
  const out = new Uint8Array(product(extent) * size);
  const rows = rank === 0 ? [0] : pick(rowNumbers(chunkShape), chunkShape.slice(0, -1), undefined, extent.slice(0, -1));
  const from = (chunkShape[rank - 1] ?? 1) * size;
  const run = (extent[rank - 1] ?? 1) * size;
  rows.forEach((row, i) => {
    out.set(bytes.subarray(row * from, row * from + run), i * run);
  });
  return out;
}

function rowNumbers(chunkShape: readonly number[]): number[] {
  return Array.from({ length: product(chunkShape.slice(0, -1)) }, (_, i) => i);
}
