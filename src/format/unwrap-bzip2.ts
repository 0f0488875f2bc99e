import { BitReader } from "./unwrap-bits.js";
import { decodeBzip2Block } from "./unwrap-bzip2-block.js";
import { wrappingError } from "./unwrap-error.js";
import type { Pieces } from "./unwrap-spool.js";

const BLOCK = 0x314159265359;
const END = 0x177245385090;

/** bzip2, also of several streams one after the other; the CRC of every block and stream is checked. */
export async function* unbzip2Pieces(pieces: Pieces, file: string): Pieces {
  const bits = new BitReader(pieces, () => wrappingError("truncated", file, "the bzip2 data end inside a block"));
  for (let first = true; first || !(await bits.atEnd()); first = false) {
    if ((await bits.read(24)) !== 0x425a68) {
      if (!first) return; // bytes after the last stream
      throw wrappingError("malformed", file, "no bzip2 data");
    }
    const level = (await bits.read(8)) - 0x30;
    if (level < 1 || level > 9)
      throw wrappingError("malformed", file, `bzip2 blocks of ${level} × 100 kB, where 1 to 9 are possible`);
    let combined = 0;
    for (;;) {
      const magic = (await bits.read(24)) * 2 ** 24 + (await bits.read(24));
      const expected = (await bits.read(16)) * 2 ** 16 + (await bits.read(16));
      if (magic === END) {
        if (combined !== expected) throw wrappingError("checksum", file, "the bzip2 stream's CRC differs from the one stored");
        break;
      }
      if (magic !== BLOCK) throw wrappingError("malformed", file, "the bzip2 data are damaged between two blocks");
      const { bytes, crc } = await decodeBzip2Block(bits, level * 100_000, file);
      if (crc !== expected) throw wrappingError("checksum", file, "a bzip2 block's CRC differs from the one stored");
      combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
      yield bytes;
    }
    bits.alignToByte();
  }
}
