import { GraticuleError } from "../errors.js";
import { type BlockPlaces, undoFilters } from "./blosc-filters.js";
import { type BloscHeader, damaged } from "./blosc-header.js";
import { inflateBlock } from "./inflate-blocks.js";
import { FREE_FROM, type Workspace, workspace } from "./kernels.js";
import { SLACK } from "./lz-kernels.js";
import { skipSnappyLength } from "./snappy-length.js";

/**
 * A Blosc chunk's blocks into `out`, whose length is the header's. Every block is expanded, and its filters undone, in the
 * kernels' memory: a block is made to fit the caches.
 *
 * @throws `malformed`, `unsupported`, `checksum`
 */
export function expandBloscChunk(bytes: Uint8Array, header: BloscHeader, out: Uint8Array): void {
  if (out.length === 0) return;
  if (header.special !== undefined) {
    fillSpecial(bytes, header, out);
    return;
  }
  if (header.isStored) {
    if (header.length + out.length > header.storedLength)
      throw damaged(`${header.storedLength} bytes cannot hold ${out.length} stored ones`);
    out.set(bytes.subarray(header.length, header.length + out.length));
    return;
  }
  const { blockSize, storedLength } = header;
  const count = Math.ceil(out.length / blockSize);
  const view = new DataView(bytes.buffer, bytes.byteOffset, storedLength);
  if (header.length + 4 * count > storedLength) throw damaged(`${storedLength} bytes cannot hold the offsets of ${count} blocks`);
  const distance = (blockSize + SLACK + 63) & ~63;
  const places = { input: FREE_FROM, here: FREE_FROM + distance, there: FREE_FROM + 2 * distance };
  const work = workspace(FREE_FROM + 3 * distance);
  for (let i = 0; i < count; i++) {
    const start = i * blockSize;
    const length = Math.min(blockSize, out.length - start);
    const at = view.getUint32(header.length + 4 * i, true);
    expandBlock(view, at, length, header, work, places);
    const result = undoFilters(header.filters, length, start, out, work, places);
    out.set(work.memory.subarray(result, result + length), start);
  }
}

/** The streams of one block, one behind the other, to `places.here`. */
function expandBlock(view: DataView, at: number, length: number, header: BloscHeader, work: Workspace, places: BlockPlaces): void {
  const streams = header.isSplit && length === header.blockSize ? header.typeSize : 1;
  if (length % streams !== 0) throw damaged(`a block of ${length} bytes in ${streams} streams`);
  const size = length / streams;
  let from = at;
  for (let i = 0; i < streams; i++) {
    const to = places.here + i * size;
    if (from + 4 > view.byteLength) throw damaged(`a block at ${from} of ${view.byteLength} bytes`);
    const stored = view.getInt32(from, true);
    from += 4;
    if (header.hasRuns && stored <= 0) {
      from += expandRun(view, from, stored, work.memory.subarray(to, to + size));
      continue;
    }
    if (stored < 0 || stored > size || from + stored > view.byteLength)
      throw damaged(`a stream of ${stored} bytes at ${from} of ${view.byteLength}`);
    const input = new Uint8Array(view.buffer, view.byteOffset + from, stored);
    if (stored === size) work.memory.set(input, to);
    else expandStream(header.compressor, input, to, size, work, places.input);
    from += stored;
  }
}

/** A stream of one repeated byte, 0 where its length is. @returns the bytes that it takes after its length */
function expandRun(view: DataView, from: number, stored: number, out: Uint8Array): number {
  if (stored === 0) {
    out.fill(0);
    return 0;
  }
  if (from >= view.byteLength || stored < -255) throw damaged(`a run at ${from} of ${view.byteLength} bytes`);
  if ((view.getUint8(from) & 1) === 0) throw damaged(`a stream of kind ${view.getUint8(from)}`);
  out.fill(-stored);
  return 1;
}

function expandStream(compressor: string, input: Uint8Array, to: number, size: number, work: Workspace, inputAt: number): void {
  if (compressor === "zlib" || compressor === "zstd") {
    inflateBlock(compressor, input, work.memory.subarray(to, to + size + 1));
    return;
  }
  if (compressor !== "lz4" && compressor !== "blosclz" && compressor !== "snappy")
    throw new GraticuleError("unsupported", `no decoder for blosc's compressor ${compressor}`);
  const content = compressor === "snappy" ? skipSnappyLength(input, size) : input;
  work.memory.set(content, inputAt);
  const written = work.expand(compressor, inputAt, inputAt + content.length, to, to + size);
  if (written !== size) throw damaged(`a stream gives ${written} bytes where ${size} are needed`);
}

function fillSpecial(bytes: Uint8Array, header: BloscHeader, out: Uint8Array): void {
  const { typeSize, length, special } = header;
  if (special === "zeros" || special === "uninitialised") {
    out.fill(0);
    return;
  }
  if (special === "value") {
    if (length + typeSize > header.storedLength) throw damaged("the repeated value is not there");
    const value = bytes.subarray(length, length + typeSize);
    for (let to = 0; to < out.length; to += typeSize) out.set(value.subarray(0, out.length - to), to);
    return;
  }
  if (typeSize !== 4 && typeSize !== 8) throw damaged(`NaN of ${typeSize} bytes`);
  // Quiet and positive, as the compilers' NAN.
  const nan = Buffer.alloc(typeSize);
  nan[typeSize - 1] = 0x7f;
  nan[typeSize - 2] = typeSize === 4 ? 0xc0 : 0xf8;
  for (let to = 0; to < out.length; to += typeSize) out.set(nan.subarray(0, out.length - to), to);
}
