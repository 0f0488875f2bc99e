import {
  add,
  and,
  type Code,
  doWhile,
  either,
  get,
  I64,
  increase,
  int,
  isEqual,
  isLess,
  Locals,
  load8,
  load16,
  load128,
  multiply,
  or,
  set,
  shiftLeft,
  shiftRight,
  shuffleLanes,
  store8,
  store64,
  store128,
  subtract,
  V128,
  type WasmFunction,
  when,
  whileLoop,
} from "../codec/wasm-code.js";

/** Vectors hold 16 bytes; whoever calls gives at least one whole vector of elements. */
const VECTOR = 16;

/** Elements that the planes take in one turn. */
export const PLANE_STEP = 16;

const EVEN = Array.from({ length: VECTOR }, (_, lane) => 2 * lane);
const ODD = EVEN.map((lane) => lane + 1);

/** `planes<size>(from, to, count)`: `count` elements at `from` as byte planes at `to`, 16 at a time, the last 16 perhaps once more. */
function planesOf(size: 2 | 4 | 8): WasmFunction {
  const [FROM, TO, COUNT] = [0, 1, 2];
  const locals = new Locals(3);
  const index = locals.take();
  const last = locals.take();
  const at = locals.take();
  const vectors = Array.from({ length: size }, () => locals.take(V128));
  const { code, order } = separate(vectors, locals);
  return {
    name: `planes${size}`,
    locals,
    hasResult: false,
    code: [
      set(last, subtract(get(COUNT), int(PLANE_STEP))),
      doWhile(
        isLess(get(index), get(COUNT)),
        when(isLess(get(last), get(index)), set(index, get(last))),
        set(at, add(get(FROM), multiply(get(index), int(size)))),
        vectors.flatMap((vector, i) => set(vector, load128(get(at), VECTOR * i))),
        code,
        set(at, add(get(TO), get(index))),
        order.flatMap((vector, i) => [...(i === 0 ? [] : increase(at, get(COUNT))), ...store128(get(at), get(vector))]),
        increase(index, int(PLANE_STEP)),
      ),
    ].flat(),
  };
}

/** Even bytes from odd ones in log2(size) rounds, until each vector holds one byte of every element. */
function separate(vectors: readonly number[], locals: Locals): { code: Code; order: readonly number[] } {
  if (vectors.length === 1) return { code: [], order: vectors };
  const code: number[] = [];
  const half = (lanes: Code): number[] =>
    vectors.flatMap((vector, i) => {
      if (i % 2 === 1) return [];
      const result = locals.take(V128);
      code.push(...set(result, shuffleLanes(get(vector), get(vectors[i + 1] as number), lanes)));
      return [result];
    });
  const evens = separate(half(EVEN), locals);
  const odds = separate(half(ODD), locals);
  const order = evens.order.flatMap((even, i) => [even, odds.order[i] as number]);
  return { code: [...code, ...evens.code, ...odds.code], order };
}

interface RangeSpec {
  readonly name: string;
  readonly size: number;
  readonly min: Code;
  readonly max: Code;
}

/** What compares lanes: where one is NaN, the pseudo-minimum and -maximum keep what they had. */
const RANGES: readonly RangeSpec[] = [
  { name: "range16", size: 2, min: [0xfd, 0x97, 0x01], max: [0xfd, 0x99, 0x01] },
  { name: "rangeFloat32", size: 4, min: [0xfd, 0xea, 0x01], max: [0xfd, 0xeb, 0x01] },
  { name: "rangeFloat64", size: 8, min: [0xfd, 0xf6, 0x01], max: [0xfd, 0xf7, 0x01] },
];

/** `range…(from, count, into)`: the vectors at `into` (least, then greatest) with each of the elements taken in. */
function rangeOf({ name, size, min, max }: RangeSpec): WasmFunction {
  const [FROM, COUNT, INTO] = [0, 1, 2];
  const locals = new Locals(3);
  const last = locals.take();
  const at = locals.take();
  const [value, least, greatest] = [locals.take(V128), locals.take(V128), locals.take(V128)];
  return {
    name,
    locals,
    hasResult: false,
    code: [
      set(last, subtract(add(get(FROM), multiply(get(COUNT), int(size))), int(VECTOR))),
      set(at, get(FROM)),
      set(least, load128(get(INTO))),
      set(greatest, load128(get(INTO), VECTOR)),
      doWhile(
        isLess(get(at), add(get(last), int(VECTOR))),
        when(isLess(get(last), get(at)), set(at, get(last))),
        set(value, load128(get(at))),
        set(least, [...get(least), ...get(value), ...min]),
        set(greatest, [...get(greatest), ...get(value), ...max]),
        increase(at, int(VECTOR)),
      ),
      store128(get(INTO), get(least)),
      store128(get(INTO), get(greatest), VECTOR),
    ].flat(),
  };
}

/** Numbers of 16 bits that are packed together: a byte of output for each bit of their width. */
export const GROUP = 8;

/** `uniform(from, to, groups)`: per group a byte, 1 where all its numbers are equal. */
function uniformGroups(): WasmFunction {
  const [FROM, TO, GROUPS] = [0, 1, 2];
  const locals = new Locals(3);
  const end = locals.take();
  const splat = [0xfd, 0x10];
  const isEqualEach = [0xfd, 0x2d];
  const allTrue = [0xfd, 0x83, 0x01];
  return {
    name: "uniform",
    locals,
    hasResult: false,
    code: [
      set(end, add(get(TO), get(GROUPS))),
      whileLoop(
        isLess(get(TO), get(end)),
        store8(get(TO), [...load128(get(FROM)), ...load16(get(FROM)), ...splat, ...isEqualEach, ...allTrue]),
        increase(FROM, int(VECTOR)),
        increase(TO, int(1)),
      ),
    ].flat(),
  };
}

const extend32 = (value: Code): Code => [...value, 0xad];
const shiftLeft64 = (value: Code, by: Code): Code => [...value, ...extend32(by), 0x86];
const shiftRight64 = (value: Code, by: Code): Code => [...value, ...extend32(by), 0x88];
const or64 = (a: Code, b: Code): Code => [...a, ...b, 0x84];

/**
 * `pack(from, to, groups, width)`: the low 1 … 15 bits of each number, least significant first. Neighbours are joined to lanes of
 * 32 and then 64 bits, which hold four numbers, and two of these stand where the group's bytes are. Eight bytes past the end are
 * overwritten.
 */
function packGroups(): WasmFunction {
  const [FROM, TO, GROUPS, WIDTH] = [0, 1, 2, 3];
  const locals = new Locals(4);
  const end = locals.take();
  const [bytes, bits, twice] = [locals.take(), locals.take(), locals.take()];
  const [low, high] = [locals.take(I64), locals.take(I64)];
  const joined = locals.take(V128);
  const andEach = [0xfd, 0x4e];
  const orEach = [0xfd, 0x50];
  const [left32, right32] = [
    [0xfd, 0xab, 0x01],
    [0xfd, 0xad, 0x01],
  ];
  const [left64, right64] = [
    [0xfd, 0xcb, 0x01],
    [0xfd, 0xcd, 0x01],
  ];
  const lowHalves = (unit: number): Code => [
    0xfd,
    0x0c,
    ...Array.from({ length: VECTOR }, (_, i) => (i % (2 * unit) < unit ? 255 : 0)),
  ];
  const join = (unit: number, left: Code, right: Code, by: Code): Code => [
    ...get(joined),
    ...lowHalves(unit),
    ...andEach,
    ...get(joined),
    ...int(unit * 8),
    ...right,
    ...by,
    ...left,
    ...orEach,
  ];
  const lane64 = (lane: number): Code => [...get(joined), 0xfd, 0x1d, lane];
  return {
    name: "pack",
    locals,
    hasResult: false,
    code: [
      set(end, add(get(FROM), multiply(get(GROUPS), int(VECTOR)))),
      set(bytes, shiftRight(get(WIDTH), int(1))),
      set(bits, shiftLeft(and(get(WIDTH), int(1)), int(2))),
      set(twice, shiftLeft(get(WIDTH), int(1))),
      whileLoop(
        isLess(get(FROM), get(end)),
        set(joined, load128(get(FROM))),
        set(joined, join(2, left32, right32, get(WIDTH))),
        set(joined, join(4, left64, right64, get(twice))),
        set(low, lane64(0)),
        set(high, lane64(1)),
        store64(get(TO), get(low)),
        store64(
          add(get(TO), get(bytes)),
          or64(shiftLeft64(get(high), get(bits)), shiftRight64(get(low), shiftLeft(get(bytes), int(3)))),
        ),
        increase(FROM, int(VECTOR)),
        increase(TO, get(WIDTH)),
      ),
    ].flat(),
  };
}

const ALL_SET = 255;

interface Element {
  readonly size: 2 | 4 | 8;
  readonly load: Code;
  readonly store: Code;
}

const ELEMENTS: readonly Element[] = [
  { size: 2, load: [0x2f, 0], store: [0x3b, 0] },
  { size: 4, load: [0x28, 0], store: [0x36, 0] },
  { size: 8, load: [0x29, 0], store: [0x37, 0] },
];

/**
 * `compact<size>(from, bits, count, to)`: the elements whose bit is set, one behind the other; gives the end of them. `count` is a
 * multiple of eight. Up to seven elements past that end are overwritten.
 */
function compactElements({ size, load, store }: Element): WasmFunction {
  const [FROM, BITS, COUNT, TO] = [0, 1, 2, 3];
  const locals = new Locals(4);
  const end = locals.take();
  const flags = locals.take();
  const all = Array.from({ length: size / 2 }, (_, i) => store128(get(TO), load128(get(FROM), VECTOR * i), VECTOR * i)).flat();
  const each = Array.from({ length: 8 }, (_, i) => [
    ...get(TO),
    ...get(FROM),
    ...load,
    i * size,
    ...store,
    0,
    ...increase(TO, multiply(and(shiftRight(get(flags), int(i)), int(1)), int(size))),
  ]).flat();
  return {
    name: `compact${size}`,
    locals,
    hasResult: true,
    code: [
      set(end, add(get(BITS), shiftRight(get(COUNT), int(3)))),
      whileLoop(
        isLess(get(BITS), get(end)),
        set(flags, load8(get(BITS))),
        either(isEqual(get(flags), int(ALL_SET)), [...all, ...increase(TO, int(8 * size))], when(or(get(flags), int(0)), each)),
        increase(FROM, int(8 * size)),
        increase(BITS, int(1)),
      ),
      get(TO),
    ].flat(),
  };
}

export function pageKernels(): readonly WasmFunction[] {
  return [
    planesOf(2),
    planesOf(4),
    planesOf(8),
    ...RANGES.map(rangeOf),
    uniformGroups(),
    packGroups(),
    ...ELEMENTS.map(compactElements),
  ];
}
