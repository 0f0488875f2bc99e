import type { CodecSpec } from "graticule/plugin";
import type { Element } from "./element.js";
import { ZarrError } from "./error.js";
import { isArray, type Json } from "./json.js";

/** An array's metadata in one form for both versions. */
export interface ArrayLayout {
  readonly shape: readonly number[];
  readonly element: Element;
  /** As it stands in the metadata. */
  readonly fill: Json | undefined;
  /** The grid of stored objects. */
  readonly level: Level;
  /** Key of a stored object below the array's own, from its place in the grid. */
  readonly chunkName: (at: readonly number[]) => string;
  /** Null: the dimension has no name. */
  readonly dimensionNames?: readonly (string | null)[];
  /** Why values cannot be read although the metadata are sound. */
  readonly unsupported?: string;
}

/** One grid of chunks: of objects in the store, or of chunks inside a shard. */
export interface Level {
  readonly chunkShape: readonly number[];
  /** Of whole chunks of this level, in encoding order. */
  readonly codecs: readonly CodecSpec[];
  /** A list's elements lie in this order of dimensions; absent: row-major. */
  readonly listOrder?: readonly number[];
  /** The chunks are shards: the codecs are applied to a shard as a whole. */
  readonly shard?: Shard;
}

export interface Shard {
  readonly inner: Level;
  /** Number of inner chunks along each dimension. */
  readonly grid: readonly number[];
  readonly indexAtStart: boolean;
  readonly indexIsBig: boolean;
  /** Checksums of the index, in encoding order; each adds four bytes. */
  readonly indexChecks: readonly CodecSpec[];
}

const MAX_RANK = 64;

/** @throws `malformed` where it is no list of lengths */
export function lengthsOf(json: Json | undefined, what: string, smallest: number): number[] {
  const list = isArray(json) ? json : [];
  const isSound = isArray(json) && list.every((n) => typeof n === "number" && Number.isSafeInteger(n) && n >= smallest);
  if (!isSound) throw new ZarrError("malformed", `${what} is no list of whole numbers from ${smallest} on`);
  if (list.length > MAX_RANK) throw new ZarrError("malformed", `${what} has ${list.length} dimensions; the limit is ${MAX_RANK}`);
  return [...(list as number[])];
}

/** The chunk shape of an array of that shape. @throws `malformed` */
export function chunkShapeOf(json: Json | undefined, what: string, shape: readonly number[]): number[] {
  const chunks = lengthsOf(json, what, 0);
  if (chunks.length !== shape.length)
    throw new ZarrError("malformed", `${what} has ${chunks.length} dimensions where the array has ${shape.length}`);
  return chunks.map((n, d) => {
    if (n === 0 && (shape[d] as number) > 0) throw new ZarrError("malformed", `${what} has a chunk length of 0`);
    return Math.max(1, n);
  });
}

/** Arrays whose elements cannot be counted, or whose chunks cannot be held. */
export function limitOf(shape: readonly number[], chunkShape: readonly number[], elementSize: number): string | undefined {
  if (!Number.isSafeInteger(product(shape))) return `an array of ${product(shape)} elements`;
  if (product(chunkShape) * elementSize > 2 ** 40) return `chunks of ${product(chunkShape) * elementSize} bytes`;
  return undefined;
}

export function product(lengths: readonly number[]): number {
  return lengths.reduce((n, length) => n * length, 1);
}
