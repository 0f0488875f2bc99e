import type { ArrayVariable, Attributes, Box, ChunkRef, CodecSpec, DType, ReadContext, Values } from "graticule/plugin";
import type { ElementTime } from "./element.js";
import { fieldsOf, type StructuredArray } from "./field-variable.js";
import { fillBytes, fillElement } from "./fill-value.js";
import { boxInside } from "./grid.js";
import { type ArrayLayout, type Level, product } from "./layout.js";
import { type Located, Locator } from "./locate.js";
import type { Objects, Place } from "./objects.js";
import { readChunk } from "./values/read-chunk.js";
import { Structures } from "./values/structures.js";

/** Uncompressed chunks from this size on are read in part. */
const DIVIDED_FROM = 1 << 20;

/** Those of which all is wanted are read in one piece up to this size where there is a checksum to compare. */
const COMPARED_UP_TO = 1 << 26;

/** An array of a store whose metadata are sound. */
export class ZarrVariable implements StructuredArray {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly codecs: readonly CodecSpec[];
  readonly access = "direct";
  readonly fill?: Uint8Array;
  readonly unsupported?: string;
  readonly structures: Structures;
  readonly #locator: Locator;
  readonly #leaf: Level;
  readonly #isBlank: boolean;

  /** @throws `malformed` where the fill value is none */
  constructor(
    key: string,
    private readonly layout: ArrayLayout,
    private readonly objects: Objects,
    readonly dims: readonly string[],
    readonly dimPaths: readonly string[],
    readonly attributes: Attributes,
    unsupported: string | undefined,
  ) {
    const { element, level } = layout;
    this.path = `/${key}`;
    this.name = key === "" ? "/" : key.slice(key.lastIndexOf("/") + 1);
    this.dtype = element.dtype;
    this.shape = layout.shape;
    this.#leaf = leafOf(level);
    this.chunks = this.#leaf.chunkShape;
    this.codecs = this.#leaf.codecs;
    const fill = unsupported === undefined ? fillBytes(layout.fill, element) : undefined;
    if (fill) this.fill = fill;
    if (unsupported !== undefined) this.unsupported = unsupported;
    this.#isBlank = !element.list || (fillElement(layout.fill, element) as { length?: number }).length === 0;
    this.#locator = new Locator(key, layout, objects);
    this.structures = new Structures(layout, this.#leaf, this.#locator, objects);
  }

  get fields(): readonly ArrayVariable[] {
    return fieldsOf(this, this, [], this.dtype);
  }

  get fieldTimes(): ReadonlyMap<string, ElementTime> | undefined {
    return this.layout.element.fieldTimes;
  }

  locateChunks(box: Box, context: ReadContext): AsyncIterable<Located> {
    return this.#locator.locate(box, context);
  }

  async *locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef> {
    for await (const located of this.#locator.locate(box, context)) yield* this.#refsOf(located, box, context);
  }

  readChunk(ref: ChunkRef, context: ReadContext): Promise<Values> {
    return readChunk(ref, this.layout, this.#leaf, this.#locator, this.objects, context);
  }

  *#refsOf({ origin, shape, place }: Located, box: Box, context: ReadContext): Iterable<ChunkRef> {
    const where = { origin, shape, filterMask: 0 };
    if (place.kind === "missing") {
      if (this.#isBlank) yield { ...where, kind: "missing" };
      else yield this.#clipped(origin, shape, box);
    } else if (this.layout.element.list || place.kind === "packed") yield { ...where, kind: "plugin" };
    else if (place.kind === "bytes") yield { ...where, kind: "inline", bytes: place.bytes };
    else if (place.kind === "object") yield { ...where, ...place };
    else if (this.#isDivisible(place, shape)) yield* this.#pieces(origin, shape, place, box, context);
    else yield { ...where, ...storedAt(place) };
  }

  /** An absent chunk of a list has as many fill values as are asked for. */
  #clipped(origin: readonly number[], shape: readonly number[], box: Box): ChunkRef {
    const inside = boxInside(box, origin, shape);
    return {
      kind: "plugin",
      origin: inside.map((range, d) => range.start + (origin[d] as number)),
      shape: inside.map((range) => range.stop - range.start),
      filterMask: 0,
    };
  }

  #isDivisible(place: Place & { kind: "range" }, shape: readonly number[]): boolean {
    const length = product(shape) * this.dtype.size;
    return this.codecs.length === 0 && length >= DIVIDED_FROM && place.length === length;
  }

  /** Whether a box inside a chunk is all of the chunk that lies in the array. */
  #isAll(wanted: Box, origin: readonly number[], shape: readonly number[]): boolean {
    return wanted.every(({ start, stop }, d) => {
      const rest = (this.shape[d] as number) - (origin[d] as number);
      return start === 0 && stop >= Math.min(rest, shape[d] as number);
    });
  }

  *#pieces(
    origin: readonly number[],
    shape: readonly number[],
    place: Place & { kind: "range" },
    box: Box,
    context: ReadContext,
  ): Iterable<ChunkRef> {
    const { url, offset, length } = place;
    const wanted = boxInside(box, origin, shape);
    if (place.crc32 !== undefined && length <= COMPARED_UP_TO && this.#isAll(wanted, origin, shape)) {
      yield { origin, shape, filterMask: 0, ...storedAt(place) };
      return;
    }
    const block = { url, offset, shape, elementSize: this.dtype.size };
    for (const ref of context.locateBlock(block, wanted)) {
      const where = { origin: ref.origin.map((start, d) => start + (origin[d] as number)) };
      const isWhole = ref.kind === "stored" && ref.offset === offset && ref.length === length;
      yield isWhole ? { ...ref, ...where, ...storedAt(place) } : { ...ref, ...where };
    }
  }
}

/** With the checksum of the whole, where there is one. */
function storedAt({ url, offset, length, crc32 }: Place & { kind: "range" }) {
  return { kind: "stored" as const, url, offset, length, ...(crc32 !== undefined && { crc32 }) };
}

/** The innermost chunks. */
export function leafOf(level: Level): Level {
  return level.shard ? leafOf(level.shard.inner) : level;
}

/** Every codec that reading a chunk takes, shards' own included. */
export function codecsOf(level: Level): CodecSpec[] {
  return [...level.codecs, ...(level.shard ? [...level.shard.indexChecks, ...codecsOf(level.shard.inner)] : [])];
}
