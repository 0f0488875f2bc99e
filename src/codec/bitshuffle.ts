import { GraticuleError } from "../errors.js";
import type { Codec, CodecSpec } from "./contract.js";
import { inflateBlock } from "./inflate-blocks.js";
import { FREE_FROM, prepareKernels, type Workspace, workspace } from "./kernels.js";
import { labelOf } from "./label.js";
import { SLACK } from "./lz-kernels.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** Positions in the filter's client data (bshuf_h5filter.c). */
const ELEMENT_SIZE = 2;
const BLOCK_SIZE = 3;
const COMPRESSION = 4;

const COMPRESSIONS: Readonly<Record<number, "lz4" | "zstd">> = { 2: "lz4", 3: "zstd" };
/** Bytes of a block where the writer chose, elements at least, and elements of which a block is a multiple. */
const TARGET_BYTES = 8192;
const LEAST_ELEMENTS = 128;
const GROUP = 8;
const HEADER_LENGTH = 12;
const EXPANSION = 32768;

/**
 * HDF5 filter 32008: bits transposed in blocks of elements, each then compressed by LZ4 or Zstandard, or not. Compressed chunks
 * begin with their original size (8 bytes, big-endian) and the block size in bytes (4); elements that make no group of eight
 * stand at the end as they are.
 */
export const bitshuffle: Codec = {
  id: "hdf5:32008",
  label: labelOf,
  prepare: prepareKernels,
  decode(bytes, spec, context) {
    const size = parameter(spec, ELEMENT_SIZE);
    if (size === undefined || size < 1) throw damaged(`elements of ${size} bytes`);
    const kind = parameter(spec, COMPRESSION) ?? 0;
    if (kind === 0) {
      checkOutputLength(bytes.length, context, "bitshuffle");
      const out = outputMemory(bytes.length, bytes, context);
      expandBlocks(bytes, 0, undefined, out, size, blockOf(parameter(spec, BLOCK_SIZE) ?? 0, size));
      return out;
    }
    const compression = COMPRESSIONS[kind];
    if (!compression) throw new GraticuleError("unsupported", `bitshuffle: compression of kind ${kind}`);
    if (bytes.length < HEADER_LENGTH) throw damaged(`${bytes.length} bytes cannot hold the header`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const length = Number(view.getBigUint64(0));
    checkOutputLength(length, context, "bitshuffle");
    checkExpansion(bytes.length, context, EXPANSION, "bitshuffle");
    const blockBytes = view.getUint32(8);
    if (blockBytes % (size * GROUP) !== 0) throw damaged(`blocks of ${blockBytes} bytes for elements of ${size}`);
    const out = outputMemory(length, bytes, context);
    expandBlocks(bytes, HEADER_LENGTH, compression, out, size, blockOf(blockBytes / size, size));
    return out;
  },
};

/** Elements of a block; 0 stands for the writer's choice. */
function blockOf(elements: number, size: number): number {
  if (elements % GROUP !== 0) throw damaged(`blocks of ${elements} elements`);
  if (elements > 0) return elements;
  return Math.max(LEAST_ELEMENTS, GROUP * Math.floor(TARGET_BYTES / size / GROUP));
}

function expandBlocks(
  bytes: Uint8Array,
  start: number,
  compression: "lz4" | "zstd" | undefined,
  out: Uint8Array,
  size: number,
  block: number,
): void {
  const elements = Math.floor(out.length / size);
  const whole = elements - (elements % GROUP);
  const largest = size * Math.min(block, whole);
  const input = FREE_FROM;
  const here = input + largest + (largest >> 7) + 4096;
  const there = here + largest + SLACK;
  const work = workspace(there + largest + SLACK);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let from = start;
  for (let element = 0; element < whole; element += block) {
    const count = Math.min(block, whole - element);
    const length = count * size;
    let stored = length;
    if (compression) {
      stored = from + 4 <= bytes.length ? view.getUint32(from) : Number.POSITIVE_INFINITY;
      from += 4;
    }
    if (from + stored > bytes.length) throw damaged(`a block of ${stored} bytes at ${from} of ${bytes.length}`);
    if (stored > here - input) throw damaged(`a block of ${stored} bytes for ${length}`);
    expandBlock(bytes.subarray(from, from + stored), compression, work, input, here, length);
    work.unpackBits(here, there, count, size);
    work.unshuffle(there, here, count, size);
    out.set(work.memory.subarray(here, here + length), element * size);
    from += stored;
  }
  const rest = out.length - whole * size;
  if (from + rest > bytes.length) throw damaged(`the input ends ${from + rest - bytes.length} bytes too early`);
  out.set(bytes.subarray(from, from + rest), whole * size);
}

/** A block's transposed bits to `to`. */
function expandBlock(
  stored: Uint8Array,
  compression: "lz4" | "zstd" | undefined,
  work: Workspace,
  input: number,
  to: number,
  length: number,
): void {
  if (!compression) work.memory.set(stored, to);
  else if (compression === "zstd") inflateBlock("zstd", stored, work.memory.subarray(to, to + length + 1));
  else {
    work.memory.set(stored, input);
    const written = work.expand("lz4", input, input + stored.length, to, to + length);
    if (written !== length) throw damaged(`a block gives ${written} bytes where ${length} are needed`);
  }
}

function parameter({ parameters }: CodecSpec, index: number): number | undefined {
  const value = parameters[index];
  return typeof value === "number" ? value : undefined;
}

function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `bitshuffle: ${message}`);
}
