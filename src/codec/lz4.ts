import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";

/** HDF5's filter 32004: big-endian total and block size, then blocks of LZ4, each behind its big-endian length; stored where that is no smaller. */
export const codec: Codec = {
  id: "lz4",
  label: () => "lz4",
  decode(bytes, _spec, context) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const bad = (why: string) => new GraticuleError("malformed", `an LZ4 chunk of ${bytes.length} bytes ${why}`);
    if (bytes.length < 12) throw bad("has no room for its header");
    const total = Number(view.getBigUint64(0));
    const blockSize = Math.min(view.getUint32(8), total);
    if (total > context.decodedLength + 64) throw bad(`declares ${total} bytes where its shape needs ${context.decodedLength}`);
    if (blockSize === 0 && total > 0) throw bad("declares blocks of 0 bytes");
    const out = new Uint8Array(total);
    let from = 12;
    for (let to = 0; to < total; to += blockSize) {
      const want = Math.min(blockSize, total - to);
      if (from + 4 > bytes.length) throw bad("ends before its last block");
      const length = view.getUint32(from);
      from += 4;
      if (from + length > bytes.length) throw bad("ends inside a block");
      const block = bytes.subarray(from, from + length);
      if (length === want) out.set(block, to);
      else if (decodeBlock(block, out, to, to + want) !== to + want) throw bad("holds a block of the wrong length");
      from += length;
    }
    return out;
  },
};

/** One LZ4 block into `out[to, end)`; gives where it stopped. @throws `malformed` */
export function decodeBlock(block: Uint8Array, out: Uint8Array, start: number, end: number): number {
  let from = 0;
  let to = start;
  const bad = () => new GraticuleError("malformed", `an LZ4 block refers outside itself at byte ${from}`);
  const more = (first: number): number => {
    let length = first;
    if (first !== 15) return length;
    for (let byte = 255; byte === 255; ) {
      byte = block[from++] ?? -1;
      if (byte < 0) throw bad();
      length += byte;
    }
    return length;
  };
  while (from < block.length) {
    const token = block[from++] as number;
    const literals = more(token >> 4);
    if (from + literals > block.length || to + literals > end) throw bad();
    out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= block.length) break;
    const distance = (block[from] as number) | ((block[from + 1] ?? 0) << 8);
    from += 2;
    const length = more(token & 15) + 4;
    if (distance === 0 || distance > to - start || to + length > end) throw bad();
    for (let i = 0; i < length; i++, to++) out[to] = out[to - distance] as number;
  }
  return to;
}
