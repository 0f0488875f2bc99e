import {
  add,
  and,
  type Code,
  doWhile,
  either,
  get,
  giveBack,
  increase,
  int,
  isAtLeast,
  isEqual,
  isGreater,
  isLess,
  Locals,
  load8,
  load16,
  load32,
  load128,
  or,
  set,
  shiftLeft,
  shiftRight,
  store128,
  subtract,
  swizzle,
  V128,
  type WasmFunction,
  when,
  whileLoop,
} from "./wasm-code.js";

/**
 * Decoders of the byte-oriented Lempel-Ziv formats as WebAssembly: `name(from, fromEnd, to, toEnd)` gives the number of bytes
 * written or one of {@link LZ_FAILURES}. Copies move 16 bytes at a time, so up to {@link SLACK} bytes after either end are read
 * or overwritten; they must lie in the memory.
 */
export const SLACK = 32;

/** What negative results mean. */
export const LZ_FAILURES: Readonly<Record<number, string>> = {
  [-1]: "the input ends too early",
  [-2]: "more output than the block holds",
  [-3]: "a copy from before the output's begin",
};

/**
 * For copies whose distance is below 16: per distance the lanes that repeat its bytes, then per distance the largest multiple
 * of it up to 16. They lie at address 0.
 */
export const LZ_TABLES: Code = [
  ...Array.from({ length: 16 }, (_, distance) => Array.from({ length: 16 }, (_, lane) => (distance === 0 ? 0 : lane % distance))),
  Array.from({ length: 16 }, (_, distance) => (distance === 0 ? 16 : 16 - (16 % distance))),
].flat();
const STEPS_AT = 256;

const FROM = 0;
const FROM_END = 1;
const TO = 2;
const TO_END = 3;

/** What the decoders have in common: checked reads and copies between the parameters' positions. */
class Copier {
  readonly locals = new Locals(4);
  readonly #begin = this.locals.take();
  readonly length = this.locals.take();
  readonly distance = this.locals.take();
  readonly byte = this.locals.take();
  readonly #source = this.locals.take();
  readonly #stop = this.locals.take();
  readonly #step = this.locals.take();
  readonly #pattern = this.locals.take(V128);

  readonly start: Code = set(this.#begin, get(TO));
  readonly finish: Code = subtract(get(TO), get(this.#begin));
  readonly hasMore: Code = isLess(get(FROM), get(FROM_END));

  failIf(condition: Code, failure: number): Code {
    return when(condition, giveBack(int(failure)));
  }

  /** Fails unless `count` more bytes can be read. */
  need(count: number): Code {
    return this.failIf(isGreater(int(count), subtract(get(FROM_END), get(FROM))), -1);
  }

  /** The next byte, unchecked. */
  next(local: number): Code {
    return [...set(local, load8(get(FROM))), ...increase(FROM, int(1))];
  }

  /** `length` bytes of input as they are. */
  readonly literals: Code = [
    this.failIf(isGreater(get(this.length), subtract(get(FROM_END), get(FROM))), -1),
    this.failIf(isGreater(get(this.length), subtract(get(TO_END), get(TO))), -2),
    set(this.#source, get(FROM)),
    increase(FROM, get(this.length)),
    this.#copy(),
  ].flat();

  /** `length` bytes from `distance` back. */
  readonly match: Code = [
    this.failIf(isAtLeast(subtract(get(this.distance), int(1)), subtract(get(TO), get(this.#begin))), -3),
    this.failIf(isGreater(get(this.length), subtract(get(TO_END), get(TO))), -2),
    set(this.#source, subtract(get(TO), get(this.distance))),
    either(isAtLeast(get(this.distance), int(16)), this.#copy(), this.#repeat()),
  ].flat();

  #copy(): Code {
    return [
      set(this.#stop, add(get(TO), get(this.length))),
      doWhile(
        isLess(get(TO), get(this.#stop)),
        store128(get(TO), load128(get(this.#source))),
        increase(this.#source, int(16)),
        increase(TO, int(16)),
      ),
      set(TO, get(this.#stop)),
    ].flat();
  }

  #repeat(): Code {
    return [
      set(this.#stop, add(get(TO), get(this.length))),
      set(this.#pattern, swizzle(load128(get(this.#source)), load128(shiftLeft(get(this.distance), int(4))))),
      set(this.#step, load8(get(this.distance), STEPS_AT)),
      doWhile(isLess(get(TO), get(this.#stop)), store128(get(TO), get(this.#pattern)), increase(TO, get(this.#step))),
      set(TO, get(this.#stop)),
    ].flat();
  }
}

function decoder(name: string, copier: Copier, before: Code, ...body: Code[]): WasmFunction {
  const code = [copier.start, before, whileLoop(copier.hasMore, ...body), copier.finish].flat();
  return { name, locals: copier.locals, code, hasResult: true };
}

/** LZ4 blocks (lz4_Block_format.md): a token, literals and a copy of at least four bytes; the last has no copy. */
function lz4(): WasmFunction {
  const c = new Copier();
  const token = c.locals.take();
  const extended = doWhile(isEqual(get(c.byte), int(255)), c.need(1), c.next(c.byte), increase(c.length, get(c.byte)));
  return decoder(
    "lz4",
    c,
    [],
    c.next(token),
    set(c.length, shiftRight(get(token), int(4))),
    when(isEqual(get(c.length), int(15)), extended),
    c.literals,
    when(
      c.hasMore,
      c.need(2),
      set(c.distance, load16(get(FROM))),
      increase(FROM, int(2)),
      set(c.length, and(get(token), int(15))),
      when(isEqual(get(c.length), int(15)), extended),
      increase(c.length, int(4)),
      c.match,
    ),
  );
}

/**
 * BloscLZ (blosclz.c), a FastLZ of level 2: control bytes below 32 begin as many literals and one; others a copy, its length in
 * the upper three bits and further bytes, its distance in the lower five, the next byte, and two more for far ones. The first
 * control byte always begins literals.
 */
function blosclz(): WasmFunction {
  const c = new Copier();
  const control = c.locals.take();
  const isFirst = c.locals.take();
  return decoder(
    "blosclz",
    c,
    set(isFirst, int(31)),
    c.next(control),
    when(get(isFirst), set(control, and(get(control), get(isFirst))), set(isFirst, int(0))),
    either(
      isLess(get(control), int(32)),
      [...set(c.length, add(get(control), int(1))), ...c.literals],
      [
        set(c.length, shiftRight(get(control), int(5))),
        set(c.distance, shiftLeft(and(get(control), int(31)), int(8))),
        when(
          isEqual(get(c.length), int(7)),
          doWhile(isEqual(get(c.byte), int(255)), c.need(1), c.next(c.byte), increase(c.length, get(c.byte))),
        ),
        increase(c.length, int(2)),
        c.need(1),
        c.next(c.byte),
        increase(c.distance, add(get(c.byte), int(1))),
        when(
          isEqual(get(c.distance), int(8192)),
          c.need(2),
          c.next(c.byte),
          set(c.distance, shiftLeft(get(c.byte), int(8))),
          c.next(c.byte),
          increase(c.distance, add(get(c.byte), int(8192))),
        ),
        c.match,
      ].flat(),
    ),
  );
}

/** LZF (LibLZF): as BloscLZ, but lengths of at most one byte more and no far distances. */
function lzf(): WasmFunction {
  const c = new Copier();
  const control = c.locals.take();
  return decoder(
    "lzf",
    c,
    [],
    c.next(control),
    either(
      isLess(get(control), int(32)),
      [...set(c.length, add(get(control), int(1))), ...c.literals],
      [
        set(c.length, shiftRight(get(control), int(5))),
        when(isEqual(get(c.length), int(7)), c.need(1), c.next(c.byte), increase(c.length, get(c.byte))),
        increase(c.length, int(2)),
        c.need(1),
        c.next(c.byte),
        set(c.distance, add(or(shiftLeft(and(get(control), int(31)), int(8)), get(c.byte)), int(1))),
        c.match,
      ].flat(),
    ),
  );
}

/** The elements of a Snappy stream (format_description.txt), after its length. */
function snappy(): WasmFunction {
  const c = new Copier();
  const tag = c.locals.take();
  const kind = c.locals.take();
  const bytes = c.locals.take();
  const upper = shiftRight(get(tag), int(2));
  const little = (local: number): Code => [
    ...set(local, and(load32(get(FROM)), subtract(shiftLeft(int(1), shiftLeft(get(bytes), int(3))), int(1)))),
    ...when(isEqual(get(bytes), int(4)), set(local, load32(get(FROM)))),
    ...increase(FROM, get(bytes)),
  ];
  const needBytes = c.failIf(isGreater(get(bytes), subtract(get(FROM_END), get(FROM))), -1);
  return decoder(
    "snappy",
    c,
    [],
    c.next(tag),
    set(kind, and(get(tag), int(3))),
    set(c.length, add(upper, int(1))),
    either(
      isEqual(get(kind), int(0)),
      [
        when(
          isGreater(get(c.length), int(60)),
          set(bytes, subtract(get(c.length), int(60))),
          needBytes,
          little(c.length),
          increase(c.length, int(1)),
          c.failIf(isEqual(get(c.length), int(0)), -1),
        ),
        c.literals,
      ].flat(),
      [
        either(
          isEqual(get(kind), int(1)),
          [
            set(c.length, add(and(upper, int(7)), int(4))),
            c.need(1),
            c.next(c.byte),
            set(c.distance, or(shiftLeft(shiftRight(get(tag), int(5)), int(8)), get(c.byte))),
          ].flat(),
          [set(bytes, shiftLeft(subtract(get(kind), int(1)), int(1))), needBytes, little(c.distance)].flat(),
        ),
        c.match,
      ].flat(),
    ),
  );
}

export function lzKernels(): readonly WasmFunction[] {
  return [lz4(), blosclz(), lzf(), snappy()];
}
