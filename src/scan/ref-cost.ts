import type { ChunkRef } from "../format/contract.js";
import { piecesPerRead } from "../format/read-strided.js";

export interface RefCost {
  readonly chunks: number;
  readonly requests: number;
  readonly bytes: number;
}

const NOTHING: RefCost = { chunks: 0, requests: 0, bytes: 0 };

/** What reading a ref takes from its file, which is local or an object; of an object of unknown size, its request alone. What a plugin reads itself cannot be told beforehand: it counts as a chunk. */
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
      const perRead = piecesPerRead(ref);
      if (perRead === 0) return { chunks: 1, requests: count, bytes: count * length };
      const requests = Math.ceil(count / perRead);
      return { chunks: 1, requests, bytes: (count - requests) * stride + requests * length };
    }
  }
}
