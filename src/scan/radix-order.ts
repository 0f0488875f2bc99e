const DIGIT = 65536;

/** Sorts positions by numbers, in place and stably: equal ones keep their order. NaN comes last, whichever way the others go. */
export function sortPositions(order: Uint32Array, key: Float64Array, descending: boolean): void {
  const [low, high] = comparableWords(key, descending);
  const counts = new Uint32Array(DIGIT);
  let [from, to]: [Uint32Array, Uint32Array] = [order, new Uint32Array(order.length)];
  for (const [words, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    if (!passByDigit(from, to, words, shift, counts)) continue;
    [from, to] = [to, from];
  }
  if (from !== order) order.set(from);
}

/** @returns false where all have the same digit, and nothing has been moved */
function passByDigit(from: Uint32Array, to: Uint32Array, words: Uint32Array, shift: number, counts: Uint32Array): boolean {
  counts.fill(0);
  for (let i = 0; i < from.length; i++) {
    const digit = ((words[from[i] as number] as number) >>> shift) & 0xffff;
    counts[digit] = (counts[digit] as number) + 1;
  }
  if (from.length === 0 || counts.includes(from.length)) return false;
  let sum = 0;
  for (let digit = 0; digit < DIGIT; digit++) {
    const count = counts[digit] as number;
    counts[digit] = sum;
    sum += count;
  }
  for (let i = 0; i < from.length; i++) {
    const position = from[i] as number;
    const digit = ((words[position] as number) >>> shift) & 0xffff;
    const place = counts[digit] as number;
    counts[digit] = place + 1;
    to[place] = position;
  }
  return true;
}

/** The bits of each number such that they compare as it does: those of negative ones are turned, the sign of others is set. */
function comparableWords(key: Float64Array, descending: boolean): readonly [low: Uint32Array, high: Uint32Array] {
  const low = new Uint32Array(key.length);
  const high = new Uint32Array(key.length);
  const number = new Float64Array(1);
  const word = new Uint32Array(number.buffer);
  // A big-endian machine has the words the other way round.
  const [first, second] = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? [0, 1] : [1, 0];
  for (let i = 0; i < key.length; i++) {
    const value = key[i] as number;
    if (Number.isNaN(value)) {
      low[i] = high[i] = 0xffffffff;
      continue;
    }
    number[0] = value === 0 ? 0 : value;
    const [l, h] = [word[first] as number, word[second] as number];
    const isNegative = h >= 0x80000000;
    const base = isNegative ? h : h ^ 0x80000000;
    const isTurned = isNegative !== descending;
    low[i] = isTurned ? ~l : l;
    high[i] = isTurned ? ~base : base;
  }
  return [low, high];
}
