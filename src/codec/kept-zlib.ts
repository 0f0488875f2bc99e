import { constants, createInflate, createZstdCompress, deflateSync, zstdDecompressSync } from "node:zlib";
import { GraticuleError } from "../errors.js";

/** Members of a zlib stream of Node that its types do not name; unchanged since Node 8, and tried before they are relied on. */
interface ZlibHandle {
  onerror: (message: string, errno: number, code: string) => void;
  reset(): void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
}

/**
 * Runs one whole input through a stream that is kept, into memory of the caller's.
 * @returns bytes written, or -1 where `out` was filled to its end
 * @throws `malformed`
 */
export type KeptStream = (bytes: Uint8Array, out: Uint8Array) => number;

/**
 * `inflateSync` and its like make a stream and fresh memory for every call, and mapping that memory takes longer than the work.
 * Null where this Node does not work as expected: the public call then does the work.
 */
function keepStream(stream: object, flush: number): KeptStream | null {
  const { _handle: handle, _writeState: state } = stream as {
    readonly _handle?: Partial<ZlibHandle>;
    readonly _writeState?: Uint32Array;
  };
  if (!(state instanceof Uint32Array) || typeof handle?.writeSync !== "function" || typeof handle.reset !== "function") return null;
  return runner(handle as ZlibHandle, state, flush);
}

function runner(handle: ZlibHandle, state: Uint32Array, flush: number): KeptStream {
  let failure: { message: string; code: string } | null = null;
  handle.onerror = (message, _errno, code) => {
    failure = { message, code };
  };
  return (bytes, out) => {
    failure = null;
    handle.reset();
    handle.writeSync(flush, bytes, 0, bytes.length, out, 0, out.length);
    const error = failure as { message: string; code: string } | null;
    if (error) throw new GraticuleError("malformed", `${error.message} (${error.code})`);
    const left = state[0] as number;
    return left === 0 ? -1 : out.length - left;
  };
}

let inflate: KeptStream | null | undefined;

/** One inflating stream for all chunks of this thread. */
export function keptInflate(): KeptStream | null {
  if (inflate === undefined) {
    const own = keepStream(createInflate(), constants.Z_FINISH);
    inflate = own && inflatesWell(own) ? own : null;
  }
  return inflate;
}

/** A compressing stream of a level. */
export function keptZstd(level: number): KeptStream | null {
  const own = keepStream(createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } }), constants.ZSTD_e_end);
  return own && compressesWell(own) ? own : null;
}

const SAMPLE = Buffer.from("a chunk, a chunk, and another chunk");

/** Whether it inflates what it should, twice, and refuses what it should. */
function inflatesWell(own: KeptStream): boolean {
  const coded = deflateSync(SAMPLE);
  const out = Buffer.alloc(SAMPLE.length + 1);
  try {
    for (let i = 0; i < 2; i++)
      if (own(coded, out) !== SAMPLE.length || !out.subarray(0, SAMPLE.length).equals(SAMPLE)) return false;
    if (own(coded, Buffer.alloc(8)) !== -1) return false;
    own(coded.subarray(0, -2), out);
  } catch (error) {
    return error instanceof GraticuleError;
  }
  return false;
}

function compressesWell(own: KeptStream): boolean {
  const out = Buffer.alloc(256);
  for (let i = 0; i < 2; i++) {
    const length = own(SAMPLE, out);
    if (length <= 0 || !zstdDecompressSync(out.subarray(0, length)).equals(SAMPLE)) return false;
  }
  return true;
}
