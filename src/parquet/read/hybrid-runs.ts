import { damaged } from "./damaged.js";
import { type Unpack, unpackBytes, unpackInts } from "./unpack-bits.js";

/** Walks the hybrid of run lengths and bit packing (Encodings.md), run by run. */
export class HybridRuns {
  /** Of the run at hand: numbers in it, as far as they are wanted. */
  count = 0;
  isPacked = false;
  /** Of a run of one number. */
  value = 0;
  /** Of a packed run: where its bits begin. */
  from = 0;
  #left: number;
  #at: number;

  /** @param width bits of a number, 0 to 32 @param wanted numbers that are wanted */
  constructor(
    readonly bytes: Uint8Array,
    at: number,
    readonly end: number,
    readonly width: number,
    wanted: number,
  ) {
    if (width > 32) throw damaged(`numbers of ${width} bits`);
    this.#at = at;
    this.#left = wanted;
  }

  /** The next run. @returns false where all that are wanted have come @throws `malformed` where the bytes end before */
  next(): boolean {
    if (this.#left === 0) return false;
    do this.#step();
    while (this.count === 0);
    this.#left -= this.count;
    return true;
  }

  #step(): void {
    const { bytes, end, width } = this;
    let header = 0;
    for (let unit = 1; ; unit *= 128) {
      if (this.#at >= end || unit > 2 ** 35) throw damaged(`runs end with ${this.#left} numbers missing`);
      const byte = bytes[this.#at++] as number;
      header += (byte & 0x7f) * unit;
      if (byte < 0x80) break;
    }
    const size = Math.floor(header / 2);
    this.isPacked = header % 2 === 1;
    if (this.isPacked) {
      this.count = Math.min(size * 8, this.#left);
      this.from = this.#at;
      // The last group may be cut where its numbers end.
      const needed = Math.ceil((this.count * width) / 8);
      if (this.#at + needed > end) throw damaged(`a run of ${size * 8} numbers of ${width} bits passes the end`);
      this.#at = Math.min(end, this.#at + size * width);
    } else {
      this.count = Math.min(size, this.#left);
      const length = (width + 7) >> 3;
      if (this.#at + length > end) throw damaged("a run ends before its number");
      let value = 0;
      for (let i = 0; i < length; i++) value |= (bytes[this.#at + i] as number) << (8 * i);
      this.value = value;
      this.#at += length;
    }
  }

  /** The packed run at hand. */
  unpackTo(out: Int32Array, at: number): void {
    if (this.width === 0) out.fill(0, at, at + this.count);
    else unpackRun(this.bytes, this.from, this.width, this.count, unpackInts(this.width), out, at, SPARE);
  }

  /** As {@link unpackTo}, for at most eight bits. */
  unpackToBytes(out: Uint8Array, at: number): void {
    if (this.width === 0) out.fill(0, at, at + this.count);
    else unpackRun(this.bytes, this.from, this.width, this.count, unpackBytes(this.width), out, at, SPARE_BYTES);
  }
}

const SPARE = new Int32Array(8);
const SPARE_BYTES = new Uint8Array(8);
/** What bits behind the end of the bytes are read from. */
const PADDED = new Uint8Array(32);

function unpackRun<T extends Int32Array | Uint8Array>(
  bytes: Uint8Array,
  from: number,
  width: number,
  count: number,
  unpack: Unpack,
  out: T,
  at: number,
  spare: T,
): void {
  const groups = count >> 3;
  unpack(bytes, from, groups, out, at);
  const rest = count & 7;
  if (rest === 0) return;
  const start = from + groups * width;
  PADDED.fill(0);
  PADDED.set(bytes.subarray(start, start + width));
  unpack(PADDED, 0, 1, spare, 0);
  for (let i = 0; i < rest; i++) out[at + groups * 8 + i] = spare[i] as number;
}

/** Numbers of at most eight bits, to `out`. @returns the number that all of them are, where they are one run; else -1, and `out` holds them */
export function decodeLevels(bytes: Uint8Array, at: number, end: number, width: number, count: number, out: Uint8Array): number {
  const runs = new HybridRuns(bytes, at, end, width, count);
  for (let done = 0; runs.next(); done += runs.count) {
    if (runs.isPacked) {
      runs.unpackToBytes(out, done);
      continue;
    }
    if (runs.count === count) return runs.value;
    out.fill(runs.value, done, done + runs.count);
  }
  return -1;
}

/** The deprecated BIT_PACKED levels: most significant bit first, without runs. @returns bytes that they take */
export function decodePackedLevels(
  bytes: Uint8Array,
  at: number,
  end: number,
  width: number,
  count: number,
  out: Uint8Array,
): number {
  const length = Math.ceil((count * width) / 8);
  if (at + length > end) throw damaged(`${count} levels of ${width} bits pass the end of a page`);
  for (let i = 0, bit = at * 8; i < count; i++) {
    let value = 0;
    for (let k = 0; k < width; k++, bit++) value = (value << 1) | (((bytes[bit >> 3] as number) >> (7 - (bit & 7))) & 1);
    out[i] = value;
  }
  return length;
}
