import { GraticuleError } from "../errors.js";

/** What a chunk holds instead of compressed blocks. */
export type BloscSpecial = "zeros" | "nans" | "value" | "uninitialised";

/** A step before the compressor, by its number in c-blosc2; `size` is the size of the elements that it works on. */
export interface BloscFilter {
  readonly code: number;
  readonly size: number;
  readonly meta: number;
}

export interface BloscHeader {
  /** Bytes before the block offsets, or before stored bytes. */
  readonly length: number;
  readonly decodedLength: number;
  readonly blockSize: number;
  readonly storedLength: number;
  readonly typeSize: number;
  readonly isStored: boolean;
  readonly isSplit: boolean;
  /** Streams may be runs of one byte: since format version 3. */
  readonly hasRuns: boolean;
  readonly compressor: string;
  /** In encoding order. */
  readonly filters: readonly BloscFilter[];
  readonly special: BloscSpecial | undefined;
}

export const SHUFFLE = 1;
export const BITSHUFFLE = 2;
export const DELTA = 3;
export const TRUNCATE = 4;

const MIN_LENGTH = 16;
const EXTENDED_LENGTH = 32;
const FILTERS = 6;
const COMPRESSORS = ["blosclz", "lz4", "snappy", "zlib", "zstd"];
const USER_DEFINED = 6;
const SPECIALS: readonly (BloscSpecial | undefined)[] = [undefined, "zeros", "nans", "value", "uninitialised"];
/** The largest version of the format known here (c-blosc2's BLOSC2_VERSION_FORMAT). */
const MAX_VERSION = 5;
const MAX_SPLITS = 16;
const MIN_SPLIT_LENGTH = 128;

/**
 * The header of a Blosc chunk: 16 bytes (c-blosc, README_CHUNK_FORMAT.rst), or 32 where both shuffle flags are set (c-blosc2).
 * @throws `malformed`, `unsupported`
 */
export function bloscHeader(bytes: Uint8Array): BloscHeader {
  if (bytes.length < MIN_LENGTH) throw damaged(`${bytes.length} bytes cannot hold the header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [version, , flags, typeByte] = bytes as unknown as [number, number, number, number];
  if (version === 0 || version > MAX_VERSION)
    throw new GraticuleError("unsupported", `blosc: version ${version} of the format; known are 1 to ${MAX_VERSION}`);
  const isExtended = (flags & 0x05) === 0x05;
  const length = isExtended ? EXTENDED_LENGTH : MIN_LENGTH;
  const [decodedLength, blockSize, storedLength] = [4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number];
  if (storedLength < length || storedLength > bytes.length)
    throw damaged(`a chunk of ${storedLength} bytes where ${bytes.length} are stored`);
  if (decodedLength > 0 && (blockSize === 0 || blockSize > 0x7fffffff)) throw damaged(`blocks of ${blockSize} bytes`);
  const typeSize = Math.max(1, typeByte);
  const size = Math.min(blockSize, decodedLength);
  const common = {
    length,
    decodedLength,
    blockSize: size,
    storedLength,
    typeSize,
    isStored: (flags & 0x02) !== 0,
    compressor: compressorOf(flags >> 5, isExtended ? (bytes[22] as number) : 0),
  };
  const canSplit = (flags & 0x10) === 0;
  if (!isExtended) {
    const isSplit = canSplit && typeSize <= MAX_SPLITS && Math.floor(size / typeSize) >= MIN_SPLIT_LENGTH;
    return { ...common, isSplit, hasRuns: version > 2, filters: plainFilters(flags, typeSize, size, version), special: undefined };
  }
  const more = bytes[31] as number;
  if ((more & 0x01) !== 0) throw new GraticuleError("unsupported", "blosc2: blocks compressed with a dictionary");
  const special = (more >> 4) & 0x07;
  if (special >= SPECIALS.length) throw damaged(`special values of kind ${special}`);
  return { ...common, isSplit: canSplit, hasRuns: true, filters: extendedFilters(bytes, typeSize), special: SPECIALS[special] };
}

function compressorOf(format: number, userDefined: number): string {
  return format === USER_DEFINED ? `number ${userDefined}` : (COMPRESSORS[format] ?? `format ${format}`);
}

/** c-blosc leaves a block as it is where it cannot shuffle it. */
function plainFilters(flags: number, size: number, blockSize: number, version: number): readonly BloscFilter[] {
  if ((flags & 0x04) !== 0 && blockSize >= size) return [{ code: BITSHUFFLE, size, meta: version }];
  return (flags & 0x01) !== 0 && size > 1 ? [{ code: SHUFFLE, size, meta: 0 }] : [];
}

function extendedFilters(bytes: Uint8Array, typeSize: number): readonly BloscFilter[] {
  return Array.from({ length: FILTERS }, (_, i) => {
    const [code, meta] = [bytes[16 + i] as number, bytes[24 + i] as number];
    return { code, meta, size: code === SHUFFLE && meta !== 0 ? meta : typeSize };
  }).filter(({ code }) => code !== 0);
}

export function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `blosc: ${message}`);
}
