import { constants, createInflate, deflateSync } from "node:zlib";
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

/** Inflates into memory of the caller's. @returns bytes written, or -1 where `out` is too small */
export type KeptInflate = (bytes: Uint8Array, out: Uint8Array) => number;

let kept: KeptInflate | null | undefined;

/**
 * One zlib stream for all chunks of this thread, writing where it is told to. `inflateSync` makes a stream and fresh memory
 * for every chunk, and mapping that memory takes longer than inflating into it. Null where this Node does not work so: the
 * public call then does the work.
 */
export function keptInflate(): KeptInflate | null {
  if (kept === undefined) kept = makeKept();
  return kept;
}

function makeKept(): KeptInflate | null {
  const stream = createInflate() as unknown as { readonly _handle?: Partial<ZlibHandle>; readonly _writeState?: Uint32Array };
  const handle = stream._handle;
  const state = stream._writeState;
  if (!(state instanceof Uint32Array) || typeof handle?.writeSync !== "function" || typeof handle.reset !== "function") return null;
  const own = inflateWith(handle as ZlibHandle, state);
  return isTrue(own) ? own : null;
}

function inflateWith(handle: ZlibHandle, state: Uint32Array): KeptInflate {
  let failure: { message: string; code: string } | null = null;
  handle.onerror = (message, _errno, code) => {
    failure = { message, code };
  };
  return (bytes, out) => {
    failure = null;
    handle.reset();
    handle.writeSync(constants.Z_FINISH, bytes, 0, bytes.length, out, 0, out.length);
    const error = failure as { message: string; code: string } | null;
    if (error) throw new GraticuleError("malformed", `${error.message} (${error.code})`);
    const left = state[0] as number;
    return left === 0 ? -1 : out.length - left;
  };
}

/** Whether it inflates what it should, twice, and refuses what it should. */
function isTrue(inflate: KeptInflate): boolean {
  const plain = Buffer.from("a chunk, a chunk, and another chunk");
  const coded = deflateSync(plain);
  const out = Buffer.alloc(plain.length + 1);
  try {
    for (let i = 0; i < 2; i++)
      if (inflate(coded, out) !== plain.length || !out.subarray(0, plain.length).equals(plain)) return false;
    if (inflate(coded, Buffer.alloc(8)) !== -1) return false;
    inflate(coded.subarray(0, -2), out);
  } catch (error) {
    return error instanceof GraticuleError;
  }
  return false;
}
