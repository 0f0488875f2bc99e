import { crc32 } from "node:zlib";
import type { ReadContext } from "graticule/plugin";
import { decodeBytes } from "./decode.js";
import { isTagged, ZarrError } from "./error.js";
import { indexIn } from "./grid.js";
import { type Level, product, type Shard } from "./layout.js";
import { MISSING, type Objects, type Place } from "./objects.js";

const NOWHERE = 0xffff_ffff_ffff_ffffn;

/** A shard whose index has been read. */
export interface OpenShard {
  readonly length: number;
  /** Place of the inner chunk at a place of the grid. @throws `malformed` where the index points outside of the shard */
  placeOf(at: readonly number[]): Place;
}

/** A stretch of bytes of which parts can be read. */
interface Stretch {
  readonly length: number;
  readonly file: string;
  read(offset: number, length: number): Promise<Uint8Array>;
  part(offset: number, length: number): Place;
}

/**
 * Reads the index of a shard and nothing else of it (sharding codec version 1.0, "binary shard format"): 16 bytes per inner
 * chunk, at the start or the end. Null: the shard is not there.
 *
 * @throws `truncated`, `malformed`, `checksum`, `unsupported`
 */
export async function openShard(place: Place, level: Level, objects: Objects, context: ReadContext): Promise<OpenShard | null> {
  const { grid, indexAtStart, indexIsBig, indexChecks } = level.shard as Shard;
  const stretch = await stretchOf(place, level, objects, context);
  if (!stretch) return null;
  const tableLength = 16 * product(grid);
  const length = tableLength + 4 * indexChecks.length;
  if (length > stretch.length)
    throw new ZarrError("truncated", `a shard of ${stretch.length} bytes cannot hold its index of ${length}`, {
      file: stretch.file,
    });
  const encoded = await stretch.read(indexAtStart ? 0 : stretch.length - length, length);
  const table = await decodeBytes(encoded, indexChecks, { exactly: tableLength }, context);
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return {
    length: table.length,
    placeOf(at) {
      const index = indexIn(grid, at);
      const offset = view.getBigUint64(16 * index, !indexIsBig);
      const size = view.getBigUint64(16 * index + 8, !indexIsBig);
      if (offset === NOWHERE && size === NOWHERE) return MISSING;
      if (offset + size > BigInt(stretch.length))
        throw new ZarrError("malformed", `a shard's index points past its end: ${size} bytes at ${offset} of ${stretch.length}`, {
          file: stretch.file,
          offset: Number(offset),
        });
      return stretch.part(Number(offset), Number(size));
    },
  };
}

async function stretchOf(place: Place, level: Level, objects: Objects, context: ReadContext): Promise<Stretch | null> {
  if (place.kind === "missing") return null;
  if (level.codecs.length > 0 || place.kind === "packed" || place.kind === "bytes") {
    const encoded = await bytesOf(place, objects, context);
    return encoded && inMemory(await decodeBytes(encoded, level.codecs, { about: 0 }, context), objects.url);
  }
  if (place.kind === "range") return within(place.url, place.offset, place.length, context);
  try {
    const { size } = await context.openSource(place.url);
    return within(place.url, 0, size, context);
  } catch (error) {
    if (isTagged(error, "not-found")) return null;
    throw error;
  }
}

function inMemory(bytes: Uint8Array, file: string): Stretch {
  return {
    length: bytes.length,
    file,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    part: (offset, length) => ({ kind: "bytes", bytes: bytes.subarray(offset, offset + length) }),
  };
}

function within(url: string, base: number, length: number, context: ReadContext): Stretch {
  return {
    length,
    file: url,
    async read(offset, wanted) {
      const source = await context.openSource(url);
      // A copy, because the index outlives the memory that a source may reuse.
      return new Uint8Array(await source.readOne({ offset: base + offset, length: wanted }, optionsOf(context)));
    },
    part: (offset, size) => ({ kind: "range", url, offset: base + offset, length: size }),
  };
}

/** The bytes at a place; null where there are none. @throws what the store throws */
export async function bytesOf(place: Place, objects: Objects, context: ReadContext): Promise<Uint8Array | null> {
  switch (place.kind) {
    case "missing":
      return null;
    case "bytes":
      return place.bytes;
    case "packed":
      return objects.get(place.key);
    case "object":
      return context.readObject(place.url);
    case "range": {
      const source = await context.openSource(place.url);
      const bytes = await source.readOne({ offset: place.offset, length: place.length }, optionsOf(context));
      if (place.crc32 !== undefined && crc32(bytes) !== place.crc32)
        throw new ZarrError("checksum", "a member of the zip file differs from its CRC-32", {
          file: place.url,
          offset: place.offset,
        });
      return bytes;
    }
  }
}

function optionsOf({ signal }: ReadContext): { signal?: AbortSignal | undefined } {
  return { signal };
}
