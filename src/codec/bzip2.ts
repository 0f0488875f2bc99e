import { GraticuleError } from "../errors.js";
import { BitSource } from "./bit-source.js";
import { decodeBzip2Block } from "./bzip2-block.js";
import { BZIP2_BLOCK, BZIP2_END, bzip2Level } from "./bzip2-marks.js";
import type { Codec } from "./contract.js";
import { labelOf } from "./label.js";
import { checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** bzip2 streams, as HDF5 filter 307 and Zarr's `bz2` write them. The CRC of every block and stream is compared. */
export const bzip2: Codec = {
  id: "bz2",
  label: labelOf,
  decode(bytes, _spec, context) {
    const out = outputMemory(context.decodedLength, bytes, context);
    const bits = new BitSource(bytes);
    let filled = 0;
    do {
      const level = bzip2Level(bits.take(24), bits.take(8));
      if (level === undefined || bits.isPastEnd) throw damaged("no bzip2 data");
      filled = decodeStream(bits, level * 100_000, out, filled);
      bits.alignToByte();
    } while (bits.ready >= 32);
    checkOutputLength(filled, context, "bzip2");
    return out.subarray(0, filled);
  },
};

/** The blocks of one stream. @returns the bytes of `out` that are filled after it */
function decodeStream(bits: BitSource, capacity: number, out: Uint8Array, start: number): number {
  let filled = start;
  let combined = 0;
  for (;;) {
    const magic = bits.take(24) * 2 ** 24 + bits.take(24);
    const expected = bits.take(16) * 2 ** 16 + bits.take(16);
    if (bits.isPastEnd) throw damaged("the data end between two blocks");
    if (magic === BZIP2_END) {
      if (combined !== expected) throw new GraticuleError("checksum", "bzip2: the stream's CRC differs from the one stored");
      return filled;
    }
    if (magic !== BZIP2_BLOCK) throw damaged("the data are damaged between two blocks");
    const { bytes, crc } = decodeBzip2Block(bits, capacity, (what) => damaged(`a block is damaged: ${what}`));
    if (crc !== expected) throw new GraticuleError("checksum", "bzip2: a block's CRC differs from the one stored");
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    if (filled + bytes.length > out.length) throw damaged(`more output than ${out.length} bytes`);
    out.set(bytes, filled);
    filled += bytes.length;
  }
}

function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `bzip2: ${message}`);
}
