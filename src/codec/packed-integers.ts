type Words = Uint8Array | Uint16Array | Uint32Array;

/**
 * Integers of `width` bits, packed most significant bit first from byte `start` on, which the caller has checked to be there.
 *
 * @param width 1 to 64
 * @param words filled with one per integer, as wide as it; or with two of 32 bits and `isWide`, the lower first
 */
export function unpackIntegers(
  bytes: Uint8Array,
  start: number,
  width: number,
  count: number,
  words: Words,
  isWide: boolean,
): void {
  if (width <= 24 && !isWide) unpackNarrow(bytes, start, width, count, words);
  else unpackBroad(bytes, start, width, count, words, isWide);
}

function unpackNarrow(bytes: Uint8Array, start: number, width: number, count: number, words: Words): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const mask = (1 << width) - 1;
  const last = bytes.length - 4;
  let at = start;
  let bit = 0;
  let i = 0;
  for (; i < count && at <= last; i++) {
    words[i] = (view.getUint32(at) << bit) >>> (32 - width);
    bit += width;
    at += bit >>> 3;
    bit &= 7;
  }
  if (i === count) return;
  let heldBits = bit === 0 ? 0 : 8 - bit;
  let held = bit === 0 ? 0 : (bytes[at++] as number);
  for (; i < count; i++) {
    while (heldBits < width) {
      held = (held << 8) | (bytes[at++] as number);
      heldBits += 8;
    }
    heldBits -= width;
    words[i] = (held >>> heldBits) & mask;
  }
}

/** In parts of up to 16 bits: the highest part takes what is over. */
function unpackBroad(bytes: Uint8Array, start: number, width: number, count: number, words: Words, isWide: boolean): void {
  const parts = Math.ceil(width / 16);
  const first = width - 16 * (parts - 1);
  let at = start;
  let held = 0;
  let heldBits = 0;
  for (let i = 0, to = 0; i < count; i++) {
    let low = 0;
    let high = 0;
    for (let part = 0; part < parts; part++) {
      const bits = part === 0 ? first : 16;
      while (heldBits < bits) {
        held = (held << 8) | (bytes[at++] as number);
        heldBits += 8;
      }
      heldBits -= bits;
      high = (high << 16) | (low >>> 16);
      low = (low << 16) | ((held >>> heldBits) & ((1 << bits) - 1));
    }
    words[to++] = low;
    if (isWide) words[to++] = high;
  }
}
