import { plainName } from "../format/box-target.js";
import type { ArrayVariable, ReadContext, Values } from "../format/contract.js";
import { gather } from "../format/gather.js";
import { restoreCoding } from "../format/restore-coding.js";
import { type Box, wholeBox } from "../schema/box.js";
import { swapBytes, viewAs } from "../schema/typed-array.js";
import type { ByteSource } from "../store/contract.js";
import { isRemoteUrl } from "../store/scheme.js";

/** Rows of a table all together: its columns are held in memory at once. */
const MOST_BYTES = 128 << 20;
const LONGEST_ROW = 1 << 14;
/** Rows read at a time: they stay in the processor's cache while they are picked apart. */
const WINDOW = 1 << 19;

/** A column as fields of rows. */
interface Fields {
  readonly variable: ArrayVariable;
  /** Of row 0. */
  readonly offset: number;
  readonly stride: number;
  readonly count: number;
  readonly length: number;
}

/**
 * Columns of a small local table, which lie in its rows side by side. Once two are read whole in the order of the file, all that come
 * behind them are read with the second, in one pass over the rows: each byte is read once, not once for each column.
 */
export class TableSweep {
  /** Columns that were read before they were asked for. */
  readonly #ready = new Map<ArrayVariable, Promise<Uint8Array | null>>();
  #last: Fields | null = null;

  constructor(
    readonly variables: readonly ArrayVariable[],
    readonly source: ByteSource,
    readonly context: ReadContext,
  ) {}

  /** @returns null for what is to be read by itself */
  async take(variable: ArrayVariable, box: Box): Promise<Values | null> {
    if (isRemoteUrl(this.source.url) || !isWhole(variable, box)) return null;
    const fields = await this.#fieldsOf(variable);
    if (!fields) return null;
    const last = this.#last;
    this.#last = fields;
    if (!this.#ready.has(variable) && last && isNext(last, fields, this.variables)) await this.#begin(fields);
    const ready = this.#ready.get(variable);
    if (!ready) return null;
    this.#ready.delete(variable);
    const bytes = await ready;
    const name = plainName(variable.dtype);
    if (!bytes || name === null) return null;
    this.context.counters.chunks++;
    return viewAs(name, bytes);
  }

  async #begin(first: Fields): Promise<void> {
    const columns: Fields[] = [];
    for (const variable of this.variables.slice(this.variables.indexOf(first.variable))) {
      const fields = await this.#fieldsOf(variable);
      if (fields && isSameTable(first, fields)) columns.push(fields);
    }
    const swept = this.#sweep(columns);
    for (const [i, { variable }] of columns.entries())
      this.#ready.set(
        variable,
        // A column whose reading fails is read again by itself: its own error names it.
        swept.then(
          (all) => all[i] ?? null,
          () => null,
        ),
      );
  }

  async #sweep(columns: readonly Fields[]): Promise<Uint8Array[]> {
    const { stride, count } = columns[0] as Fields;
    const start = Math.min(...columns.map(({ offset }) => offset));
    const width = Math.max(...columns.map(({ offset, length }) => offset + length)) - start;
    const all = columns.map(({ length }) => Buffer.allocUnsafeSlow(count * length));
    const rows = Math.max(1, Math.floor(WINDOW / stride));
    const into = new Uint8Array(rows * stride);
    const options = { signal: this.context.signal };
    for (let row = 0; row < count; row += rows) {
      const n = Math.min(rows, count - row);
      const range = { offset: start + row * stride, length: (n - 1) * stride + width };
      const bytes = await this.source.readOne(range, { ...options, into });
      for (const [i, { variable, offset, length }] of columns.entries()) {
        const out = all[i] as Buffer;
        gather(bytes.subarray(offset - start), stride, n, length, out, row * length);
        toNative(variable, out.subarray(row * length, (row + n) * length));
      }
    }
    return all;
  }

  /** Null where a column is none of a small table's, or no plain numbers. */
  async #fieldsOf(variable: ArrayVariable): Promise<Fields | null> {
    const { dtype, codecs, access, shape, error, unsupported } = variable;
    const isPlain = access === "direct" && codecs.length === 0 && variable.chunks === null && plainName(dtype) !== null;
    if (!isPlain || error || unsupported || shape.length === 0 || shape.includes(0)) return null;
    let fields = null as Fields | null;
    for await (const ref of variable.locate(wholeBox(shape), this.context)) {
      if (ref.kind !== "strided" || ref.url !== this.source.url || ref.stride > LONGEST_ROW) return null;
      const { offset, stride, count, length } = ref;
      if (fields && (stride !== fields.stride || length !== fields.length || offset !== fields.offset + fields.count * stride))
        return null;
      fields = { variable, offset: fields?.offset ?? offset, stride, count: count + (fields?.count ?? 0), length };
      if (fields.count * stride > MOST_BYTES) return null;
    }
    return fields && fields.offset + (fields.count - 1) * fields.stride + fields.length <= this.source.size ? fields : null;
  }
}

function isWhole({ shape }: ArrayVariable, box: Box): boolean {
  return box.every(({ start, stop }, d) => start === 0 && stop === shape[d]);
}

function isSameTable(a: Fields, b: Fields): boolean {
  return a.stride === b.stride && a.count === b.count && Math.abs(a.offset - b.offset) < a.stride;
}

/** Whether `b` is the column behind `a`. */
function isNext(a: Fields, b: Fields, variables: readonly ArrayVariable[]): boolean {
  return isSameTable(a, b) && variables.indexOf(b.variable) === variables.indexOf(a.variable) + 1;
}

function toNative({ dtype }: ArrayVariable, bytes: Uint8Array): void {
  restoreCoding(dtype, bytes);
  if (dtype.byteOrder !== "big") return;
  swapBytes(bytes, dtype.name === "complex64" ? 4 : dtype.name === "complex128" ? 8 : dtype.size);
}
