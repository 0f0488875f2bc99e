import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { unshuffleModule } from "./unshuffle-wasm.js";
import { type WebAssemblyMemory, webAssembly } from "./webassembly.js";

/** HDF5's shuffle: all first bytes of the elements, then all second bytes, …; bytes after the last whole element stay as they are. */
export const shuffle: Codec = {
  id: "shuffle",
  label: () => "shuffle",
  decode(bytes, spec) {
    const size = Number(spec.parameters.size ?? 0);
    if (!Number.isInteger(size) || size < 1) throw new GraticuleError("malformed", `shuffle with elements of ${size} bytes`);
    return unshuffle(bytes, size);
  },
};

/** A new array with the planes of `bytes` put back together. @param size bytes of an element */
export function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (size === 1 || count < 2) return bytes;
  // Every byte is written below; zeroing them first would take as long as the work.
  const out = Buffer.allocUnsafeSlow(bytes.length);
  let done = 0;
  if (count >= 64 && (size === 2 || size === 4 || size === 8)) done = unshuffleSimd(bytes, size, count, out);
  unshuffleScalar(bytes, size, count, out, done);
  if (bytes.length > count * size) out.set(bytes.subarray(count * size), count * size);
  return out;
}

/** Elements from `start` on, byte by byte. */
export function unshuffleScalar(bytes: Uint8Array, size: number, count: number, out: Uint8Array, start: number): void {
  for (let plane = 0; plane < size; plane++) {
    const from = plane * count;
    for (let i = start, to = start * size + plane; i < count; i++, to += size) out[to] = bytes[from + i] as number;
  }
}

interface Kernel {
  readonly memory: WebAssemblyMemory;
  readonly u2: (source: number, target: number, stride: number, end: number) => void;
  readonly u4: Kernel["u2"];
  readonly u8: Kernel["u2"];
}

let kernel: Kernel | null | undefined;

/** Null on a machine whose engine has no SIMD: the scalar loop then does all. */
function loadKernel(): Kernel | null {
  const module = unshuffleModule();
  if (!webAssembly.validate(module)) return null;
  return new webAssembly.Instance(new webAssembly.Module(module)).exports as Kernel;
}

const PAGE = 65536;
/** Decoding larger chunks piecewise keeps the kernel's memory, which never shrinks, small. */
const BLOCK = 1 << 20;

/** Whole multiples of 16 elements; gives how many were done. */
function unshuffleSimd(bytes: Uint8Array, size: 2 | 4 | 8, count: number, out: Uint8Array): number {
  kernel = kernel === undefined ? loadKernel() : kernel;
  if (!kernel) return 0;
  const { memory } = kernel;
  const run = size === 2 ? kernel.u2 : size === 4 ? kernel.u4 : kernel.u8;
  const perBlock = Math.floor(BLOCK / size) & ~15;
  const need = 2 * perBlock * size;
  if (memory.buffer.byteLength < need) memory.grow(Math.ceil((need - memory.buffer.byteLength) / PAGE));
  const heap = new Uint8Array(memory.buffer);
  const whole = count & ~15;
  for (let start = 0; start < whole; start += perBlock) {
    const n = Math.min(perBlock, whole - start);
    for (let plane = 0; plane < size; plane++) {
      const from = plane * count + start;
      heap.set(bytes.subarray(from, from + n), plane * n);
    }
    const target = perBlock * size;
    run(0, target, n, n);
    out.set(heap.subarray(target, target + n * size), start * size);
  }
  return whole;
}
