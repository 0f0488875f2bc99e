/** Numbers in [0, 1) from a seed (mulberry32): the same seed gives the same mutation on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A damaged copy, and what was done to it in words. */
export interface Mutation {
  readonly bytes: Uint8Array;
  readonly what: string;
}

/** One to three of: a flipped bit, a cut, a spliced length field, bytes moved, bytes left out, bytes put in. */
export function mutate(original: Uint8Array, random: () => number): Mutation {
  let bytes = new Uint8Array(original);
  const done: string[] = [];
  const times = 1 + Math.floor(random() * 3);
  for (let i = 0; i < times && bytes.length > 0; i++) {
    const kind = KINDS[Math.floor(random() * KINDS.length)] as Kind;
    const [next, what] = kind(bytes, random);
    bytes = next;
    done.push(what);
  }
  return { bytes, what: done.join("; ") };
}

type Kind = (bytes: Uint8Array<ArrayBuffer>, random: () => number) => [Uint8Array<ArrayBuffer>, string];

/** Every second place lies among the first 512 bytes, where headers are. */
function placeIn(bytes: Uint8Array, random: () => number): number {
  return Math.floor(random() * (random() < 0.5 ? Math.min(512, bytes.length) : bytes.length));
}

const flip: Kind = (bytes, random) => {
  const at = placeIn(bytes, random);
  const bit = Math.floor(random() * 8);
  bytes[at] = (bytes[at] as number) ^ (1 << bit);
  return [bytes, `bit ${bit} of byte ${at}`];
};

const cut: Kind = (bytes, random) => {
  const length = Math.floor(random() * bytes.length);
  return [bytes.slice(0, length), `cut to ${length}`];
};

/** A length, count or offset as hostile files have it. */
const splice: Kind = (bytes, random) => {
  const width = [1, 2, 4, 8][Math.floor(random() * 4)] as number;
  const at = Math.min(placeIn(bytes, random), Math.max(0, bytes.length - width));
  const values = [
    0n,
    1n,
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 63n - 1n,
    2n ** 64n - 1n,
    BigInt(bytes.length),
    BigInt(bytes.length - 1),
    2n ** 40n,
  ];
  const value = values[Math.floor(random() * values.length)] as bigint;
  const isLittle = random() < 0.5;
  for (let i = 0; i < width && at + i < bytes.length; i++)
    bytes[at + i] = Number((value >> BigInt(8 * (isLittle ? i : width - 1 - i))) & 0xffn);
  return [bytes, `${value} in ${width} bytes at ${at}, ${isLittle ? "little" : "big"}-endian`];
};

const move: Kind = (bytes, random) => {
  const length = 1 + Math.floor(random() * 64);
  const from = placeIn(bytes, random);
  const to = placeIn(bytes, random);
  bytes.copyWithin(to, from, from + length);
  return [bytes, `${length} bytes of ${from} over ${to}`];
};

const leaveOut: Kind = (bytes, random) => {
  const at = placeIn(bytes, random);
  const length = 1 + Math.floor(random() * 16);
  return [concatenated(bytes.subarray(0, at), bytes.subarray(at + length)), `${length} bytes left out at ${at}`];
};

const putIn: Kind = (bytes, random) => {
  const at = placeIn(bytes, random);
  const added = Uint8Array.from({ length: 1 + Math.floor(random() * 16) }, () => Math.floor(random() * 256));
  return [concatenated(bytes.subarray(0, at), added, bytes.subarray(at)), `${added.length} bytes put in at ${at}`];
};

function concatenated(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

const KINDS: readonly Kind[] = [flip, flip, cut, splice, splice, splice, move, leaveOut, putIn];
