import { damaged } from "./damaged.js";
import { unpackInts } from "./unpack-bits.js";

/** Numbers of a miniblock that are unpacked at a time. */
const STEP = 1024;
const scratch: Int32Array = new Int32Array(STEP);
const spare = new Uint8Array(64);

/**
 * DELTA_BINARY_PACKED (Encodings.md): the first value, then blocks of differences from a smallest one, packed in miniblocks.
 *
 * @param out elements of 32 bits, two for each number of 64, the lower first; numbers go to `[at, at + count)`
 * @returns where the bytes go on
 */
export function decodeDelta(bytes: Uint8Array, from: number, count: number, out: Int32Array, at: number, isWide: boolean): number {
  const reader = new DeltaReader(bytes, from);
  const blockSize = reader.unsigned("a block");
  const miniblocks = reader.unsigned("miniblocks");
  const total = reader.unsigned("a total");
  const size = blockSize / miniblocks;
  if (miniblocks === 0 || blockSize === 0 || size % 8 !== 0) throw damaged(`delta blocks of ${blockSize} in ${miniblocks} parts`);
  if (total !== count) throw damaged(`${total} delta-coded numbers where ${count} belong`);
  reader.start(out, at, isWide);
  if (count === 0) return reader.at;
  for (let left = count - 1; left > 0; ) {
    reader.block();
    const widths = reader.skip(miniblocks);
    for (let i = 0; i < miniblocks && left > 0; i++) {
      const width = bytes[widths + i] as number;
      const taken = Math.min(left, size);
      reader.miniblock(width, size, taken);
      left -= taken;
    }
  }
  return reader.at;
}

class DeltaReader {
  #low = 0;
  #high = 0;
  #leastLow = 0;
  #leastHigh = 0;
  #out: Int32Array = scratch;
  #to = 0;
  #isWide = false;

  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}

  unsigned(what: string): number {
    const value = this.#varint();
    if (value > 0x7fffffffn) throw damaged(`${what} of ${value} delta-coded numbers`);
    return Number(value);
  }

  /** Reads the first value. */
  start(out: Int32Array, at: number, isWide: boolean): void {
    [this.#out, this.#to, this.#isWide] = [out, at, isWide];
    const first = this.#zigzag();
    this.#low = Number(BigInt.asUintN(32, first));
    this.#high = Number(BigInt.asIntN(32, first >> 32n));
    if (this.#to < out.length) this.#put();
  }

  /** The head of a block. */
  block(): void {
    const least = this.#zigzag();
    this.#leastLow = Number(BigInt.asUintN(32, least));
    this.#leastHigh = Number(BigInt.asIntN(32, least >> 32n));
  }

  /** @returns where the skipped bytes begin */
  skip(count: number): number {
    const from = this.at;
    if (from + count > this.bytes.length) throw damaged("delta-coded numbers end early");
    this.at += count;
    return from;
  }

  /** @param size numbers that it has room for @param taken numbers that are there */
  miniblock(width: number, size: number, taken: number): void {
    // DuckDB's differences of 32-bit numbers do not wrap and take 33 bits.
    if (width > 64) throw damaged(`delta-coded numbers of ${width} bits`);
    const from = this.at;
    const needed = Math.ceil((taken * width) / 8);
    if (from + needed > this.bytes.length) throw damaged("delta-coded numbers end early");
    this.at = Math.min(this.bytes.length, from + (size / 8) * width);
    if (width > 32) this.#wide(from, width, taken);
    else this.#narrow(from, width, taken);
  }

  #narrow(from: number, width: number, taken: number): void {
    for (let done = 0; done < taken; done += STEP) {
      const count = Math.min(STEP, taken - done);
      this.#unpack(from + (done / 8) * width, width, count);
      if (this.#isWide) this.#addWide(count);
      else this.#addNarrow(count);
    }
  }

  /** Differences to the scratch array; the last eight may be cut. */
  #unpack(from: number, width: number, count: number): void {
    if (width === 0) {
      scratch.fill(0, 0, count);
      return;
    }
    const unpack = unpackInts(width);
    const whole = Math.min(count >> 3, Math.floor((this.bytes.length - from) / width));
    unpack(this.bytes, from, whole, scratch, 0);
    if (whole * 8 >= count) return;
    spare.fill(0);
    spare.set(this.bytes.subarray(from + whole * width, from + (whole + 1) * width));
    unpack(spare, 0, 1, scratch, whole * 8);
  }

  #addNarrow(count: number): void {
    const out = this.#out;
    let [value, to] = [this.#low | 0, this.#to];
    const least = this.#leastLow | 0;
    for (let i = 0; i < count; i++) {
      value = (value + least + (scratch[i] as number)) | 0;
      out[to++] = value;
    }
    this.#low = value >>> 0;
    this.#to = to;
  }

  #addWide(count: number): void {
    const out = this.#out;
    let [low, high, to] = [this.#low, this.#high, 2 * this.#to];
    const [leastLow, leastHigh] = [this.#leastLow, this.#leastHigh];
    for (let i = 0; i < count; i++) {
      const sum = low + leastLow + ((scratch[i] as number) >>> 0);
      low = sum >>> 0;
      high = (high + leastHigh + (sum >= 8589934592 ? 2 : sum >= 4294967296 ? 1 : 0)) | 0;
      out[to++] = low | 0;
      out[to++] = high;
    }
    this.#low = low;
    this.#high = high;
    this.#to = to / 2;
  }

  /** Differences of more than 32 bits: rare, and bit by bit of their bytes. */
  #wide(from: number, width: number, taken: number): void {
    const { bytes } = this;
    for (let i = 0, bit = from * 8; i < taken; i++, bit += width) {
      let value = 0n;
      for (let k = bit >> 3, shift = -(bit & 7); shift < width; k++, shift += 8) {
        const byte = BigInt(bytes[k] ?? 0);
        value |= shift < 0 ? byte >> BigInt(-shift) : byte << BigInt(shift);
      }
      value &= (1n << BigInt(width)) - 1n;
      const low = this.#low + this.#leastLow + Number(value & 0xffffffffn);
      this.#low = low >>> 0;
      this.#high = (this.#high + this.#leastHigh + Math.floor(low / 4294967296) + Number(value >> 32n)) | 0;
      this.#put();
    }
  }

  #put(): void {
    if (this.#isWide) {
      this.#out[2 * this.#to] = this.#low | 0;
      this.#out[2 * this.#to + 1] = this.#high;
    } else this.#out[this.#to] = this.#low | 0;
    this.#to++;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw damaged("delta-coded numbers end early");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw damaged("an endless delta-coded integer");
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}
