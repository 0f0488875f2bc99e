/**
 * XXH64 with seed 0, on pairs of 32-bit words: the hash of Parquet's Bloom filters (BloomFilter.md; xxHash's own
 * xxhash_spec.md). BigInt arithmetic takes some twenty times as long.
 */
export interface Hash {
  /** Words without sign. */
  high: number;
  low: number;
}

type Word = readonly [high: number, low: number];

const PRIME_1: Word = [0x9e3779b1, 0x85ebca87];
const PRIME_2: Word = [0xc2b2ae3d, 0x27d4eb4f];
const PRIME_3: Word = [0x165667b1, 0x9e3779f9];
const PRIME_4: Word = [0x85ebca77, 0xc2b2ae63];
const PRIME_5: Word = [0x27d4eb2f, 0x165667c5];

/** Writes the hash of `bytes[start, stop)` into `hash`. */
export function xxhash64(bytes: Uint8Array, start: number, stop: number, hash: Hash): void {
  const length = stop - start;
  let at = start;
  if (length >= 32) at = stripes(bytes, start, stop, hash);
  else set(hash, PRIME_5);
  add(hash, Math.floor(length / 2 ** 32), length >>> 0);
  const lane = { high: 0, low: 0 };
  for (; at + 8 <= stop; at += 8) {
    lane.high = 0;
    lane.low = 0;
    round(lane, wordAt(bytes, at + 4), wordAt(bytes, at));
    xor(hash, lane.high, lane.low);
    rotate(hash, 27);
    multiply(hash, PRIME_1);
    add(hash, PRIME_4[0], PRIME_4[1]);
  }
  if (at + 4 <= stop) {
    lane.high = 0;
    lane.low = wordAt(bytes, at);
    multiply(lane, PRIME_1);
    xor(hash, lane.high, lane.low);
    rotate(hash, 23);
    multiply(hash, PRIME_2);
    add(hash, PRIME_3[0], PRIME_3[1]);
    at += 4;
  }
  for (; at < stop; at++) {
    lane.high = 0;
    lane.low = bytes[at] as number;
    multiply(lane, PRIME_5);
    xor(hash, lane.high, lane.low);
    rotate(hash, 11);
    multiply(hash, PRIME_1);
  }
  shiftXor(hash, 33);
  multiply(hash, PRIME_2);
  shiftXor(hash, 29);
  multiply(hash, PRIME_3);
  shiftXor(hash, 32);
}

/** Stripes of 32 bytes in four lanes. @returns where the rest begins */
function stripes(bytes: Uint8Array, start: number, stop: number, hash: Hash): number {
  const lanes: Hash[] = [0, 1, 2, 3].map(() => ({ high: 0, low: 0 }));
  const [a, b, c, d] = lanes as [Hash, Hash, Hash, Hash];
  for (const lane of [a, b]) add(lane, PRIME_2[0], PRIME_2[1]);
  add(a, PRIME_1[0], PRIME_1[1]);
  subtract(d, PRIME_1);
  let at = start;
  for (; at + 32 <= stop; at += 32)
    for (let i = 0; i < 4; i++) round(lanes[i] as Hash, wordAt(bytes, at + 8 * i + 4), wordAt(bytes, at + 8 * i));
  set(hash, [0, 0]);
  for (const [lane, bits] of [
    [a, 1],
    [b, 7],
    [c, 12],
    [d, 18],
  ] as const) {
    const turned = { ...lane };
    rotate(turned, bits);
    add(hash, turned.high, turned.low);
  }
  for (const lane of lanes) {
    const merged = { high: 0, low: 0 };
    round(merged, lane.high, lane.low);
    xor(hash, merged.high, merged.low);
    multiply(hash, PRIME_1);
    add(hash, PRIME_4[0], PRIME_4[1]);
  }
  return at;
}

function round(lane: Hash, high: number, low: number): void {
  const input = { high, low };
  multiply(input, PRIME_2);
  add(lane, input.high, input.low);
  rotate(lane, 31);
  multiply(lane, PRIME_1);
}

function set(x: Hash, [high, low]: Word): void {
  x.high = high;
  x.low = low;
}

function add(x: Hash, high: number, low: number): void {
  const sum = x.low + low;
  x.low = sum >>> 0;
  x.high = (x.high + high + (sum > 0xffffffff ? 1 : 0)) >>> 0;
}

function subtract(x: Hash, [high, low]: Word): void {
  const isBorrowed = x.low < low;
  x.low = (x.low - low) >>> 0;
  x.high = (x.high - high - (isBorrowed ? 1 : 0)) >>> 0;
}

function xor(x: Hash, high: number, low: number): void {
  x.high = (x.high ^ high) >>> 0;
  x.low = (x.low ^ low) >>> 0;
}

/** @param bits fewer than 32 */
function rotate(x: Hash, bits: number): void {
  const { high, low } = x;
  x.high = ((high << bits) | (low >>> (32 - bits))) >>> 0;
  x.low = ((low << bits) | (high >>> (32 - bits))) >>> 0;
}

function shiftXor(x: Hash, bits: number): void {
  if (bits >= 32) x.low = (x.low ^ (x.high >>> (bits - 32))) >>> 0;
  else {
    const low = (x.low >>> bits) | (x.high << (32 - bits));
    x.low = (x.low ^ low) >>> 0;
    x.high = (x.high ^ (x.high >>> bits)) >>> 0;
  }
}

/** Modulo 2⁶⁴. */
function multiply(x: Hash, [high, low]: Word): void {
  const a = x.low >>> 16;
  const b = x.low & 0xffff;
  const c = low >>> 16;
  const d = low & 0xffff;
  const middle = a * d + ((b * d) >>> 16);
  const other = b * c + (middle & 0xffff);
  const carried = a * c + Math.floor(middle / 65536) + Math.floor(other / 65536);
  x.high = (carried + Math.imul(x.high, low) + Math.imul(x.low, high)) >>> 0;
  x.low = Math.imul(x.low, low) >>> 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}
