import { GraticuleError } from "../errors.js";
import type { CodecContext } from "./contract.js";
import { checkExpansion, checkOutputLength } from "./output-length.js";

/** Output below which handing a chunk to the thread pool costs more than decoding it. */
const POOL_FROM = 32 << 10;

/** Node's limit for one buffer of zlib. */
const MAX_OUTPUT = 2 ** 31 - 1;

interface Options {
  readonly chunkSize: number;
  readonly maxOutputLength: number;
}

/** The two forms of one decoder of `node:zlib`. */
export interface Decompressor {
  readonly label: string;
  /** Bytes of output per byte of input at most. */
  readonly expansion: number;
  /** The asynchronous form may give less than the whole, which the caller sees by its length. Default false. */
  readonly mayStopEarly?: boolean;
  sync(bytes: Uint8Array, options: Options): Uint8Array;
  async(bytes: Uint8Array, options: Options, done: (error: Error | null, result: Buffer) => void): void;
}

/**
 * One call with the output's size known: zlib then writes into one buffer. The buffer is a byte longer than the output, so
 * that it is never full (zlib would go on to allocate another) and so that a longer stream shows.
 */
export function decompress(decompressor: Decompressor, bytes: Uint8Array, context: CodecContext): Uint8Array | Promise<Uint8Array> {
  const { decodedLength, exact = true } = context;
  if (decodedLength + 1 > MAX_OUTPUT)
    throw new GraticuleError("unsupported", `${decompressor.label} of a chunk of ${decodedLength} bytes; the limit is 2 GiB`);
  checkExpansion(bytes.length, context, decompressor.expansion, decompressor.label);
  const first = exact ? decodedLength + 1 : Math.min(decodedLength, 4 * bytes.length) + 1;
  const options = { chunkSize: Math.max(64, first), maxOutputLength: decodedLength + 1 };
  if (context.parallel && decodedLength >= POOL_FROM) {
    return new Promise((resolve, reject) => {
      decompressor.async(bytes, options, (error, result) => {
        try {
          if (error) throw error;
          const isEarly = decompressor.mayStopEarly && result.length < decodedLength;
          if (!isEarly) checkOutputLength(result.length, context, decompressor.label);
          resolve(result);
        } catch (failure) {
          reject(asMalformed(failure, decompressor.label, context));
        }
      });
    });
  }
  try {
    const result = decompressor.sync(bytes, options);
    checkOutputLength(result.length, context, decompressor.label);
    return result;
  } catch (error) {
    throw asMalformed(error, decompressor.label, context);
  }
}

function asMalformed(error: unknown, label: string, { decodedLength }: CodecContext): unknown {
  if (error instanceof GraticuleError) return error;
  const { code, message = String(error) } = error as { readonly code?: unknown; readonly message?: string };
  if (code === "ERR_BUFFER_TOO_LARGE")
    return new GraticuleError("malformed", `${label} gives more than the ${decodedLength} bytes that the chunk needs`);
  const isChecksum = code === "ZSTD_error_checksum_wrong" || message === "incorrect data check";
  if (isChecksum) return new GraticuleError("checksum", `${label}: ${message}`, { cause: error });
  return new GraticuleError("malformed", `${label}: ${message}`, { cause: error });
}
