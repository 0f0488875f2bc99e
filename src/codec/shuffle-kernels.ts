import {
  add,
  type Code,
  doWhile,
  either,
  get,
  I64,
  increase,
  int,
  isAtLeast,
  isLess,
  Locals,
  load8,
  load8Wide,
  load128,
  multiply,
  set,
  shiftRight,
  shuffleLanes,
  store8,
  store64,
  store128,
  subtract,
  V128,
  type WasmFunction,
  when,
} from "./wasm-code.js";

const FROM = 0;
const TO = 1;
const COUNT = 2;
const SIZE = 3;

/** Element sizes whose planes are interleaved by vectors; others go byte by byte. */
export const VECTOR_SIZES = [2, 4, 8, 16] as const;

/**
 * `unshuffle<size>(from, to, count)`: byte planes of `count` elements at `from` as elements at `to`, 16 of every plane at a
 * time, the last 16 perhaps once more. `count` is at least 16.
 */
function unshuffleVectors(size: number): WasmFunction {
  const locals = new Locals(3);
  const index = locals.take();
  const last = locals.take();
  const to = locals.take();
  const planes = Array.from({ length: size }, () => locals.take());
  const vectors = planes.map(() => locals.take(V128));
  const { code, order } = interleave(vectors, locals);
  return {
    name: `unshuffle${size}`,
    locals,
    hasResult: false,
    code: [
      set(last, subtract(get(COUNT), int(16))),
      planes.flatMap((plane, i) => set(plane, add(get(FROM), multiply(get(COUNT), int(i))))),
      doWhile(
        isLess(get(index), get(COUNT)),
        when(isLess(get(last), get(index)), set(index, get(last))),
        planes.flatMap((plane, i) => set(vectors[i] as number, load128(add(get(plane), get(index))))),
        code,
        set(to, add(get(TO), multiply(get(index), int(size)))),
        order.flatMap((vector, i) => store128(get(to), get(vector), 16 * i)),
        increase(index, int(16)),
      ),
    ].flat(),
  };
}

/** Vectors of as many streams interleaved byte by byte, in log2(size) rounds. */
function interleave(vectors: readonly number[], locals: Locals): { code: Code; order: readonly number[] } {
  const code: number[] = [];
  let streams = vectors.map((vector) => [vector]);
  for (let unit = 1; streams.length > 1; unit *= 2) {
    const merged: number[][] = [];
    for (let i = 0; i < streams.length; i += 2) {
      const [a, b] = [streams[i] as number[], streams[i + 1] as number[]];
      merged.push(
        a.flatMap((vector, k) =>
          [0, 8].map((half) => {
            const result = locals.take(V128);
            code.push(...set(result, shuffleLanes(get(vector), get(b[k] as number), lanesOf(half, unit))));
            return result;
          }),
        ),
      );
    }
    streams = merged;
  }
  return { code, order: streams[0] as number[] };
}

/** `unit` bytes of the first vector's half from `half` on, `unit` of the second's, and so on. */
function lanesOf(half: number, unit: number): Code {
  return Array.from({ length: 16 }, (_, lane) => {
    const isSecond = lane % (2 * unit) >= unit;
    return half + Math.floor(lane / (2 * unit)) * unit + (lane % unit) + (isSecond ? 16 : 0);
  });
}

/** `unshuffle(from, to, count, size)`, byte by byte. */
function unshuffleBytes(): WasmFunction {
  const locals = new Locals(4);
  const plane = locals.take();
  const index = locals.take();
  const from = locals.take();
  const to = locals.take();
  return {
    name: "unshuffle",
    locals,
    hasResult: false,
    code: [
      set(from, get(FROM)),
      doWhile(
        isLess(get(plane), get(SIZE)),
        set(to, add(get(TO), get(plane))),
        set(index, int(0)),
        doWhile(
          isLess(get(index), get(COUNT)),
          store8(get(to), load8(get(from))),
          increase(from, int(1)),
          increase(to, get(SIZE)),
          increase(index, int(1)),
        ),
        increase(plane, int(1)),
      ),
    ].flat(),
  };
}

const ROWS = 8;

/**
 * `unpackBits(from, to, count, size)`: bit planes as byte planes. Per byte of an element eight rows of `count / 8` bytes, row r
 * holding bit r of all elements, the first element in the lowest bit. `count` is a multiple of 8, and not 0.
 */
function unpackBits(): WasmFunction {
  const locals = new Locals(4);
  const plane = locals.take();
  const row = locals.take();
  const index = locals.take();
  const last = locals.take();
  const to = locals.take();
  const rows = Array.from({ length: ROWS }, () => locals.take());
  const word = locals.take(I64);
  const swap = locals.take(I64);
  const vectors = rows.map(() => locals.take(V128));
  const swaps = locals.take(V128);
  const { code, order } = interleave(vectors, locals);
  const wide = doWhile(
    isLess(get(index), get(row)),
    when(isLess(get(last), get(index)), set(index, get(last))),
    rows.flatMap((at, i) => set(vectors[i] as number, load128(add(get(at), get(index))))),
    code,
    order.flatMap((vector) => transposeBits(vector, swaps, VECTOR)),
    set(to, add(get(TO), multiply(get(index), int(8)))),
    order.flatMap((vector, i) => store128(get(to), get(vector), 16 * i)),
    increase(index, int(16)),
  );
  const narrow = doWhile(
    isLess(get(index), get(row)),
    set(word, gathered(rows, index)),
    transposeBits(word, swap, SCALAR),
    store64(add(get(TO), multiply(get(index), int(8))), get(word)),
    increase(index, int(1)),
  );
  return {
    name: "unpackBits",
    locals,
    hasResult: false,
    code: [
      set(row, shiftRight(get(COUNT), int(3))),
      set(last, subtract(get(row), int(16))),
      doWhile(
        isLess(get(plane), get(SIZE)),
        rows.flatMap((at, i) => set(at, add(get(FROM), multiply(get(row), int(i))))),
        set(index, int(0)),
        either(isAtLeast(get(row), int(16)), wide, narrow),
        increase(FROM, get(COUNT)),
        increase(TO, get(COUNT)),
        increase(plane, int(1)),
      ),
    ].flat(),
  };
}

/** One byte of each row as an i64, the first row's lowest; shifts are below 64, which one byte of LEB128 holds. */
function gathered(rows: readonly number[], index: number): Code {
  return rows.flatMap((at, i) => [...load8Wide(add(get(at), get(index))), ...(i === 0 ? [] : [...SCALAR.shiftLeft(8 * i), 0x84])]);
}

interface Words {
  readonly exclusiveOr: Code;
  readonly and: Code;
  shiftLeft(bits: number): Code;
  shiftRight(bits: number): Code;
  constant(bytes: Code): Code;
}

const SCALAR: Words = {
  exclusiveOr: [0x85],
  and: [0x83],
  shiftLeft: (bits) => [0x42, bits, 0x86],
  shiftRight: (bits) => [0x42, bits, 0x88],
  constant: (bytes) => [0x42, ...signedWide(bytes)],
};

/** Both 64-bit lanes of a vector. */
const VECTOR: Words = {
  exclusiveOr: [0xfd, 0x51],
  and: [0xfd, 0x4e],
  shiftLeft: (bits) => [0x41, bits, 0xfd, 0xcb, 0x01],
  shiftRight: (bits) => [0x41, bits, 0xfd, 0xcd, 0x01],
  constant: (bytes) => [0xfd, 0x0c, ...bytes, ...bytes],
};

/** Rounds of exchanging the bits off the diagonal of an 8 × 8 matrix: distance, and the bits that move (little-endian bytes). */
const ROUNDS: readonly (readonly [number, Code])[] = [
  [7, [0xaa, 0x00, 0xaa, 0x00, 0xaa, 0x00, 0xaa, 0x00]],
  [14, [0xcc, 0xcc, 0x00, 0x00, 0xcc, 0xcc, 0x00, 0x00]],
  [28, [0xf0, 0xf0, 0xf0, 0xf0, 0x00, 0x00, 0x00, 0x00]],
];

/** The 8 × 8 bits of a word transposed: bit e of byte r becomes bit r of byte e. */
function transposeBits(word: number, swap: number, words: Words): Code {
  return ROUNDS.flatMap(([bits, mask]) => [
    ...set(swap, [
      ...get(word),
      ...get(word),
      ...words.shiftRight(bits),
      ...words.exclusiveOr,
      ...words.constant(mask),
      ...words.and,
    ]),
    ...set(word, [...get(word), ...get(swap), ...words.exclusiveOr, ...get(swap), ...words.shiftLeft(bits), ...words.exclusiveOr]),
  ]);
}

/** Signed LEB128 of eight little-endian bytes. */
function signedWide(bytes: Code): number[] {
  let rest = Buffer.from(bytes).readBigInt64LE();
  const coded: number[] = [];
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) return [...coded, low];
    coded.push(low | 0x80);
  }
}

export function shuffleKernels(): readonly WasmFunction[] {
  return [...VECTOR_SIZES.map(unshuffleVectors), unshuffleBytes(), unpackBits()];
}
