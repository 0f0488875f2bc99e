import { type ZstdOptions, zstdDecompress, zstdDecompressSync } from "node:zlib";
import { GraticuleError } from "../errors.js";
import type { Codec, CodecContext } from "./contract.js";

/** Zstandard frames (RFC 8878). */
export const codec: Codec = {
  id: "zstd",
  label: (spec) => (spec.parameters.level === undefined ? "zstd" : `zstd:${spec.parameters.level}`),
  decode(bytes, _spec, context) {
    const options: ZstdOptions = {
      chunkSize: Math.max(64, context.decodedLength + 64),
      maxOutputLength: Math.max(64, context.decodedLength + 64),
    };
    if (!context.parallel) {
      try {
        return zstdDecompressSync(bytes, options);
      } catch (error) {
        throw explain(error, bytes, context);
      }
    }
    return new Promise((resolve, reject) => {
      zstdDecompress(bytes, options, (error, out) => (error ? reject(explain(error, bytes, context)) : resolve(out)));
    });
  },
};

function explain(error: unknown, bytes: Uint8Array, context: CodecContext): GraticuleError {
  return new GraticuleError("malformed", `a chunk of ${bytes.length} bytes is no zstd frame of ${context.decodedLength} bytes`, {
    cause: error,
  });
}
