import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { keptZstd } from "../codec/kept-zlib.js";
import { ReusableMemory } from "../schema/reusable-memory.js";
import type { PageCodec } from "./format.js";
import { compressLz4, lz4Bound } from "./lz4.js";

export interface Compression {
  readonly codec: PageCodec;
  readonly level?: number;
}

/** The result holds until the next call. */
export type Compressor = (bytes: Uint8Array) => Uint8Array;

/** Level 1 halves the time of the default 3 on numbers at a loss of one or two per cent in size. */
const ZSTD_LEVEL = 1;

/** Loaded once per process: snappy has no home in node:zlib. */
export async function compressorFor(compression: Compression): Promise<Compressor> {
  const { codec, level } = compression;
  switch (codec) {
    case "zstd": {
      return zstdCompressor(level ?? ZSTD_LEVEL);
    }
    case "gzip":
      return (bytes) => gzipSync(bytes, { level: level ?? 6 });
    case "snappy": {
      const { compress } = await import("snappyjs");
      return (bytes) => compress(bytes);
    }
    case "lz4_raw":
      return lz4Compressor();
    case "none":
      return (bytes) => bytes;
  }
}

const output = new ReusableMemory();

function zstdCompressor(level: number): Compressor {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  const kept = keptZstd(level);
  return (bytes) => {
    // More than zstd's own bound for incompressible input (zstd.h, ZSTD_COMPRESSBOUND).
    const room = output.take(bytes.length + (bytes.length >> 7) + 1024);
    const length = kept ? kept(bytes, room) : -1;
    return length < 0 ? zstdCompressSync(bytes, { params }) : room.subarray(0, length);
  };
}

function lz4Compressor(): Compressor {
  return (bytes) => {
    const room = output.take(lz4Bound(bytes.length));
    return room.subarray(0, compressLz4(bytes, room));
  };
}
