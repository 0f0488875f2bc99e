import { moduleOf } from "../codec/wasm-code.js";
import type { Bitmap } from "../schema/bitmap.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { ByteWriter, writePackedHeader, writeRun } from "./hybrid.js";
import { GROUP, PLANE_STEP, pageKernels } from "./page-kernels.js";

/** The part of the engine's interface that is used: TypeScript declares it with the browser's types only. */
interface WebAssemblyEngine {
  validate(code: Uint8Array): boolean;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Kernel = (...parameters: number[]) => number;

/** Values of a page in the kernels' memory: none of them null. */
export interface PlacedValues {
  readonly at: number;
  readonly count: number;
  readonly size: 2 | 4 | 8;
}

const WASM_PAGE = 65536;
/** Pages with more bytes of values than this go without kernels: their memory would not shrink again. */
const MOST_BYTES = 8 << 20;
/** Fewer values are done sooner than moved. */
const LEAST_VALUES = 64;
/** Bytes of a packed run's header, a run's header and its value at most, spread over the two groups that a run has at least. */
const MOST_HEADERS = 6;
/** Where the vectors of a range stand. */
const RANGE_AT = 0;
const FREE_FROM = 64;
/** What kernels may write past the end of their output. */
const SLACK = 64;

/** The kernels and their memory, for one page at a time: each placing of values ends what was there before. */
export class PageWorkspace {
  readonly #memory: WasmMemory;
  readonly #kernels: Readonly<Record<string, Kernel>>;
  #bytes: Uint8Array;
  #bodyAt = 0;

  constructor(engine: WebAssemblyEngine, module: object) {
    const { exports } = new engine.Instance(module);
    this.#memory = exports.memory as WasmMemory;
    this.#kernels = exports as Readonly<Record<string, Kernel>>;
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  /** The values whose bit is set, in the memory; null where they are too few or too many for it. */
  place(values: TypedArray, validity: Bitmap | undefined): PlacedValues | null {
    const size = values.BYTES_PER_ELEMENT as 2 | 4 | 8;
    const { length, byteLength } = values;
    if (length < LEAST_VALUES || byteLength > MOST_BYTES) return null;
    const padded = Math.ceil(length / GROUP) * GROUP * size + SLACK;
    const isWhole = !validity || validity.zeros === 0;
    const bitsAt = FREE_FROM + padded;
    const compactAt = isWhole ? FREE_FROM : aligned(bitsAt + validity.bits.length + SLACK);
    this.#bodyAt = aligned(compactAt + padded);
    this.#reserve(this.#bodyAt);
    this.#bytes.set(bytesOf(values), FREE_FROM);
    if (isWhole) return { at: FREE_FROM, count: length, size };
    this.#bytes.set(validity.bits, bitsAt);
    const end = (this.#kernels[`compact${size}`] as Kernel)(FREE_FROM, bitsAt, Math.ceil(length / GROUP) * GROUP, compactAt);
    const count = (end - compactAt) / size;
    return count < LEAST_VALUES ? null : { at: compactAt, count, size };
  }

  /** What was placed, as an array of the type that it came from. It holds until the next body. */
  view<T extends TypedArray>({ at, count }: PlacedValues, like: T): T {
    return new (like.constructor as new (buffer: ArrayBuffer, at: number, count: number) => T)(this.#memory.buffer, at, count);
  }

  /** Least and greatest of numbers, NaN left aside; null where there is nothing else. */
  range(placed: PlacedValues, like: Uint16Array | Float32Array | Float64Array): readonly [number, number] | null {
    const lanes = 16 / placed.size;
    const vectors = new (like.constructor as new (buffer: ArrayBuffer, at: number, count: number) => typeof like)(
      this.#memory.buffer,
      RANGE_AT,
      2 * lanes,
    );
    const isCode = like instanceof Uint16Array;
    vectors.fill(isCode ? 65535 : Number.POSITIVE_INFINITY, 0, lanes);
    vectors.fill(isCode ? 0 : Number.NEGATIVE_INFINITY, lanes);
    const name = isCode ? "range16" : placed.size === 4 ? "rangeFloat32" : "rangeFloat64";
    (this.#kernels[name] as Kernel)(placed.at, placed.count, RANGE_AT);
    let [min, max] = [vectors[0] as number, vectors[lanes] as number];
    for (let i = 1; i < lanes; i++) {
      min = Math.min(min, vectors[i] as number);
      max = Math.max(max, vectors[lanes + i] as number);
    }
    return min <= max ? [min, max] : null;
  }

  /** A body of byte planes behind the levels. It holds until the next placing, as all bodies do. */
  planes({ at, count, size }: PlacedValues, levels: Uint8Array): Uint8Array {
    const body = this.#bodyAt;
    this.#reserve(body + levels.length + count * size + SLACK);
    this.#bytes.set(levels, body);
    if (count < PLANE_STEP) throw new RangeError(`${count} values are no whole vector`);
    (this.#kernels[`planes${size}`] as Kernel)(at, body + levels.length, count);
    return this.#bytes.subarray(body, body + levels.length + count * size);
  }

  /** A body of numbers of 16 bits behind `head`: runs where whole groups of eight repeat, bit-packed elsewhere. */
  hybrid({ at, count }: PlacedValues, width: number, head: Uint8Array): Uint8Array {
    const groups = Math.ceil(count / GROUP);
    const whole = Math.floor(count / GROUP);
    // A byte of flags for each group, its bits, and the headers of a run of two.
    this.#reserve(this.#bodyAt + head.length + groups * (1 + 16 + MOST_HEADERS) + SLACK);
    const bytes = this.#bytes;
    bytes.fill(0, at + 2 * count, at + 2 * GROUP * groups);
    const flagsAt = this.#bodyAt;
    (this.#kernels.uniform as Kernel)(at, flagsAt, whole);
    const flags = bytes.subarray(flagsAt, flagsAt + whole);
    const codes = new Uint16Array(this.#memory.buffer, at, groups * GROUP);
    const body = flagsAt + groups;
    bytes.set(head, body);
    let to = body + head.length;
    const small = new ByteWriter(16);
    const write = (): void => {
      bytes.set(small.finish(), to);
      to += small.length;
      small.clear();
    };
    const pack = (from: number, stop: number): void => {
      if (from === stop) return;
      writePackedHeader(small, stop - from);
      write();
      const start = at + 2 * GROUP * from;
      if (width === 16) bytes.copyWithin(to, start, start + 2 * GROUP * (stop - from));
      else (this.#kernels.pack as Kernel)(start, to, stop - from, width);
      to += (stop - from) * width;
    };
    let packedFrom = 0;
    for (let group = flags.indexOf(1); group >= 0; ) {
      const value = codes[group * GROUP];
      let end = group + 1;
      while (end < whole && flags[end] === 1 && codes[end * GROUP] === value) end++;
      if (end - group > 1) {
        pack(packedFrom, group);
        writeRun(small, value as number, (end - group) * GROUP, width);
        write();
        packedFrom = end;
      }
      group = flags.indexOf(1, end);
    }
    pack(packedFrom, groups);
    return bytes.subarray(body, to);
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#bytes.length;
    if (missing <= 0) return;
    this.#memory.grow(Math.ceil(missing / WASM_PAGE));
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }
}

function aligned(at: number): number {
  return Math.ceil(at / 16) * 16;
}

let workspace: PageWorkspace | null | undefined;

/** This thread's; null where Node.js has no WebAssembly with vectors. */
export function pageWorkspace(): PageWorkspace | null {
  if (workspace === undefined) {
    const engine = (globalThis as { readonly WebAssembly?: WebAssemblyEngine }).WebAssembly;
    const code = moduleOf(pageKernels(), 1);
    workspace = engine?.validate(code) ? new PageWorkspace(engine, new engine.Module(code)) : null;
  }
  return workspace;
}
