import type { Box, ReadContext } from "graticule/plugin";
import { boxInside, chunksIn, originOf } from "./grid.js";
import type { ArrayLayout, Level } from "./layout.js";
import { keyBelow, MISSING, type Objects, type Place } from "./objects.js";
import { presentChunks, type Stretch, stretchesOf } from "./present-chunks.js";
import { type OpenShard, openShard } from "./shard.js";

/** Where a chunk lies in the array and in the store. */
export interface Located {
  readonly origin: readonly number[];
  readonly shape: readonly number[];
  readonly place: Place;
}

/** Objects whose places are asked for together. */
const BATCH = 64;

/** Of a box of more chunks, those that are not there are told together where the store knows its keys. */
const ASKED_ONE_BY_ONE = 1024;

/** Bytes of shard indexes that are kept. */
const KEPT = 32 << 20;

/** Finds the chunks of one array. */
export class Locator {
  readonly #shards = new Map<string, Promise<OpenShard | null>>();
  #kept = 0;
  #present: Promise<Float64Array | null> | undefined;

  constructor(
    private readonly key: string,
    private readonly layout: ArrayLayout,
    private readonly objects: Objects,
  ) {}

  /** Chunks that meet the box, each once: of shards the inner ones, of an absent shard the whole. */
  async *locate(box: Box, context: ReadContext): AsyncIterable<Located> {
    const { level, chunkName } = this.layout;
    let batch: (readonly number[])[] = [];
    for (const stretch of await this.#stretches(box)) {
      if (stretch.kind === "missing") {
        const shape = stretch.lengths.map((length, d) => length * (level.chunkShape[d] as number));
        yield { origin: originOf(stretch.at, level.chunkShape), shape, place: MISSING };
        continue;
      }
      batch.push(stretch.at);
      if (batch.length < BATCH) continue;
      yield* this.#ofBatch(batch, box, context, chunkName);
      batch = [];
    }
    yield* this.#ofBatch(batch, box, context, chunkName);
  }

  /** Chunks that are known to be absent come together where the box has many: there may be billions in a store of one document. */
  async #stretches(box: Box): Promise<Iterable<Stretch>> {
    const { shape, level } = this.layout;
    const chunks = box.map(({ start, stop }, d) => {
      const length = level.chunkShape[d] as number;
      return { start: Math.floor(start / length), stop: Math.ceil(stop / length) };
    });
    const count = chunks.reduce((n, { start, stop }) => n * Math.max(0, stop - start), 1);
    if (count > ASKED_ONE_BY_ONE) {
      const grid = shape.map((length, d) => Math.ceil(length / (level.chunkShape[d] as number)));
      this.#present ??= this.#presentIn(grid);
      const present = await this.#present;
      const found = present && stretchesOf(present, grid, chunks);
      if (found) return found;
    }
    return eachOf(chunksIn(box, level.chunkShape));
  }

  async #presentIn(grid: readonly number[]): Promise<Float64Array | null> {
    const keys = await this.objects.keysBelow?.(this.key);
    return keys ? presentChunks(keys, this.layout.chunkName, grid) : null;
  }

  async *#ofBatch(
    batch: readonly (readonly number[])[],
    box: Box,
    context: ReadContext,
    nameOf: ArrayLayout["chunkName"],
  ): AsyncIterable<Located> {
    context.signal?.throwIfAborted();
    const { level } = this.layout;
    const keys = batch.map((at) => keyBelow(this.key, nameOf(at)));
    const places = keys.length > 0 ? await this.objects.places(keys) : [];
    for (const [i, place] of places.entries()) {
      const origin = originOf(batch[i] as readonly number[], level.chunkShape);
      if (level.shard) yield* this.#inShard(level, origin, place, keys[i] as string, box, context);
      else yield { origin, shape: level.chunkShape, place };
    }
  }

  async *#inShard(
    level: Level,
    base: readonly number[],
    place: Place,
    id: string,
    box: Box,
    context: ReadContext,
  ): AsyncIterable<Located> {
    const shard = level.shard && place.kind !== "missing" ? await this.#opened(id, place, level, context) : null;
    if (!level.shard || !shard) {
      yield { origin: base, shape: level.chunkShape, place: MISSING };
      return;
    }
    const { inner } = level.shard;
    for (const at of chunksIn(boxInside(box, base, level.chunkShape), inner.chunkShape)) {
      const origin = originOf(at, inner.chunkShape, base);
      const found = shard.placeOf(at);
      if (inner.shard) yield* this.#inShard(inner, origin, found, `${id} ${at.join()}`, box, context);
      else yield { origin, shape: inner.chunkShape, place: found };
    }
  }

  #opened(id: string, place: Place, level: Level, context: ReadContext): Promise<OpenShard | null> {
    const known = this.#shards.get(id);
    if (known) return known;
    const opened = openShard(place, level, this.objects, context);
    this.#shards.set(id, opened);
    opened.then(
      (shard) => this.#keep(shard?.length ?? 0),
      () => this.#shards.delete(id),
    );
    return opened;
  }

  /** Forgets all when it is too much: a scan goes through the shards once, a point comes back to the same. */
  #keep(length: number): void {
    this.#kept += length + 256;
    if (this.#kept <= KEPT) return;
    this.#shards.clear();
    this.#kept = 0;
  }
}

function* eachOf(places: Iterable<readonly number[]>): Iterable<Stretch> {
  for (const at of places) yield { kind: "stored", at };
}
