import { BLOCK, ELEMENTS_AT, PLANE_STRIDE, SIMD_SIZES, unshuffleModule } from "./unshuffle-module.js";

/** Largest chunk that is transposed in place: a copy in memory that is already mapped costs less than fresh pages. */
const SCRATCH = 16 << 20;

let scratch = new Uint8Array(0);

/**
 * Byte planes (all first bytes, all second bytes, …) back into elements of `size` bytes. Trailing bytes that make no whole
 * element stay as they are, as HDF5's filter leaves them (H5Zshuffle.c).
 *
 * @param overwrite whether `bytes` may hold the result, which saves its memory
 */
export function unshuffle(bytes: Uint8Array, size: number, overwrite = false): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (size <= 1 || count <= 1) return bytes;
  const inPlace = overwrite && bytes.length <= SCRATCH;
  const planes = inPlace ? copyToScratch(bytes) : bytes;
  const out = inPlace ? bytes : Buffer.allocUnsafeSlow(bytes.length);
  const vectorised = count >= 64 ? vectorisedFor(size) : undefined;
  if (vectorised) unshuffleBlocks(planes, out, size, count, vectorised);
  else unshufflePlanes(planes, out, size, count);
  if (!inPlace) out.set(bytes.subarray(count * size), count * size);
  return out;
}

function copyToScratch(bytes: Uint8Array): Uint8Array {
  if (scratch.length < bytes.length) scratch = new Uint8Array(Math.min(SCRATCH, 2 ** Math.ceil(Math.log2(bytes.length))));
  scratch.set(bytes);
  return scratch.subarray(0, bytes.length);
}

/** Without SIMD, and for sizes that it does not know. */
export function unshufflePlanes(bytes: Uint8Array, out: Uint8Array, size: number, count: number): void {
  for (let plane = 0; plane < size; plane++) {
    const from = plane * count;
    for (let i = 0, to = plane; i < count; i++, to += size) out[to] = bytes[from + i] as number;
  }
}

interface Vectorised {
  readonly memory: Uint8Array;
  readonly transpose: (count: number) => void;
}

function unshuffleBlocks(bytes: Uint8Array, out: Uint8Array, size: number, count: number, { memory, transpose }: Vectorised): void {
  for (let start = 0; start < count; start += BLOCK) {
    const length = Math.min(BLOCK, count - start);
    for (let plane = 0; plane < size; plane++) {
      const from = plane * count + start;
      memory.set(bytes.subarray(from, from + length), plane * PLANE_STRIDE);
    }
    transpose(length);
    out.set(memory.subarray(ELEMENTS_AT, ELEMENTS_AT + length * size), start * size);
  }
}

let instances: ReadonlyMap<number, Vectorised> | undefined;

/** One instance per thread. Undefined for sizes without a vectorised form, and where the engine has no SIMD. */
export function vectorisedFor(size: number): Vectorised | undefined {
  instances ??= instantiate();
  return instances.get(size);
}

/** The part of the engine's interface that is used: TypeScript declares it with the browser's types only. */
interface WebAssemblyEngine {
  validate(code: Uint8Array): boolean;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

function instantiate(): ReadonlyMap<number, Vectorised> {
  const code = unshuffleModule();
  const engine = (globalThis as { readonly WebAssembly?: WebAssemblyEngine }).WebAssembly;
  if (!engine?.validate(code)) return new Map();
  const { exports } = new engine.Instance(new engine.Module(code));
  const memory = new Uint8Array((exports.memory as { readonly buffer: ArrayBuffer }).buffer);
  return new Map(SIMD_SIZES.map((size) => [size, { memory, transpose: exports[`unshuffle${size}`] as (count: number) => void }]));
}
