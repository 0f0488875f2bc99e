/**
 * Integers of `width` bits, packed most significant bit first from byte `start` on, which the caller has checked to be there.
 *
 * @param width 1 to 64
 * @param words 32-bit words to fill: one per integer, or two with `isWide`, the lower first
 */
export function unpackIntegers(
  bytes: Uint8Array,
  start: number,
  width: number,
  count: number,
  words: Uint32Array,
  isWide: boolean,
): void {
  if (width <= 24) unpackNarrow(bytes, start, width, count, words, isWide ? 2 : 1);
  else unpackBroad(bytes, start, width, count, words, isWide);
}

function unpackNarrow(bytes: Uint8Array, start: number, width: number, count: number, words: Uint32Array, step: number): void {
  const mask = (1 << width) - 1;
  let at = start;
  let held = 0;
  let heldBits = 0;
  for (let i = 0, to = 0; i < count; i++, to += step) {
    while (heldBits < width) {
      held = (held << 8) | (bytes[at++] as number);
      heldBits += 8;
    }
    heldBits -= width;
    words[to] = (held >>> heldBits) & mask;
    if (step === 2) words[to + 1] = 0;
  }
}

/** In parts of up to 16 bits: the highest part takes what is over. */
function unpackBroad(bytes: Uint8Array, start: number, width: number, count: number, words: Uint32Array, isWide: boolean): void {
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
