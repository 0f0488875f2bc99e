import type { Cursor } from "../cursor.js";
import { malformed } from "../errors.js";
import type { Address, ChunkIndex, LayoutMessage } from "../model.js";

/** File format specification IV.A.2.i; a contiguous layout of versions 1 and 2 has no length of its own (-1 here). */
export function parseLayout(cursor: Cursor): LayoutMessage {
  const version = cursor.u8();
  if (version === 1 || version === 2) return parseOld(cursor);
  if (version < 3 || version > 5) throw malformed(`layout version ${version}`, cursor.offset);
  const kind = cursor.u8();
  if (kind === 0) return { kind: "compact", bytes: cursor.take(cursor.u16()) };
  if (kind === 1) return { kind: "contiguous", address: cursor.address(), length: cursor.length() };
  if (kind === 2) return version === 3 ? parseChunked3(cursor) : parseChunked4(cursor);
  if (kind === 3 && version > 3) return { kind: "virtual", heap: cursor.address(), index: cursor.u32() };
  throw malformed(`layout kind ${kind}`, cursor.offset);
}

function parseOld(cursor: Cursor): LayoutMessage {
  const rank = rankOf(cursor);
  const kind = cursor.u8();
  cursor.skip(5);
  if (kind > 2) throw malformed(`layout kind ${kind}`, cursor.offset);
  const address: Address = kind === 0 ? null : cursor.address();
  const lengths = Array.from({ length: rank }, () => cursor.u32());
  if (kind === 0) return { kind: "compact", bytes: cursor.take(cursor.u32()) };
  if (kind === 1) return { kind: "contiguous", address, length: -1 };
  return chunked(lengths, { kind: "btree-v1", address }, false, cursor);
}

function parseChunked3(cursor: Cursor): LayoutMessage {
  const rank = rankOf(cursor);
  const address = cursor.address();
  const lengths = Array.from({ length: rank }, () => cursor.u32());
  return chunked(lengths, { kind: "btree-v1", address }, false, cursor);
}

function parseChunked4(cursor: Cursor): LayoutMessage {
  const flags = cursor.u8();
  const rank = rankOf(cursor);
  const width = cursor.u8();
  if (width === 0 || width > 8) throw malformed(`chunk dimensions of ${width} bytes`, cursor.here);
  const lengths = Array.from({ length: rank }, () => cursor.uint(width));
  return chunked(lengths, parseIndex(cursor, flags), (flags & 1) !== 0, cursor);
}

function parseIndex(cursor: Cursor, flags: number): ChunkIndex {
  const kind = cursor.u8();
  switch (kind) {
    case 1: {
      const filtered = (flags & 2) !== 0 ? { filteredSize: cursor.length(), filterMask: cursor.u32() } : {};
      return { kind: "single", address: cursor.address(), ...filtered };
    }
    case 2:
      return { kind: "implicit", address: cursor.address() };
    case 3: {
      const pageBits = cursor.u8();
      return { kind: "fixed-array", address: cursor.address(), pageBits };
    }
    case 4: {
      const maxBits = cursor.u8();
      const indexElements = cursor.u8();
      const minPointers = cursor.u8();
      const minElements = cursor.u8();
      const pageBits = cursor.u8();
      return { kind: "extensible-array", maxBits, indexElements, minPointers, minElements, pageBits, address: cursor.address() };
    }
    case 5:
      cursor.skip(4 + 1 + 1);
      return { kind: "btree-v2", address: cursor.address() };
    default:
      throw malformed(`chunk index kind ${kind}`, cursor.here);
  }
}

/** @param lengths of the chunk, the last being the element's bytes */
function chunked(lengths: number[], index: ChunkIndex, edgesUnfiltered: boolean, cursor: Cursor): LayoutMessage {
  const elementSize = lengths.pop();
  if (elementSize === undefined || elementSize === 0 || lengths.length === 0 || lengths.includes(0))
    throw malformed(`chunks of ${lengths.join(" x ")} elements of ${elementSize} bytes`, cursor.offset);
  return { kind: "chunked", chunkShape: lengths, elementSize, index, edgesUnfiltered };
}

function rankOf(cursor: Cursor): number {
  const rank = cursor.u8();
  if (rank > 33) throw malformed(`a layout of ${rank} dimensions`, cursor.here);
  return rank;
}
