import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import type { MetadataFile } from "../model.js";
import type { ChunkGrid } from "./chunk-grid.js";

/** What an array index says of a chunk; null: the chunk is not stored. */
export type ArrayElement = { readonly address: number; readonly length: number; readonly filterMask: number } | null;

/** Looks chunks up by number. */
export interface ArrayIndex {
  /** Numbers from here on were never set. */
  readonly end: number;
  element(number: number): ArrayElement | Promise<ArrayElement>;
}

/** How elements of a fixed or extensible array are read: client 0 stores addresses, client 1 also sizes and filter masks. */
export interface ElementFormat {
  readonly size: number;
  read(cursor: Cursor): ArrayElement;
}

/** @throws `malformed` for an unknown client or a size that does not fit it */
export function elementFormat(file: MetadataFile, client: number, size: number, grid: ChunkGrid, offset: number): ElementFormat {
  const lengthBytes = size - file.sizeOfOffsets - 4;
  const fits = client === 0 ? size === file.sizeOfOffsets : client === 1 && lengthBytes >= 1 && lengthBytes <= 8;
  if (!fits) throw malformed(`an array index of client ${client} with elements of ${size} bytes`, offset);
  return {
    size,
    read(cursor) {
      const address = cursor.address();
      if (client === 0) return address === null ? null : { address, length: grid.chunkBytes, filterMask: 0 };
      const length = cursor.uint(lengthBytes);
      const filterMask = cursor.u32();
      return address === null ? null : { address, length, filterMask };
    },
  };
}

/** Bit `index` of a bitmap whose first bit is the highest of its first byte (H5VM_bit_get). */
export function bitAt(bitmap: Uint8Array, index: number): boolean {
  const byte = bitmap[Math.floor(index / 8)];
  return byte !== undefined && (byte & (0x80 >> (index % 8))) !== 0;
}
