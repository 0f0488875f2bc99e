import { GraticuleError } from "../errors.js";
import { sizeOf } from "../schema/box.js";
import { expandBloscChunk } from "./blosc-chunk.js";
import { bloscHeader } from "./blosc-header.js";
import { type Blosc2Frame, type Blosc2Grid, blosc2Frame, damaged } from "./blosc2-frame.js";
import type { Codec, CodecContext } from "./contract.js";
import { prepareKernels } from "./kernels.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** HDF5 filter 32026: a contiguous Blosc2 frame, whose chunks' values follow each other or are in blocks of several dimensions. */
export const blosc2: Codec = {
  id: "hdf5:32026",
  label: labelOf,
  prepare: prepareKernels,
  decode(bytes, _spec, context) {
    const frame = blosc2Frame(bytes);
    const { grid } = frame;
    if (!grid) {
      checkOutputLength(frame.decodedLength, context, "blosc2");
      const out = outputMemory(frame.decodedLength, bytes, context);
      expandChunks(frame, out);
      return out;
    }
    const length = sizeOf(grid.chunk) * frame.typeSize;
    checkOutputLength(length, context, "blosc2");
    return expandGrid(frame, grid, length, bytes, context);
  },
};

/** Bit 63 of a chunk's offset: the chunk is not there, and bits 56 to 62 say what it holds (c-blosc2, frame.c). */
const IS_SPECIAL = 1n << 63n;
const UNSTORED_ZEROS = [0, 1, 4];

/** All chunks, one behind the other, into `out`, which is as long as the frame says. */
function expandChunks({ chunks, index, chunkLength }: Blosc2Frame, out: Uint8Array): void {
  if (out.length === 0) return;
  const count = chunkLength === 0 ? undefined : Math.ceil(out.length / chunkLength);
  const offsets = offsetsOf(index, count);
  let to = 0;
  for (const offset of offsets) {
    const left = out.length - to;
    if (offset >= IS_SPECIAL) {
      const kind = Number((offset >> 56n) & 0x7fn);
      if (!UNSTORED_ZEROS.includes(kind) || chunkLength === 0)
        throw new GraticuleError("unsupported", `blosc2: a chunk of special values of kind ${kind}`);
      out.fill(0, to, to + Math.min(left, chunkLength));
      to += Math.min(left, chunkLength);
      continue;
    }
    if (offset >= BigInt(chunks.length)) throw damaged(`a chunk at ${offset} of ${chunks.length} bytes`);
    const bytes = chunks.subarray(Number(offset));
    const header = bloscHeader(bytes);
    if (header.decodedLength > left) throw damaged(`a chunk of ${header.decodedLength} bytes where ${left} are needed`);
    expandBloscChunk(bytes, header, out.subarray(to, to + header.decodedLength));
    to += header.decodedLength;
  }
  if (to !== out.length) throw damaged(`chunks of ${to} bytes where the frame declares ${out.length}`);
}

/** A frame of a billion chunks is none of one HDF5 chunk. */
const MAX_CHUNKS = 1 << 20;

function offsetsOf(index: Uint8Array, count: number | undefined): BigUint64Array {
  const header = bloscHeader(index);
  const length = header.decodedLength / 8;
  if (!Number.isInteger(length) || length > MAX_CHUNKS || (count !== undefined && length !== count))
    throw damaged(`offsets of ${length} chunks${count === undefined ? "" : ` where there are ${count}`}`);
  const offsets = new BigUint64Array(length);
  expandBloscChunk(index, header, new Uint8Array(offsets.buffer));
  return offsets;
}

/** One chunk whose blocks are boxes, the chunk rounded up to whole ones, into rows of the chunk. */
function expandGrid(frame: Blosc2Frame, grid: Blosc2Grid, length: number, bytes: Uint8Array, context: CodecContext): Uint8Array {
  const { chunk, block } = grid;
  if (frame.chunkLength < frame.decodedLength)
    throw new GraticuleError("unsupported", "blosc2: several chunks of several dimensions");
  const counts = chunk.map((size, i) => Math.ceil(size / (block[i] as number)));
  const padded = sizeOf(counts) * sizeOf(block) * frame.typeSize;
  const isStraight = padded === length && counts.every((count, i) => count === 1 || block.slice(0, i).every((size) => size === 1));
  if (frame.decodedLength !== padded) throw damaged(`${frame.decodedLength} bytes where its blocks need ${padded}`);
  if (padded > 8 * length + (1 << 20)) throw damaged(`${padded} bytes in blocks for ${length} of values`);
  if (isStraight) {
    const out = outputMemory(length, bytes, context);
    expandChunks(frame, out);
    return out;
  }
  const boxes = Buffer.allocUnsafeSlow(padded);
  expandChunks(frame, boxes);
  const out = outputMemory(length, bytes, context);
  placeBlocks(boxes, out, frame.typeSize, chunk, block, counts);
  return out;
}

/** Copies every block's rows that lie inside the chunk. */
function placeBlocks(
  boxes: Uint8Array,
  out: Uint8Array,
  typeSize: number,
  chunk: readonly number[],
  block: readonly number[],
  counts: readonly number[],
): void {
  const last = chunk.length - 1;
  const strides = chunk.map((_, i) => typeSize * sizeOf(chunk.slice(i + 1)));
  const rowLength = typeSize * (block[last] as number);
  const rows = sizeOf(block.slice(0, last));
  const place = counts.map(() => 0);
  for (let from = 0; from < boxes.length; from += rows * rowLength) {
    const corner = place.map((at, i) => at * (block[i] as number));
    const inside = corner.map((at, i) => Math.min(block[i] as number, (chunk[i] as number) - at));
    const width = typeSize * (inside[last] as number);
    const at = inside.map(() => 0);
    at.length = last;
    const start = corner.reduce((sum, position, i) => sum + position * (strides[i] as number), 0);
    let row = 0;
    let to = start;
    do {
      out.set(boxes.subarray(from + row * rowLength, from + row * rowLength + width), to);
      step(at, inside);
      row = at.reduce((sum, position, i) => sum * (block[i] as number) + position, 0);
      to = at.reduce((sum, position, i) => sum + position * (strides[i] as number), start);
    } while (row > 0);
    step(place, counts);
  }
}

/** The next position in an array of that shape, in rows; after the last the first. */
function step(at: number[], shape: readonly number[]): void {
  for (let i = at.length - 1; i >= 0; i--) {
    const next = (at[i] as number) + 1;
    at[i] = next < (shape[i] as number) ? next : 0;
    if (next < (shape[i] as number)) return;
  }
}
