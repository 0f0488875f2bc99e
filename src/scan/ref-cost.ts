import type { ChunkRef } from "../format/contract.js";

export interface RefCost {
  readonly chunks: number;
  readonly requests: number;
  readonly bytes: number;
}

/** As `readBox` decides: pieces of a strided ref that lie close together are read in one go with what is between. */
const STRIDE_GAP = 1 << 16;
const READ_BYTES = 8 << 20;
const NOTHING: RefCost = { chunks: 0, requests: 0, bytes: 0 };

/** What reading a ref takes from its file; of an object of unknown size, its request alone. What a plugin reads itself cannot be told beforehand: it counts as a chunk. */
export function costOf(ref: ChunkRef): RefCost {
  switch (ref.kind) {
    case "missing":
      return NOTHING;
    case "inline":
    case "plugin":
      return { chunks: 1, requests: 0, bytes: 0 };
    case "stored":
      return { chunks: 1, requests: 1, bytes: ref.length };
    case "object":
      return { chunks: 1, requests: 1, bytes: ref.size ?? 0 };
    case "strided": {
      const { stride, count, length } = ref;
      const isJoint = stride - length <= STRIDE_GAP && stride <= 4 * length + STRIDE_GAP;
      if (!isJoint) return { chunks: 1, requests: count, bytes: count * length };
      const perRead = Math.max(1, Math.floor(READ_BYTES / stride));
      const requests = Math.ceil(count / perRead);
      return { chunks: 1, requests, bytes: (count - requests) * stride + requests * length };
    }
  }
}
