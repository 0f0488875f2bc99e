import { type Hash, xxhash64 } from "../xxhash.js";
import { damaged } from "./damaged.js";
import { ThriftCursor } from "./thrift-cursor.js";

/** Of BloomFilter.md, "Technical Approach". */
const SALT = Int32Array.of(0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31);
const BLOCK_BYTES = 32;
/** Longest header of a filter. */
export const BLOOM_HEADER = 64;

/** A filter's header: bytes that it takes, and of the filter behind it; null where its kind is not known. */
export function parseBloomHeader(bytes: Uint8Array): { readonly headerLength: number; readonly length: number } | null {
  const cursor = new ThriftCursor(bytes);
  let length = -1;
  let known = 0;
  cursor.struct((id) => {
    if (id === 1) length = cursor.integer();
    else if (id >= 2 && id <= 4) {
      // Split blocks, xxHash, uncompressed: the first member of each union.
      cursor.struct((member) => {
        if (member === 1) known++;
        return false;
      });
    } else return false;
    return true;
  });
  if (length <= 0 || length % BLOCK_BYTES !== 0) throw damaged(`a Bloom filter of ${length} bytes`);
  return known === 3 ? { headerLength: cursor.at, length } : null;
}

/** Whether a value, in plain encoding, may be among those that the filter was made of. */
export function mightContain(filter: Uint8Array, value: Uint8Array): boolean {
  const hash: Hash = { high: 0, low: 0 };
  xxhash64(value, 0, value.length, hash);
  const blocks = filter.length / BLOCK_BYTES;
  const block = Number((BigInt(hash.high) * BigInt(blocks)) >> 32n);
  const view = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  for (let i = 0; i < 8; i++) {
    const word = view.getInt32(block * BLOCK_BYTES + 4 * i, true);
    if ((word & (1 << (Math.imul(hash.low, SALT[i] as number) >>> 27))) === 0) return false;
  }
  return true;
}
