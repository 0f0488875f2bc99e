import { inflate, inflateSync, type ZlibOptions } from "node:zlib";
import { GraticuleError } from "../errors.js";
import type { Codec, CodecContext } from "./contract.js";

/** zlib streams (RFC 1950), as HDF5's deflate filter writes them. */
export const codec: Codec = {
  id: "deflate",
  label: (spec) => `deflate:${spec.parameters.level ?? "?"}`,
  decode(bytes, _spec, context) {
    const options = optionsFor(context);
    if (!context.parallel) {
      try {
        return inflateSync(bytes, options);
      } catch (error) {
        throw explain(error, bytes, context);
      }
    }
    return new Promise((resolve, reject) => {
      inflate(bytes, options, (error, out) => (error ? reject(explain(error, bytes, context)) : resolve(out)));
    });
  },
};

/** Room for what filters before deflate may have added (a checksum, a shuffle's rest), so that one allocation holds all and a bomb stops. */
const SLACK = 64;

function optionsFor({ decodedLength }: CodecContext): ZlibOptions {
  const room = decodedLength + SLACK;
  return { chunkSize: Math.max(64, room), maxOutputLength: Math.max(64, room) };
}

function explain(error: unknown, bytes: Uint8Array, context: CodecContext): GraticuleError {
  const code = (error as { code?: unknown }).code;
  const why =
    code === "ERR_BUFFER_TOO_LARGE"
      ? `inflates to more than the ${context.decodedLength} bytes of its shape`
      : `is no whole zlib stream (${error instanceof Error ? error.message : String(error)})`;
  return new GraticuleError("malformed", `a chunk of ${bytes.length} bytes ${why}`, { cause: error });
}
