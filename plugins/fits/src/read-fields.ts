import type { ByteSource, ReadContext } from "graticule/plugin";
import { CUT_SHORT, FitsError } from "./error.js";

/** A field of every row of a table. */
export interface FieldPlace {
  readonly url: string;
  /** Of row 0. */
  readonly offset: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Bytes of the field. */
  readonly length: number;
}

/** Rows longer than this are not read whole for one field. */
const MAX_GAP = 1 << 16;
const SPAN = 1 << 20;

/** The field of `count` rows from `start` on, one behind the other. */
export async function readFields(place: FieldPlace, start: number, count: number, context: ReadContext): Promise<Uint8Array> {
  const source = await context.openSource(place.url);
  const options = { signal: context.signal };
  const { stride, length } = place;
  const offset = place.offset + start * stride;
  if (stride === length) return source.readOne({ offset, length: count * length }, options);
  requireThere(source, offset + (count - 1) * stride + length);
  const out = new Uint8Array(count * length);
  if (stride - length > MAX_GAP && stride > 4 * length) {
    const ranges = Array.from({ length: count }, (_, i) => ({ offset: offset + i * stride, length }));
    for await (const { index, bytes } of source.read(ranges, options)) out.set(bytes, index * length);
    return out;
  }
  const perRead = Math.max(1, Math.floor(SPAN / stride));
  for (let row = 0; row < count; row += perRead) {
    const n = Math.min(perRead, count - row);
    const span = await source.readOne({ offset: offset + row * stride, length: (n - 1) * stride + length }, options);
    for (let i = 0; i < n; i++) {
      const from = i * stride;
      const to = (row + i) * length;
      for (let k = 0; k < length; k++) out[to + k] = span[from + k] as number;
    }
  }
  return out;
}

/** Asked before anything is allocated: a header may declare more rows than the file has. */
function requireThere(source: ByteSource, end: number): void {
  if (end <= source.size) return;
  throw new FitsError("truncated", `a row ends at ${end}, the file at ${source.size}`, {
    file: source.url,
    offset: source.size,
    hint: CUT_SHORT,
  });
}
