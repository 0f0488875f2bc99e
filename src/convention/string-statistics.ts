import { GraticuleError } from "../errors.js";
import type { ArrayVariable } from "../format/contract.js";
import { type Box, boxShape, sizeOf } from "../schema/box.js";
import { flatIndexInArray } from "./flat-index.js";
import { charText } from "./text.js";

/** `strings` of `inspect --stats`. */
export interface TextStatistics {
  readonly size: number;
  readonly non_empty: number;
  /** Absent where there are more than a million: then `distinct_at_least` says how many were told apart. */
  readonly distinct?: number;
  readonly distinct_at_least?: number;
  readonly first: string;
  readonly last: string;
  /** In characters. */
  readonly max_len: number;
}

const MOST_DISTINCT = 1_000_000;
/** Of rows that arrive in pieces, because chunks divide the last dimension of `char`. */
const MOST_PENDING_BYTES = 256 * 2 ** 20;

/** Statistics of text, one box after another in any order; of `char`, the last dimension is joined to one text. */
export class StringStatistics {
  private size = 0;
  private nonEmpty = 0;
  private longest = 0;
  private first: { index: number; text: string } | undefined;
  private last: { index: number; text: string } | undefined;
  private overflow = false;
  private pendingBytes = 0;
  private readonly distinct = new Set<string>();
  private readonly pending = new Map<number, { readonly bytes: Uint8Array; have: number }>();
  private readonly isChar: boolean;
  private readonly rows: readonly number[];
  private readonly width: number;

  constructor(
    variable: Pick<ArrayVariable, "dtype" | "shape">,
    private readonly shape: readonly number[] = variable.shape,
  ) {
    this.isChar = variable.dtype.name === "char";
    this.rows = this.isChar ? shape.slice(0, -1) : shape;
    this.width = this.isChar ? (shape.at(-1) ?? 1) : 1;
  }

  /** @param values the bytes of `char`, or one text per element; row-major over the box */
  add(values: Uint8Array | readonly string[], box: Box): void {
    if (values instanceof Uint8Array) this.addBytes(values, box);
    else
      for (let i = 0; i < values.length; i++)
        this.note((values[i] as string).replaceAll("\0", ""), flatIndexInArray(i, box, this.shape));
  }

  result(): TextStatistics {
    const empty = this.width === 0 ? sizeOf(this.rows) : 0;
    const distinct = this.distinct.size + (empty > 0 ? 1 : 0);
    return {
      size: this.size + empty,
      non_empty: this.nonEmpty,
      ...(this.overflow ? { distinct_at_least: distinct } : { distinct }),
      first: this.first?.text ?? "",
      last: this.last?.text ?? "",
      max_len: this.longest,
    };
  }

  private addBytes(bytes: Uint8Array, box: Box): void {
    const extents = boxShape(box);
    const part = this.shape.length === 0 ? 1 : (extents.at(-1) as number);
    const start = this.shape.length === 0 ? 0 : (box.at(-1) as { start: number }).start;
    const rowBox = box.slice(0, -1);
    const count = part === 0 ? 0 : bytes.length / part;
    for (let i = 0; i < count; i++) {
      const index = flatIndexInArray(i, rowBox, this.rows);
      const piece = bytes.subarray(i * part, (i + 1) * part);
      const row = part === this.width ? piece : this.collect(index, piece, start);
      if (row) this.note(charText(row), index);
    }
  }

  /** Joins the pieces of a row; null while one is outstanding. */
  private collect(index: number, piece: Uint8Array, start: number): Uint8Array | null {
    let row = this.pending.get(index);
    if (!row) {
      this.pendingBytes += this.width;
      if (this.pendingBytes > MOST_PENDING_BYTES)
        throw new GraticuleError("unsupported", `texts of ${this.width} bytes lie in too many pieces to be joined in memory`);
      row = { bytes: new Uint8Array(this.width), have: 0 };
      this.pending.set(index, row);
    }
    row.bytes.set(piece, start);
    row.have += piece.length;
    if (row.have < this.width) return null;
    this.pending.delete(index);
    this.pendingBytes -= this.width;
    return row.bytes;
  }

  private note(text: string, index: number): void {
    this.size++;
    if (text !== "") this.nonEmpty++;
    if (text.length > this.longest) this.longest = Math.max(this.longest, lengthOf(text));
    if (!this.overflow && !this.distinct.has(text)) {
      if (this.distinct.size >= MOST_DISTINCT) this.overflow = true;
      else this.distinct.add(text);
    }
    if (!this.first || index < this.first.index) this.first = { index, text };
    if (!this.last || index > this.last.index) this.last = { index, text };
  }
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
