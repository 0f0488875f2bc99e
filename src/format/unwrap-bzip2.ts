import { BitSource } from "../codec/bit-source.js";
import { BLOCK_BITS, decodeBzip2Block } from "../codec/bzip2-block.js";
import { BZIP2_BLOCK, BZIP2_END, bzip2Level } from "../codec/bzip2-marks.js";
import { wrappingError } from "./unwrap-error.js";
import type { Pieces } from "./unwrap-spool.js";

/** A block's or a stream's mark and CRC. */
const MARK_BITS = 80;
const HEADER_BITS = 32;

/** bzip2, also of several streams one after the other; the CRC of every block and stream is checked. */
export async function* unbzip2Pieces(pieces: Pieces, file: string): Pieces {
  const source = pieces[Symbol.asyncIterator]();
  const bits = new BitSource();
  const need = async (count: number): Promise<void> => {
    while (bits.ready < count) {
      const next = await source.next();
      if (next.done) return;
      bits.append(next.value);
    }
  };
  const check = (): void => {
    if (bits.isPastEnd) throw wrappingError("truncated", file, "the bzip2 data end inside a block");
  };
  for (let isFirst = true; ; isFirst = false) {
    await need(HEADER_BITS);
    if (!isFirst && bits.ready < 8) return;
    const level = bzip2Level(bits.take(24), bits.take(8));
    if (level === undefined) {
      if (!isFirst) return; // bytes after the last stream
      throw wrappingError("malformed", file, "no bzip2 data");
    }
    let combined = 0;
    for (;;) {
      await need(MARK_BITS);
      const magic = bits.take(24) * 2 ** 24 + bits.take(24);
      const expected = bits.take(16) * 2 ** 16 + bits.take(16);
      check();
      if (magic === BZIP2_END) {
        if (combined !== expected) throw wrappingError("checksum", file, "the bzip2 stream's CRC differs from the one stored");
        break;
      }
      if (magic !== BZIP2_BLOCK) throw wrappingError("malformed", file, "the bzip2 data are damaged between two blocks");
      await need(BLOCK_BITS);
      const { bytes, crc } = decodeBzip2Block(bits, level * 100_000, (what) =>
        bits.isPastEnd
          ? wrappingError("truncated", file, "the bzip2 data end inside a block")
          : wrappingError("malformed", file, `a bzip2 block is damaged: ${what}`),
      );
      if (crc !== expected) throw wrappingError("checksum", file, "a bzip2 block's CRC differs from the one stored");
      combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
      yield bytes;
    }
    bits.alignToByte();
  }
}
