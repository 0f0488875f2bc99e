import { once } from "node:events";
import type { Writable } from "node:stream";

/** Where printed values go; waits while the reader is slower than we are. */
export interface Output {
  write(piece: string | Uint8Array): Promise<void>;
}

export function streamOutput(stream: Writable): Output {
  return {
    async write(piece) {
      if (piece.length > 0 && !stream.write(piece)) await once(stream, "drain");
    },
  };
}

/** Characters that are collected before they are written. */
export const PIECE_LENGTH = 1 << 16;
