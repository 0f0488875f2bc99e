import type { CodecRegistry, CodecSpec } from "../codec/contract.js";
import type { ErrorJSON } from "../errors.js";
import type { Box } from "../schema/box.js";
import type { DType, DTypeName } from "../schema/dtype.js";
import type { TypedArray } from "../schema/typed-array.js";
import type { ByteSource, ObjectInfo } from "../store/contract.js";

/** The version of this contract; a plugin's package.json names the one it was written for. */
export const PLUGIN_API_VERSION = 1;

export type AttributeElement =
  | number
  | bigint
  | string
  | boolean
  | { readonly [field: string]: AttributeElement }
  | readonly AttributeElement[];

/** An attribute as stored. Text (`char`, `string`) is one element per string; NULs dropped. */
export interface Attribute {
  readonly dtype: DTypeName;
  readonly values: readonly AttributeElement[];
}

export type Attributes = ReadonlyMap<string, Attribute>;

export interface Dimension {
  /** Full path: "/lat", "/g1/time". */
  readonly path: string;
  readonly name: string;
  readonly length: number;
  readonly unlimited: boolean;
}

export interface Group {
  /** "/" for the root. */
  readonly path: string;
  /** A name of its own, accepted in place of `path` wherever users type one: FITS's EXTNAME. Need not be unique. */
  readonly title?: string;
  /** Tells groups of one title apart, typed behind it and a comma or a colon: FITS's EXTVER. */
  readonly titleNumber?: number;
  readonly attributes: Attributes;
}

/** Where the encoded bytes of a chunk are, without the bytes. `origin` and `shape` are in elements; an edge chunk may pass the array's end. */
export type ChunkRef = {
  readonly origin: readonly number[];
  readonly shape: readonly number[];
  /** Bit i set: codec i (in encoding order) was skipped for this chunk. */
  readonly filterMask: number;
} & (
  | { readonly kind: "missing" } // reads as the fill value
  | { readonly kind: "inline"; readonly bytes: Uint8Array }
  /** `crc32`: of these bytes as the container has it (zip), compared before they are decoded. */
  | { readonly kind: "stored"; readonly url: string; readonly offset: number; readonly length: number; readonly crc32?: number }
  /** A whole object of a store of many (Zarr); one that is not there reads as the fill value. `size`: its bytes, where known. */
  | { readonly kind: "object"; readonly url: string; readonly size?: number }
  /** `count` pieces of `length` bytes, `stride` bytes apart: netCDF-3 records, FITS columns. Piece i holds index i of the first dimension. */
  | {
      readonly kind: "strided";
      readonly url: string;
      readonly offset: number;
      readonly stride: number;
      readonly count: number;
      readonly length: number;
    }
  /** No locator can express it: the plugin's `readChunk` gives the values. */
  | { readonly kind: "plugin" }
);

/** Values of a box that a plugin decoded itself. Numbers in native byte order; text and byte strings one per element. */
export type Values = TypedArray | readonly string[] | readonly Uint8Array[] | readonly AttributeElement[];

export interface ArrayVariable {
  /** Full path inside the file: "/t2m", "/g1/t2m". */
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  /** Names as the variable sees them, and their full paths (for groups). */
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  readonly shape: readonly number[];
  /**
   * How many of the last dimensions belong to one cell's value, where not 0: those of FITS's vector columns and HDF5's array types.
   * In a table such values are lists.
   */
  readonly cellDims?: number;
  /** Shape of a whole chunk; null where the data lie in one block, which is divisible anywhere. */
  readonly chunks: readonly number[] | null;
  /** In encoding order; decoding runs backwards. */
  readonly codecs: readonly CodecSpec[];
  /** As stored, without the container's bookkeeping. */
  readonly attributes: Attributes;
  /** What it is for, where that is known without its attributes: of coordinates that are computed. */
  readonly role?: "coordinate" | "auxiliary";
  /** Bytes of one element (as stored, in `dtype`'s byte order) that absent chunks read as; absent: zero bytes. */
  readonly fill?: Uint8Array;
  /**
   * Where the stored data end before the shape does, per leading dimension: cells behind it read as `fill`, also where a chunk
   * covers them. `locate` gives them as missing.
   */
  readonly extent?: readonly number[] | undefined;
  /** No elements at all, although the shape is `[]`: an HDF5 null dataspace. `locate` gives nothing. */
  readonly empty?: true;
  /** First path that reaches the same data, where this is not it. */
  readonly aliasOf?: string;
  /** Why values cannot be read although the file is sound. */
  readonly unsupported?: string;
  /** What is damaged about this variable, found while opening. */
  readonly error?: ErrorJSON;
  /**
   * Of a compound: each field as a variable of its own, at `<path>.<field>`, over the same dimensions and those of an array field;
   * fields of fields likewise. They are not among the dataset's variables. None of other types.
   */
  readonly fields?: readonly ArrayVariable[];
  /** How values are read, for `inspect`: "direct", or a decoder of the plugin's own such as "h5wasm". */
  readonly access: string;
  /** Chunks that meet the box, each once, lazily. */
  locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef>;
  /** Reads what a "plugin" ref stands for, clipped to the array. Row-major over the ref's box. */
  readChunk?(ref: ChunkRef, context: ReadContext): Promise<Values>;
}

export interface Dataset {
  /** "netcdf3" | "netcdf4" | "hdf5" | "fits" | "zarr" | a plugin's own. */
  readonly format: string;
  readonly container: string;
  readonly version: number | string;
  readonly source: ByteSource;
  readonly dimensions: readonly Dimension[];
  /** Root first. */
  readonly groups: readonly Group[];
  readonly variables: readonly ArrayVariable[];
  readonly warnings: readonly string[];
  /** Oddities that change no value: `inspect` tells them, nothing else does. */
  readonly notes?: readonly string[];
  /** Damage that left the rest readable. */
  readonly error?: ErrorJSON;
  /** Bytes of all of it, where `source` is only one object of many. Null: finding out would cost too much. */
  totalBytes?(context: ReadContext): Promise<number | null>;
  /** Checks the container's own checksums, reading all of it; gives what is wrong, in words. Absent: it has none. */
  verify?(context: ReadContext): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What was read. `requests` and `bytes` are all of it: opening files, walking their indexes, and values. */
export interface ReadCounters {
  requests: number;
  bytes: number;
  chunks: number;
  /** Of these, what fetched stored chunks: the same however many processes share the work. */
  chunkRequests?: number;
  chunkBytes?: number;
}

export interface ReadContext {
  readonly codecs: CodecRegistry;
  readonly counters: ReadCounters;
  readonly signal?: AbortSignal | undefined;
  /** Decode independent chunks on the thread pool. */
  readonly parallel: boolean;
  /** Opens another file that the data refer to (external storage, kerchunk targets). */
  openSource(url: string): Promise<ByteSource>;
  /**
   * A whole object in one request; null where it is not there.
   * @param most bytes that it may have; default 256 MiB
   * @throws `malformed`, and `unsupported` without `most`, where it is larger
   */
  readObject(url: string, most?: number): Promise<Uint8Array | null>;
  /** Objects below a prefix, in no promised order. @throws `unsupported` where the store cannot list (http) */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /**
   * A stored chunk through its codecs, backwards, without those that `filterMask` names (see {@link ChunkRef}): at least `decodedLength`
   * bytes. For what a plugin reads itself. @throws `malformed`, `checksum`, `unsupported`
   */
  decodeChunk(bytes: Uint8Array, codecs: readonly CodecSpec[], filterMask: number, decodedLength: number): Promise<Uint8Array>;
  /**
   * Pieces of equal length, a stride apart, one behind the other: a field of many rows. For what a plugin makes values of itself.
   * @throws `truncated` before anything is allocated
   */
  readPieces(pieces: Pieces): Promise<Uint8Array>;
  /** The refs of a box inside one row-major block: few, and with little waste between them. */
  locateBlock(block: Block, box: Box): Iterable<ChunkRef>;
}

/** `count` pieces of `length` bytes, the first at `offset`, `stride` bytes from the start of one to that of the next. */
export interface Pieces {
  readonly url: string;
  readonly offset: number;
  readonly stride: number;
  readonly count: number;
  readonly length: number;
}

/** A variable's values as one row-major block of bytes, or as records of equal length a stride apart. */
export interface Block {
  readonly url: string;
  /** Byte offset of element 0. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly elementSize: number;
  /** Bytes from one index of the first dimension to the next, where they are not adjacent. */
  readonly recordStride?: number;
}

/** What probing may look at. */
export interface Probe {
  readonly url: string;
  readonly size: number;
  /** Up to `length` bytes at `offset`, fewer at the end. */
  peek(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * What a plugin's entry module exports as `default`. Its package.json carries the {@link PluginManifest} under `graticule`,
 * so that probing loads no code. Plugins import types only; services arrive in the context; an error is any Error with a
 * `tag` (see `errors.ts`).
 */
export interface FormatPlugin {
  readonly id: string;
  readonly apiVersion: number;
  sniff(probe: Probe): Promise<"yes" | "maybe" | "no">;
  /** @throws `malformed`, `truncated`, `unsupported` */
  open(source: ByteSource, context: ReadContext): Promise<Dataset>;
}

/** The `graticule` key of a plugin's package.json. */
export interface PluginManifest {
  readonly apiVersion: number;
  /** Module with the default export, relative to the package. */
  readonly entry: string;
  readonly formats: readonly FormatClaim[];
}

export interface FormatClaim {
  readonly id: string;
  readonly title: string;
  /** Bytes that begin such a file, in hex, at an offset (HDF5 also at 512, 1024, … doubling: `repeat`). */
  readonly magic: readonly { readonly offset: number; readonly hex: string; readonly repeat?: "doubling" }[];
  readonly extensions: readonly string[];
  /**
   * Names of objects that make the folder they lie in one dataset ("zarr.json"), the first that is there counting. The plugin's
   * `open` then gets that object as its source.
   */
  readonly markers?: readonly string[];
  /** What is read, for `graticule formats`. */
  readonly capabilities: readonly (string | Capability)[];
}

/** A line of `graticule formats`, and what shows that it is true. */
export interface Capability {
  readonly what: string;
  /** Files of the project's `sample-data/` that are read without error, or, for what must fail, tests by their path ("test/…"). */
  readonly shown: readonly string[];
}
