import { inflateSync, zstdDecompressSync } from "node:zlib";
import { GraticuleError } from "../errors.js";
import { type KeptStream, keptInflate, keptZstdDecoder } from "./kept-zlib.js";

/**
 * Parts of a chunk that hold a zlib stream or Zstandard frames, into memory of the caller's that is a byte longer than the
 * output, so that a longer one shows.
 *
 * @throws `malformed`, `checksum`
 */
export function inflateBlock(name: "zlib" | "zstd", input: Uint8Array, out: Uint8Array): void {
  const decoder = name === "zlib" ? zlibStream() : zstdFrames();
  const found = decoder(input, out);
  if (found !== out.length - 1)
    throw new GraticuleError(
      "malformed",
      `${name}: ${found < 0 ? "more" : found} bytes in a block where ${out.length - 1} are declared`,
    );
}

function zlibStream(): KeptStream {
  return keptInflate() ?? plain("zlib");
}

/** Zstandard frames, one behind the other. */
export function zstdFrames(): KeptStream {
  return keptZstdDecoder() ?? plain("zstd");
}

/** Where Node's streams cannot be kept: the public calls. */
function plain(name: "zlib" | "zstd"): KeptStream {
  return (input, out) => {
    const options = { chunkSize: Math.max(64, out.length), maxOutputLength: out.length };
    try {
      const found = name === "zlib" ? inflateSync(input, options) : zstdDecompressSync(input, options);
      out.set(found);
      return found.length;
    } catch (error) {
      throw new GraticuleError("malformed", `${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}
