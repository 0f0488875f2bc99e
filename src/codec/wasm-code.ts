/**
 * WebAssembly by its instructions (WebAssembly 2.0, binary format): expressions are lists of bytes that leave one value on the
 * stack, statements lists that leave none. Addresses, lengths and counts are i32; every function takes i32s.
 */
export type Code = readonly number[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;

const EMPTY_BLOCK = 0x40;
/** Alignment 0 promises nothing, which every load and store here needs. */
const UNALIGNED = 0;

/** A function's locals: its parameters first, then what {@link Locals.take} adds. */
export class Locals {
  readonly #types: number[] = [];

  constructor(readonly parameters: number) {}

  take(type = I32): number {
    this.#types.push(type);
    return this.parameters + this.#types.length - 1;
  }

  get declarations(): Code {
    return list(this.#types.map((type) => [1, type]));
  }
}

export const int = (value: number): Code => [0x41, ...signed(value)];
export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [...value, 0x21, local];
export const increase = (local: number, by: Code): Code => set(local, add(get(local), by));

const binary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [...a, ...b, opcode];

export const add = binary(0x6a);
export const subtract = binary(0x6b);
export const multiply = binary(0x6c);
export const and = binary(0x71);
export const or = binary(0x72);
export const shiftLeft = binary(0x74);
export const shiftRight = binary(0x76);
export const isEqual = binary(0x46);
export const isLess = binary(0x49);
export const isGreater = binary(0x4b);
export const isAtLeast = binary(0x4f);

const loadOf =
  (...opcode: number[]) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, UNALIGNED, ...unsigned(offset)];

export const load8 = loadOf(0x2d);
export const load16 = loadOf(0x2f);
export const load32 = loadOf(0x28);
/** One byte as an i64. */
export const load8Wide = loadOf(0x31);
export const load128 = loadOf(0xfd, 0x00);

const storeOf =
  (...opcode: number[]) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...opcode, UNALIGNED, ...unsigned(offset)];

export const store8 = storeOf(0x3a);
export const store64 = storeOf(0x37);
export const store128 = storeOf(0xfd, 0x0b);

/** Lanes 0 to 15 are bytes of `a`, 16 to 31 of `b`. */
export const shuffleLanes = (a: Code, b: Code, lanes: Code): Code => [...a, ...b, 0xfd, 0x0d, ...lanes];
/** The bytes of `a` that the bytes of `lanes` number. */
export const swizzle = (a: Code, lanes: Code): Code => [...a, ...lanes, 0xfd, 0x0e];

/** `do { … } while (condition)` */
export const doWhile = (condition: Code, ...body: Code[]): Code => [0x03, EMPTY_BLOCK, ...body.flat(), ...condition, 0x0d, 0, 0x0b];
/** `while (condition) { … }` */
export const whileLoop = (condition: Code, ...body: Code[]): Code => when(condition, doWhile(condition, ...body));
export const when = (condition: Code, ...body: Code[]): Code => [...condition, 0x04, EMPTY_BLOCK, ...body.flat(), 0x0b];
export const either = (condition: Code, yes: Code, no: Code): Code => [...condition, 0x04, EMPTY_BLOCK, ...yes, 0x05, ...no, 0x0b];
export const giveBack = (value: Code): Code => [...value, 0x0f];

export interface WasmFunction {
  readonly name: string;
  readonly locals: Locals;
  readonly code: Code;
  /** True: it gives an i32. */
  readonly hasResult: boolean;
}

/** A module that exports `memory`, which can grow, and the functions. @param data bytes at address 0 */
export function moduleOf(functions: readonly WasmFunction[], pages: number, data: Code = []): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ locals, hasResult }) => [
    0x60,
    ...list(Array.from({ length: locals.parameters }, () => [I32])),
    ...list(hasResult ? [[I32]] : []),
  ]);
  const bodies = functions.map(({ locals, code }) => sized([...locals.declarations, ...code, 0x0b]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(5, list([[0x00, ...unsigned(pages)]])),
    ...section(7, list([exported("memory", 2, 0), ...functions.map(({ name }, i) => exported(name, 0, i))])),
    ...section(10, list(bodies)),
    ...(data.length === 0 ? [] : section(11, list([[0x00, ...int(0), 0x0b, ...sized(data)]]))),
  ]);
}

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; ) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

export function sized(bytes: Code): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

export function list(items: readonly Code[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

export function section(id: number, content: Code): number[] {
  return [id, ...sized(content)];
}

export function exported(name: string, kind: number, index: number): number[] {
  return [...sized([...Buffer.from(name)]), kind, index];
}
