import type { ByteSource, ReadOptions } from "../store/contract.js";
import type { Pieces } from "./contract.js";
import { gather } from "./gather.js";
import { RowWindows } from "./row-windows.js";

/** Pieces nearer to each other than this are cheaper read in one go with what lies between. */
const STRIDE_GAP = 1 << 16;

/** What is read in one go then: as much as stays in the processor's cache until it is picked apart. */
const SPAN = 1 << 20;

/** A ref of the kind "strided" is one. */
type Strided = Pick<Pieces, "offset" | "stride" | "count" | "length">;

/** How many pieces of a local ref are read in one go, with what lies between; 0: each is read by itself. */
export function piecesPerRead({ stride, length }: Pick<Strided, "stride" | "length">): number {
  const isFar = stride - length > STRIDE_GAP || stride > 4 * length + STRIDE_GAP;
  return isFar ? 0 : Math.max(1, Math.floor(SPAN / stride));
}

/**
 * Reads the pieces of a ref of a local file (those of remote ones are fetched together) into `out`, one behind the other from `position` on.
 * @param counted told of the bytes of each read
 */
export async function readStrided(
  ref: Strided,
  source: ByteSource,
  out: Uint8Array,
  position: number,
  options: ReadOptions,
  counted: (bytes: number) => void,
): Promise<void> {
  const { offset, stride, count, length } = ref;
  const perRead = piecesPerRead(ref);
  if (perRead === 0) {
    const ranges = Array.from({ length: count }, (_, i) => ({ offset: offset + i * stride, length }));
    for await (const { index, bytes } of source.read(ranges, options)) {
      counted(bytes.length);
      out.set(bytes, position + index * length);
    }
    return;
  }
  const whole = { offset, length: (count - 1) * stride + length };
  const windows = windowsOf(source, stride, perRead);
  if (windows?.announce(whole) && whole.offset + whole.length <= source.size) {
    for (let i = 0; i < count; ) {
      const start = offset + i * stride;
      const n = Math.min(count - i, Math.ceil((windows.endOf(start) - start) / stride));
      const to = position + i * length;
      await windows.with(start, options, counted, (bytes, at) => gather(bytes.subarray(at), stride, n, length, out, to));
      i += n;
    }
    return;
  }
  const into = spare.pop() ?? new Uint8Array(SPAN);
  try {
    for (let i = 0; i < count; i += perRead) {
      const n = Math.min(perRead, count - i);
      const span = { offset: offset + i * stride, length: (n - 1) * stride + length };
      counted(span.length);
      gather(await source.readOne(span, { ...options, into }), stride, n, length, out, position + i * length);
    }
  } finally {
    if (spare.length < MOST_SPARE) spare.push(into);
  }
}

/** The last table that was read of each source. */
const tables = new WeakMap<ByteSource, RowWindows>();

/** Null where rows are not to be kept: of remote files, which others keep, and where a window holds but one. */
function windowsOf(source: ByteSource, stride: number, perWindow: number): RowWindows | null {
  if (source.isRemote || perWindow < 2) return null;
  const known = tables.get(source);
  if (known?.stride === stride) return known;
  const made = new RowWindows(source, stride, perWindow);
  tables.set(source, made);
  return made;
}

/** Memory that spans are read into, each by one read at a time. */
const spare: Uint8Array[] = [];
const MOST_SPARE = 4;
