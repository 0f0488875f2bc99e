import { GraticuleError } from "../errors.js";
import { LZ_FAILURES, LZ_TABLES, lzKernels, SLACK } from "./lz-kernels.js";
import { shuffleKernels, VECTOR_SIZES } from "./shuffle-kernels.js";
import { moduleOf } from "./wasm-code.js";

export type LzName = "lz4" | "blosclz" | "lzf" | "snappy";

/** Where callers may begin to use the memory: the tables of the kernels come first. */
export const FREE_FROM = 1024;

const PAGE = 65536;
/** Memory beyond this is not kept from one chunk to the next. */
const KEEP = 64 << 20;
const LIMIT = 65535 * PAGE;

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

let compiled: { readonly engine: WebAssemblyEngine; readonly module: object } | null | undefined;

/** Null where Node.js has no WebAssembly with vectors. */
function compile(): typeof compiled {
  if (compiled === undefined) {
    const engine = (globalThis as { readonly WebAssembly?: WebAssemblyEngine }).WebAssembly;
    const code = moduleOf([...lzKernels(), ...shuffleKernels()], 1, LZ_TABLES);
    compiled = engine?.validate(code) ? { engine, module: new engine.Module(code) } : null;
  }
  return compiled;
}

/** Compiles the kernels, which the first chunk would otherwise wait for. */
export function prepareKernels(): void {
  compile();
}

export function hasKernels(): boolean {
  return compile() !== null;
}

/** The kernels and the one memory on which they work. */
export class Workspace {
  /** All of the memory; another array after {@link reserve}. */
  memory: Uint8Array;
  readonly #memory: WasmMemory;
  readonly #kernels: Readonly<Record<string, Kernel>>;

  constructor() {
    const ready = compile();
    if (!ready)
      throw new GraticuleError("unsupported", "this codec needs WebAssembly with vectors, which this Node.js does not have", {
        hint: "run a current Node.js without --jitless",
      });
    const { exports } = new ready.engine.Instance(ready.module);
    this.#memory = exports.memory as WasmMemory;
    this.#kernels = exports as Readonly<Record<string, Kernel>>;
    this.memory = new Uint8Array(this.#memory.buffer);
  }

  /** Makes the memory hold at least `bytes`. */
  reserve(bytes: number): void {
    const missing = bytes - this.memory.length;
    if (missing <= 0) return;
    try {
      this.#memory.grow(Math.ceil(missing / PAGE));
    } catch (error) {
      throw new GraticuleError("unsupported", `a block needs ${bytes} bytes of memory, which are not to be had`, { cause: error });
    }
    this.memory = new Uint8Array(this.#memory.buffer);
  }

  /**
   * Expands `[from, fromEnd)` to `to`, at most up to `toEnd`. {@link SLACK} bytes after `toEnd` may be overwritten.
   * @returns the number of bytes written
   * @throws `malformed`
   */
  expand(name: LzName, from: number, fromEnd: number, to: number, toEnd: number): number {
    const written = (this.#kernels[name] as Kernel)(from, fromEnd, to, toEnd);
    if (written >= 0) return written;
    throw new GraticuleError("malformed", `${name}: ${LZ_FAILURES[written] ?? "damaged"}`);
  }

  /** `count` elements of `size` bytes at `to` from their byte planes at `from`. */
  unshuffle(from: number, to: number, count: number, size: number): void {
    if (count === 0) return;
    const kernels = this.#kernels;
    if (count >= 16 && (VECTOR_SIZES as readonly number[]).includes(size)) (kernels[`unshuffle${size}`] as Kernel)(from, to, count);
    else (kernels.unshuffle as Kernel)(from, to, count, size);
  }

  /** Byte planes at `to` from the bit planes at `from`; `count` is a multiple of 8. */
  unpackBits(from: number, to: number, count: number, size: number): void {
    if (count > 0) (this.#kernels.unpackBits as Kernel)(from, to, count, size);
  }
}

let kept: Workspace | undefined;

/**
 * A memory of at least `bytes`, and {@link SLACK} more. It holds what the last user left, and is used up before this thread
 * decodes again.
 */
export function workspace(bytes: number): Workspace {
  const needed = bytes + SLACK;
  if (needed > LIMIT) throw new GraticuleError("unsupported", `a block of ${bytes} bytes; the limit is 4 GiB`);
  if (needed > KEEP) {
    const large = new Workspace();
    large.reserve(needed);
    return large;
  }
  kept ??= new Workspace();
  kept.reserve(needed);
  return kept;
}

/** One compressed block through the memory. @returns the number of bytes written to `out` */
export function expandBlock(name: LzName, input: Uint8Array, out: Uint8Array): number {
  const to = FREE_FROM + input.length + SLACK;
  const end = to + out.length;
  const work = workspace(end);
  work.memory.set(input, FREE_FROM);
  const written = work.expand(name, FREE_FROM, FREE_FROM + input.length, to, end);
  out.set(work.memory.subarray(to, to + written));
  return written;
}
