import { types } from "node:util";
import {
  constants,
  createGunzip,
  createInflate,
  createZstdCompress,
  createZstdDecompress,
  deflateSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";
import { GraticuleError } from "../errors.js";

/** Members of a zlib stream of Node that its types do not name; unchanged since Node 8, and tried before they are relied on. */
interface ZlibHandle {
  close(): void;
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
 * @throws `malformed`, `checksum`
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
  if (!types.isUint32Array(state) || typeof handle?.writeSync !== "function" || typeof handle.reset !== "function") return null;
  return runner(handle as ZlibHandle, state, flush);
}

interface Failure {
  readonly message: string;
  readonly code: string;
}

function failed({ message, code }: Failure): GraticuleError {
  const isChecksum = code === "ZSTD_error_checksum_wrong" || message === "incorrect data check";
  return new GraticuleError(isChecksum ? "checksum" : "malformed", `${message} (${code})`);
}

function runner(handle: ZlibHandle, state: Uint32Array, flush: number): KeptStream {
  let failure: Failure | null = null;
  handle.onerror = (message, _errno, code) => {
    failure = { message, code };
  };
  return (bytes, out) => {
    failure = null;
    handle.reset();
    handle.writeSync(flush, bytes, 0, bytes.length, out, 0, out.length);
    const error = failure as Failure | null;
    if (error) throw failed(error);
    const left = state[0] as number;
    return left === 0 ? -1 : out.length - left;
  };
}

let inflate: KeptStream | null | undefined;

/** One inflating stream for all chunks of this thread. */
export function keptInflate(): KeptStream | null {
  if (inflate === undefined) {
    const own = keepStream(createInflate(), constants.Z_FINISH);
    inflate = own && inflatesWell(own, deflateSync(SAMPLE)) ? own : null;
  }
  return inflate;
}

let gunzip: KeptStream | null | undefined;

/** As {@link keptInflate}, for gzip members. */
export function keptGunzip(): KeptStream | null {
  if (gunzip === undefined) {
    const own = keepStream(createGunzip(), constants.Z_FINISH);
    gunzip = own && inflatesWell(own, gzipSync(SAMPLE)) ? own : null;
  }
  return gunzip;
}

let zstd: KeptStream | null | undefined;

/** One Zstandard decoder for all chunks of this thread; inputs may be several frames, one after the other. */
export function keptZstdDecoder(): KeptStream | null {
  if (zstd === undefined) {
    const own = keepFrames(() => frameStream(createZstdDecompress()));
    zstd = own && decodesWell(own) ? own : null;
  }
  return zstd;
}

/**
 * A Zstandard stream stands ready for the next frame when one has ended, so that it is not reset: Node's would be made anew, and
 * a compressor would forget its level. After an error it never recovers: it is given up.
 */
function keepFrames(create: () => FrameStream | null): KeptStream | null {
  let stream: FrameStream | null = null;
  const own: KeptStream = (bytes, out) => {
    stream ??= create();
    if (stream === null) throw new GraticuleError("internal", "the kept Zstandard stream is gone");
    let isWhole = false;
    try {
      const written = stream.run(bytes, out);
      isWhole = written >= 0;
      return written;
    } finally {
      if (!isWhole) {
        stream.close();
        stream = null;
      }
    }
  };
  stream = create();
  return stream && own;
}

interface FrameStream {
  readonly run: KeptStream;
  close(): void;
}

function frameStream(stream: object): FrameStream | null {
  const { _handle: handle, _writeState: state } = stream as {
    readonly _handle?: Partial<ZlibHandle>;
    readonly _writeState?: Uint32Array;
  };
  if (!types.isUint32Array(state) || typeof handle?.writeSync !== "function" || typeof handle.close !== "function") return null;
  const whole = handle as ZlibHandle;
  let failure: Failure | null = null;
  whole.onerror = (message, _errno, code) => {
    failure = { message, code };
  };
  const run: KeptStream = (bytes, out) => {
    failure = null;
    let from = 0;
    let to = 0;
    do {
      whole.writeSync(constants.ZSTD_e_end, bytes, from, bytes.length - from, out, to, out.length - to);
      const error = failure as Failure | null;
      if (error) throw failed(error);
      const [outputLeft, inputLeft] = state as unknown as [number, number];
      if (outputLeft === 0 || (bytes.length > 0 && bytes.length - inputLeft === from)) return -1;
      from = bytes.length - inputLeft;
      to = out.length - outputLeft;
    } while (from < bytes.length);
    return to;
  };
  return { run, close: () => whole.close() };
}

/** A compressing stream of a level. */
export function keptZstd(level: number): KeptStream | null {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  const own = keepFrames(() => frameStream(createZstdCompress({ params })));
  return own && compressesWell(own, params) ? own : null;
}

const SAMPLE = Buffer.from("a chunk, a chunk, and another chunk");

/** Whether it inflates what it should, twice, and refuses what it should. */
function inflatesWell(own: KeptStream, coded: Uint8Array): boolean {
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

/** As {@link inflatesWell}; also two frames, and that it goes on after an error. */
function decodesWell(own: KeptStream): boolean {
  const coded = zstdCompressSync(SAMPLE);
  const out = Buffer.alloc(2 * SAMPLE.length + 1);
  const isSample = () => own(coded, out) === SAMPLE.length && out.subarray(0, SAMPLE.length).equals(SAMPLE);
  if (!isSample() || !isSample()) return false;
  if (own(Buffer.concat([coded, coded]), out) !== 2 * SAMPLE.length) return false;
  if (own(coded, Buffer.alloc(8)) !== -1) return false;
  try {
    own(coded.subarray(0, -2), out);
  } catch (error) {
    return error instanceof GraticuleError && isSample();
  }
  return false;
}

/** Whether it gives, twice, what the public call gives: the level is not forgotten. */
function compressesWell(own: KeptStream, params: Record<number, number>): boolean {
  const sample = Uint8Array.from({ length: 4096 }, (_, i) => (Math.imul(i >> 2, 0x9e3779b1) >>> 24) & 15);
  const wanted = zstdCompressSync(sample, { params }).length;
  const out = Buffer.alloc(2 * sample.length);
  for (let i = 0; i < 2; i++) {
    const length = own(sample, out);
    // The frame's header may lack the content's size, or tell it.
    if (Math.abs(length - wanted) > 8 || !zstdDecompressSync(out.subarray(0, length)).equals(sample)) return false;
  }
  return true;
}
