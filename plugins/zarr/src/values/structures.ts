import type { Box, ReadContext } from "graticule/plugin";
import { decodeBytes } from "../decode.js";
import { ZarrError } from "../error.js";
import { fillBytes } from "../fill-value.js";
import { boxInside, stridesOf } from "../grid.js";
import { type ArrayLayout, type Level, product } from "../layout.js";
import type { Located, Locator } from "../locate.js";
import type { Objects } from "../objects.js";
import { bytesOf } from "../shard.js";

/** Decoded chunks that are kept, because each field of a structure is read by itself; larger ones are not. */
const KEPT = 4;
const LARGEST_KEPT = 16 << 20;

/** The structures of an array as bytes, for those who want one field of them. */
export class Structures {
  readonly #chunks = new Map<string, Promise<Uint8Array | null>>();

  constructor(
    private readonly layout: ArrayLayout,
    private readonly leaf: Level,
    private readonly locator: Locator,
    private readonly objects: Objects,
  ) {}

  /**
   * The structures of a box that lies in one chunk, as stored, row-major.
   *
   * @throws `truncated`, `malformed`, `checksum`, `unsupported`
   */
  async read(box: Box, context: ReadContext): Promise<Uint8Array> {
    const { size } = this.layout.element.dtype;
    for await (const located of this.locator.locate(box, context)) {
      const inside = boxInside(box, located.origin, located.shape);
      const rows = this.#rowsOf(located, inside);
      if (rows) {
        const bytes = await bytesOf(rows.place, this.objects, context);
        return cut(bytes as Uint8Array, rows.shape, undefined, rows.inside, size);
      }
      const bytes = await this.#chunk(located, context);
      if (bytes) return cut(bytes, located.shape, this.leaf.listOrder, inside, size);
    }
    return this.#fill(product(box.map(({ start, stop }) => stop - start)));
  }

  /** Of an uncompressed chunk that is a range of a file, the rows that are wanted; null for others, and for all of it. */
  #rowsOf({ place, shape }: Located, inside: Box) {
    const [outer] = inside;
    const length = product(shape) * this.layout.element.dtype.size;
    if (!outer || place.kind !== "range" || this.leaf.codecs.length > 0 || this.leaf.listOrder || place.length !== length)
      return null;
    const count = outer.stop - outer.start;
    if (count >= (shape[0] as number)) return null;
    const row = length / (shape[0] as number);
    return {
      place: { kind: "range", url: place.url, offset: place.offset + outer.start * row, length: count * row } as const,
      shape: shape.with(0, count),
      inside: inside.with(0, { start: 0, stop: count }),
    };
  }

  #chunk(located: Located, context: ReadContext): Promise<Uint8Array | null> {
    const key = located.origin.join();
    const known = this.#chunks.get(key);
    if (known) return known;
    const chunk = this.#decoded(located, context);
    if (product(located.shape) * this.layout.element.dtype.size > LARGEST_KEPT) return chunk;
    this.#chunks.set(key, chunk);
    chunk.catch(() => this.#chunks.delete(key));
    if (this.#chunks.size > KEPT) this.#chunks.delete(this.#chunks.keys().next().value as string);
    return chunk;
  }

  async #decoded({ place, shape }: Located, context: ReadContext): Promise<Uint8Array | null> {
    const encoded = await bytesOf(place, this.objects, context);
    if (!encoded) return null;
    const length = product(shape) * this.layout.element.dtype.size;
    const bytes = await decodeBytes(encoded, this.leaf.codecs, { exactly: length }, context);
    if (bytes.length < length)
      throw new ZarrError("malformed", `a chunk decodes to ${bytes.length} bytes where its shape needs ${length}`);
    // A copy where it may be a view of memory that the source reuses.
    return bytes.buffer === encoded.buffer ? new Uint8Array(bytes) : bytes;
  }

  #fill(count: number): Uint8Array {
    const { element, fill } = this.layout;
    const one = fillBytes(fill, element);
    const out = new Uint8Array(count * element.dtype.size);
    if (one) for (let at = 0; at < out.length; at += one.length) out.set(one, at);
    return out;
  }
}

/** A box of a chunk's elements. @param order of dimensions in which they are stored; absent: row-major */
function cut(
  bytes: Uint8Array,
  shape: readonly number[],
  order: readonly number[] | undefined,
  box: Box,
  size: number,
): Uint8Array {
  const [outer] = box;
  const isRows = !order && box.every(({ start, stop }, d) => d === 0 || (start === 0 && stop === shape[d]));
  if (!outer) return bytes.subarray(0, size);
  if (isRows) {
    const row = (product(shape) / (shape[0] as number)) * size;
    return bytes.subarray(outer.start * row, outer.stop * row);
  }
  const strides = stridesIn(shape, order);
  const lengths = box.map(({ start, stop }) => stop - start);
  const out = new Uint8Array(product(lengths) * size);
  const at = box.map(({ start }) => start);
  for (let to = 0; to < out.length; to += size) {
    const from = at.reduce((sum, n, d) => sum + n * (strides[d] as number), 0) * size;
    for (let k = 0; k < size; k++) out[to + k] = bytes[from + k] as number;
    for (let d = at.length - 1; d >= 0; d--) {
      const next = (at[d] as number) + 1;
      const { start, stop } = box[d] as Box[number];
      at[d] = next < stop ? next : start;
      if (next < stop) break;
    }
  }
  return out;
}

function stridesIn(shape: readonly number[], order: readonly number[] | undefined): number[] {
  if (!order) return stridesOf(shape);
  const stored = stridesOf(order.map((d) => shape[d] as number));
  const strides = new Array<number>(shape.length);
  order.forEach((d, i) => {
    strides[d] = stored[i] as number;
  });
  return strides;
}
