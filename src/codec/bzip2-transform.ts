const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/**
 * The inverse Burrows-Wheeler transform, then the outer run lengths: four equal bytes are followed by a count of further ones.
 * @param block bytes in the lower 8 bits; it is used up
 */
export function undoTransform(
  block: Uint32Array,
  counts: Uint32Array,
  size: number,
  origin: number,
): { bytes: Uint8Array; crc: number } {
  let sum = 0;
  const starts = counts.map((count) => {
    const start = sum;
    sum += count;
    return start;
  });
  for (let i = 0; i < size; i++) {
    const byte = (block[i] as number) & 0xff;
    const to = starts[byte] as number;
    starts[byte] = to + 1;
    block[to] = (block[to] as number) | (i << 8);
  }
  let out = new Uint8Array(size + (size >> 2) + 256);
  let filled = 0;
  let crc = -1;
  let entry = (block[origin] as number) >>> 8;
  let last = -1;
  let equal = 0;
  for (let i = 0; i < size; i++) {
    const value = block[entry] as number;
    const byte = value & 0xff;
    entry = value >>> 8;
    let repeat = 1;
    let write = byte;
    if (equal === 4) {
      repeat = byte;
      write = last;
      equal = 0;
      last = -1;
    } else {
      equal = byte === last ? equal + 1 : 1;
      last = byte;
    }
    if (filled + repeat > out.length) {
      const larger = new Uint8Array(2 * out.length + repeat);
      larger.set(out.subarray(0, filled));
      out = larger;
    }
    for (let k = 0; k < repeat; k++) {
      out[filled++] = write;
      crc = (crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ write) & 0xff] as number);
    }
  }
  return { bytes: out.subarray(0, filled), crc: ~crc >>> 0 };
}
