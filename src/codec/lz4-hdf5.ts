import { GraticuleError } from "../errors.js";
import type { Codec } from "./contract.js";
import { expandBlock, prepareKernels } from "./kernels.js";
import { labelOf } from "./label.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";
import { outputMemory } from "./output-memory.js";

/** A length grows by at most 255 per byte. */
const EXPANSION = 255;

/**
 * HDF5 filter 32004: the original size (8 bytes, big-endian), the block size (4), then blocks, each after its stored size (4);
 * a block stored at its full size is not compressed.
 */
export const lz4Hdf5: Codec = {
  id: "hdf5:32004",
  label: labelOf,
  prepare: prepareKernels,
  decode(bytes, _spec, context) {
    if (bytes.length < 12) throw new GraticuleError("malformed", `lz4: ${bytes.length} bytes cannot hold the header`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const total = Number(view.getBigUint64(0));
    checkOutputLength(total, context, "lz4");
    checkExpansion(bytes.length, context, EXPANSION, "lz4");
    const blockSize = Math.min(view.getUint32(8), total);
    if (total > 0 && blockSize === 0) throw new GraticuleError("malformed", "lz4: blocks of 0 bytes");
    const out = outputMemory(total, bytes, context);
    let from = 12;
    for (let to = 0; to < total; to += blockSize) {
      const length = Math.min(blockSize, total - to);
      const stored = from + 4 <= bytes.length ? view.getUint32(from) : Number.POSITIVE_INFINITY;
      from += 4;
      if (from + stored > bytes.length)
        throw new GraticuleError("malformed", `lz4: a block of ${stored} bytes at ${from} of ${bytes.length}`);
      const block = bytes.subarray(from, from + stored);
      if (stored === length) out.set(block, to);
      else expandWhole(block, out.subarray(to, to + length));
      from += stored;
    }
    return out;
  },
};

/** One LZ4 block that gives exactly `out`. @throws `malformed` */
export function expandWhole(block: Uint8Array, out: Uint8Array): void {
  const written = expandBlock("lz4", block, out);
  if (written !== out.length) throw new GraticuleError("malformed", `lz4: ${written} bytes where ${out.length} are declared`);
}
