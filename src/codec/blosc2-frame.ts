import { GraticuleError } from "../errors.js";

/** A contiguous frame's parts (c-blosc2, README_CFRAME_FORMAT.rst). */
export interface Blosc2Frame {
  readonly decodedLength: number;
  readonly typeSize: number;
  /** 0: chunks of several lengths. */
  readonly chunkLength: number;
  /** The chunks, one behind the other. */
  readonly chunks: Uint8Array;
  /** What follows them: the chunk with their offsets, and the trailer. */
  readonly index: Uint8Array;
  /** Where the values are in blocks of several dimensions (metalayer `b2nd`). */
  readonly grid: Blosc2Grid | undefined;
}

/** All in elements. */
export interface Blosc2Grid {
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  readonly block: readonly number[];
}

const MAGIC = Buffer.from("b2frame\0");
const FIXED_LENGTH = 87;
/** c-blosc2's B2ND_MAX_DIM is 8; a fixarray of msgpack holds 15. */
const MAX_DIMENSIONS = 15;

/** @throws `malformed`, `unsupported` */
export function blosc2Frame(bytes: Uint8Array): Blosc2Frame {
  if (bytes.length < FIXED_LENGTH || !MAGIC.equals(bytes.subarray(2, 10))) throw damaged("no contiguous frame");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (((bytes[26] as number) & 0x0f) !== 0)
    throw new GraticuleError("unsupported", "blosc2: a frame that is spread over a directory");
  const headerLength = view.getUint32(11);
  const [decodedLength, storedLength] = [Number(view.getBigInt64(30)), Number(view.getBigInt64(39))];
  if (headerLength < FIXED_LENGTH || decodedLength < 0 || storedLength < 0 || headerLength + storedLength > bytes.length)
    throw damaged(`a header of ${headerLength} and chunks of ${storedLength} bytes where ${bytes.length} are stored`);
  return {
    decodedLength,
    typeSize: Math.max(1, view.getInt32(48)),
    chunkLength: Math.max(0, view.getInt32(58)),
    chunks: bytes.subarray(headerLength, headerLength + storedLength),
    index: bytes.subarray(headerLength + storedLength),
    grid: gridOf(view, headerLength),
  };
}

/** The metalayer `b2nd`, `caterva` in old files: what names and offsets the header lists, big-endian msgpack. */
function gridOf(view: DataView, headerLength: number): Blosc2Grid | undefined {
  if (headerLength < FIXED_LENGTH + 7) return undefined;
  const count = view.getUint16(FIXED_LENGTH + 5);
  let at = FIXED_LENGTH + 7;
  for (let i = 0; i < count; i++) {
    const length = at < headerLength ? view.getUint8(at) & 0x1f : headerLength;
    if (at + length + 6 > headerLength) throw damaged("its metalayers pass the end of the header");
    const name = Buffer.from(view.buffer, view.byteOffset + at + 1, length).toString("latin1");
    const content = view.getUint32(at + length + 2);
    // A bin32 of msgpack: one byte and four of length precede the content.
    if (name === "b2nd" || name === "caterva") return readGrid(view, content + 5, headerLength);
    at += length + 6;
  }
  return undefined;
}

function readGrid(view: DataView, start: number, end: number): Blosc2Grid {
  if (start + 3 > end) throw damaged("its shape passes the end of the header");
  const rank = view.getUint8(start + 2);
  if (rank > MAX_DIMENSIONS) throw damaged(`${rank} dimensions`);
  let at = start + 3;
  const numbers = (bytes: 4 | 8): number[] => {
    if (at + 1 + rank * (1 + bytes) > end) throw damaged("its shape passes the end of the header");
    at++;
    return Array.from({ length: rank }, () => {
      const value = bytes === 8 ? Number(view.getBigInt64(at + 1)) : view.getInt32(at + 1);
      at += 1 + bytes;
      return value;
    });
  };
  const grid = { shape: numbers(8), chunk: numbers(4), block: numbers(4) };
  if ([...grid.chunk, ...grid.block].some((length) => length <= 0)) throw damaged("blocks without length");
  return grid;
}

export function damaged(message: string): GraticuleError {
  return new GraticuleError("malformed", `blosc2: ${message}`);
}
