/** Parquet's hybrid of run lengths and bit packing (Encodings.md, "RLE / Bit-Packing Hybrid"). */

/** Bits that hold 0 … `count - 1`. */
export function bitWidth(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** A growing byte buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  length = 0;

  /** What is not written holds anything. */
  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Room for `count` more bytes. */
  reserve(count: number): Uint8Array {
    const need = this.length + count;
    if (need > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(need, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    return this.#bytes;
  }

  byte(value: number): void {
    this.reserve(1)[this.length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.reserve(values.length).set(values, this.length);
    this.length += values.length;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** `value` in little-endian order. */
  uint(value: number, bytes: number): void {
    let rest = value;
    for (let i = 0; i < bytes; i++) {
      this.byte(rest & 255);
      rest >>>= 8;
    }
  }

  clear(): void {
    this.length = 0;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

export function writeRun(out: ByteWriter, value: number, count: number, width: number): void {
  if (count === 0) return;
  out.varint(count * 2);
  out.uint(value, (width + 7) >> 3);
}

/** Before `groups` times eight bit-packed values. */
export function writePackedHeader(out: ByteWriter, groups: number): void {
  out.varint(groups * 2 + 1);
}

/** A bit-packed run of `values[start, stop)`, padded with zeros to a multiple of eight. */
export function writePacked(out: ByteWriter, values: ArrayLike<number>, start: number, stop: number, width: number): void {
  const groups = (stop - start + 7) >> 3;
  if (groups === 0) return;
  writePackedHeader(out, groups);
  const size = groups * width;
  const bytes = out.reserve(size);
  packBits(values, start, stop, width, bytes, out.length, size);
  out.length += size;
}

/** The low `width` bits (at most 24) of each value, least significant first. */
function packBits(
  values: ArrayLike<number>,
  start: number,
  stop: number,
  width: number,
  out: Uint8Array,
  at: number,
  size: number,
): void {
  let to = at;
  if (width === 8) {
    for (let i = start; i < stop; i++) out[to++] = values[i] as number;
  } else if (width === 16) {
    for (let i = start; i < stop; i++) {
      const v = values[i] as number;
      out[to++] = v & 255;
      out[to++] = v >>> 8;
    }
  } else {
    let pending = 0;
    let bits = 0;
    for (let i = start; i < stop; i++) {
      pending |= (values[i] as number) << bits;
      bits += width;
      while (bits >= 8) {
        out[to++] = pending & 255;
        pending >>>= 8;
        bits -= 8;
      }
    }
    if (bits > 0) out[to++] = pending & 255;
  }
  out.fill(0, to, at + size);
}

/** Values as runs where at least eight repeat in a row, bit-packed elsewhere. */
export function writeHybrid(out: ByteWriter, values: ArrayLike<number>, start: number, stop: number, width: number): void {
  let packedFrom = start;
  let i = start;
  while (i < stop) {
    const value = values[i] as number;
    let end = i + 1;
    while (end < stop && values[end] === value) end++;
    // A run may begin only where the packed values before it fill whole groups of eight.
    const lead = packedFrom === i ? 0 : (8 - ((i - packedFrom) & 7)) & 7;
    if (end - i - lead >= 16) {
      writePacked(out, values, packedFrom, i + lead, width);
      writeRun(out, value, end - i - lead, width);
      packedFrom = end;
    }
    i = end;
  }
  writePacked(out, values, packedFrom, stop, width);
}
