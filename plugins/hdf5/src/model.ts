import type { ByteSource, DType } from "graticule/plugin";
import type { Mapping } from "./virtual/model.js";

/** HDF5 addresses count from the base address (the end of the userblock); null is the undefined address (all bits set). */
export type Address = number | null;

/** The opened file as the metadata code sees it. Implemented by `metadata-file.ts`. */
export interface MetadataFile {
  readonly source: ByteSource;
  /** Bytes before address 0. */
  readonly baseAddress: number;
  readonly sizeOfOffsets: number;
  readonly sizeOfLengths: number;
  readonly superblockVersion: number;
  /** Object header with what concerns the whole file; null where there is none. */
  readonly extensionAddress: Address;
  /**
   * `length` bytes at an address, through a block cache (metadata is read in few, large requests); at once where they are there.
   * @throws `truncated` where the range passes the end of the file
   */
  read(address: number, length: number): Uint8Array | Promise<Uint8Array>;
  /** The object `index` of the global heap collection at `address`. @throws `malformed` */
  heapObject(address: number, index: number): Promise<Uint8Array>;
}

export type Dataspace =
  | { readonly kind: "scalar" | "null" }
  | { readonly kind: "simple"; readonly shape: readonly number[]; readonly maxShape: readonly (number | null)[] };

/** One entry of the filter pipeline message, in encoding order. */
export interface FilterEntry {
  readonly id: number;
  readonly name?: string;
  readonly optional: boolean;
  readonly parameters: readonly number[];
}

export type ChunkIndex =
  | { readonly kind: "btree-v1"; readonly address: Address }
  | { readonly kind: "single"; readonly address: Address; readonly filteredSize?: number; readonly filterMask?: number }
  | { readonly kind: "implicit"; readonly address: Address }
  | { readonly kind: "fixed-array"; readonly address: Address; readonly pageBits: number }
  | {
      readonly kind: "extensible-array";
      readonly address: Address;
      readonly maxBits: number;
      readonly indexElements: number;
      readonly minPointers: number;
      readonly minElements: number;
      readonly pageBits: number;
    }
  | { readonly kind: "btree-v2"; readonly address: Address };

export type Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  | { readonly kind: "contiguous"; readonly address: Address; readonly length: number }
  /** `chunkShape` has the dataset's rank (the element size is taken off). */
  | {
      readonly kind: "chunked";
      readonly chunkShape: readonly number[];
      readonly elementSize: number;
      readonly index: ChunkIndex;
      /** Layout version 4: edge chunks are stored without filters. */
      readonly edgesUnfiltered: boolean;
    }
  | { readonly kind: "virtual"; readonly mappings: readonly Mapping[] };

/** As the layout message has it: the mappings of a virtual dataset lie in the global heap. */
export type LayoutMessage =
  | Exclude<Layout, { readonly kind: "virtual" }>
  | { readonly kind: "virtual"; readonly heap: Address; readonly index: number };

/** What the object header of a dataset says. */
export interface DatasetHeader {
  readonly address: number;
  readonly dataspace: Dataspace;
  readonly dtype: DType;
  /**
   * Dimensions of an HDF5 array type at the top level, appended to the shape. Boxes and refs below `dataset.ts` have the
   * dataspace's rank; one element then takes `dtype.size` times the product of these.
   */
  readonly arrayShape: readonly number[];
  readonly layout: Layout;
  readonly filters: readonly FilterEntry[];
  /** Why the type cannot be read, where it cannot; `dtype` is then an approximation. */
  readonly unsupported?: string;
  /** Bytes of one element (of `dtype`); absent where undefined or zero-length. */
  readonly fill?: Uint8Array;
  /** Of an array type whose numbers have fill values that differ, in place of `fill`: of one element. */
  readonly wholeFill?: Uint8Array;
  readonly external?: readonly ExternalSlot[];
}

/** A piece of a dataset's bytes in another file. */
export interface ExternalSlot {
  readonly name: string;
  readonly offset: number;
  /** Infinite where the file may grow. */
  readonly size: number;
}
