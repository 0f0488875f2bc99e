import type { ByteSource } from "graticule/plugin";
import { verifyChecksum } from "./checked.js";
import { Cursor } from "./cursor.js";
import { Hdf5Error, malformed, unsupported } from "./errors.js";
import type { MetadataBlocks } from "./metadata-blocks.js";
import type { Address } from "./model.js";

/** File format specification II.A. */
export interface Superblock {
  readonly version: number;
  readonly sizeOfOffsets: number;
  readonly sizeOfLengths: number;
  /** Where the superblock was found, which the library takes as the base whatever it says itself. */
  readonly baseAddress: number;
  readonly rootAddress: number;
  readonly extensionAddress: Address;
  /** First byte past everything the file declares, from the file's beginning; null where unknown. */
  readonly endOfFile: number | null;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const LONGEST = 2048;

/** Looks at 0, 512, 1024, …, doubling. @throws `malformed`, `truncated`, `unsupported` */
export async function readSuperblock(cache: MetadataBlocks): Promise<Superblock> {
  const { source } = cache;
  for (let at = 0; at + 8 <= source.size; at = at === 0 ? 512 : at * 2) {
    const bytes = await cache.read(at, Math.min(LONGEST, source.size - at));
    if (SIGNATURE.every((byte, i) => bytes[i] === byte)) return parse(bytes, at, source);
  }
  throw new Hdf5Error("malformed", "no HDF5 signature at 0, 512, 1024, …", { file: source.url });
}

function parse(bytes: Uint8Array, at: number, source: ByteSource): Superblock {
  try {
    const version = bytes[8];
    if (version === 0 || version === 1) return parseOld(bytes, at, version);
    if (version === 2 || version === 3) return parseNew(bytes, at, version);
    throw unsupported(`superblock version ${version}`, at + 8);
  } catch (error) {
    if (at + LONGEST > source.size && (error as { tag?: unknown }).tag === "malformed" && bytes.length < 96)
      throw new Hdf5Error("truncated", "the file ends inside its superblock", {
        file: source.url,
        offset: source.size,
        cause: error,
      });
    throw error;
  }
}

function parseOld(bytes: Uint8Array, at: number, version: number): Superblock {
  const head = new Cursor(bytes, at);
  head.skip(8 + 5);
  const sizeOfOffsets = widthOf(head, "offsets");
  const sizeOfLengths = widthOf(head, "lengths");
  const cursor = new Cursor(bytes, at, sizeOfOffsets, sizeOfLengths);
  cursor.skip(head.position + 1 + 2 + 2 + 4 + (version === 1 ? 4 : 0));
  const storedBase = cursor.address() ?? 0;
  cursor.address(); // free-space information
  const end = cursor.address();
  cursor.address(); // driver information
  cursor.address(); // name of the root group
  const rootAddress = cursor.address();
  if (rootAddress === null) throw malformed("the root group has no address", cursor.here);
  return {
    version,
    sizeOfOffsets,
    sizeOfLengths,
    baseAddress: at,
    rootAddress,
    extensionAddress: null,
    endOfFile: end === null ? null : end - (storedBase - at),
  };
}

function parseNew(bytes: Uint8Array, at: number, version: number): Superblock {
  const head = new Cursor(bytes, at);
  head.skip(9);
  const sizeOfOffsets = widthOf(head, "offsets");
  const sizeOfLengths = widthOf(head, "lengths");
  const cursor = new Cursor(bytes, at, sizeOfOffsets, sizeOfLengths);
  verifyChecksum(new Cursor(bytes, at).take(head.position + 1 + 4 * sizeOfOffsets + 4), at, "the superblock");
  cursor.skip(head.position + 1);
  const storedBase = cursor.address() ?? 0;
  const extensionAddress = cursor.address();
  const end = cursor.address();
  const rootAddress = cursor.address();
  if (rootAddress === null) throw malformed("the root group has no address", at);
  const endOfFile = end === null ? null : end - (storedBase - at);
  return { version, sizeOfOffsets, sizeOfLengths, baseAddress: at, rootAddress, extensionAddress, endOfFile };
}

function widthOf(cursor: Cursor, what: string): number {
  const at = cursor.here;
  const width = cursor.u8();
  if (width !== 2 && width !== 4 && width !== 8) throw malformed(`${what} of ${width} bytes`, at);
  return width;
}
