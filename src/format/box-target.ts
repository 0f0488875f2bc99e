import { GraticuleError } from "../errors.js";
import { type Box, boxShape, type Range, sizeOf } from "../schema/box.js";
import type { DType } from "../schema/dtype.js";
import type { ValueMemory } from "../schema/reusable-memory.js";
import { bytesOf, swapBytes, type TypedArray, viewAs } from "../schema/typed-array.js";
import type { ArrayVariable, Values } from "./contract.js";
import { decodeElements } from "./elements.js";
import { restoreCoding } from "./restore-coding.js";
import { scatter, scatterBytes } from "./scatter.js";

/** What the box's values are collected in: bytes in stored order, or a list where elements are not of fixed size. */
export class Target {
  #bytes: Uint8Array | null = null;
  #list: unknown[] | null = null;
  readonly #cells: number;
  #covered = 0;
  /** The part of the box that chunks have. */
  readonly stored: Box;

  constructor(
    readonly variable: ArrayVariable,
    readonly box: Box,
    /** Chunks come in memory that the next one is read into. */
    readonly reuse: boolean,
    readonly memory?: ValueMemory,
  ) {
    this.#cells = sizeOf(boxShape(box));
    const { extent } = variable;
    this.stored = extent ? box.map(({ start, stop }, d) => ({ start, stop: Math.min(stop, extent[d] ?? stop) })) : box;
  }

  /** Where a part's bytes stand one behind the other; null where they do not, or reach beyond the box. */
  placeOf(part: Box): { readonly bytes: Uint8Array; readonly position: number } | null {
    if (this.#list) return null;
    const sizes = boxShape(this.box);
    let position = 0;
    let step = this.variable.dtype.size;
    let isWhole = true;
    for (let d = part.length - 1; d >= 0; d--) {
      const { start, stop } = part[d] as Range;
      const own = this.box[d] as Range;
      if (start < own.start || stop > (this.stored[d] as Range).stop || (!isWhole && stop - start > 1)) return null;
      position += (start - own.start) * step;
      step *= sizes[d] as number;
      isWhole &&= stop - start === sizes[d];
    }
    return { bytes: this.#allocated(), position };
  }

  /** @param mayKeep the bytes are nobody else's, now and later */
  putBytes(bytes: Uint8Array, from: Box, common: Box, mayKeep: boolean): void {
    const size = this.variable.dtype.size;
    this.#covered += sizeOf(boxShape(common));
    if (mayKeep && !this.#bytes && sameBox(from, this.box) && sameBox(common, this.box)) {
      this.#bytes = bytes.subarray(0, this.#cells * size);
      return;
    }
    scatterBytes(bytes, from, this.#allocated(), this.box, common, size);
  }

  putFill(common: Box): void {
    this.#covered += sizeOf(boxShape(common));
    const { dtype, fill } = this.variable;
    if (this.#list || (dtype.text?.variable ?? false) || dtype.name === "vlen") {
      const list = this.#listed();
      const empty = dtype.name === "vlen" ? [] : "";
      scatter((_, n, t) => list.fill(empty, t, t + n), common, this.box, common, 1);
      return;
    }
    const allocated = this.#allocated();
    const target = Buffer.from(allocated.buffer, allocated.byteOffset, allocated.byteLength);
    const blank = !fill || fill.every((byte) => byte === 0);
    scatter((_, n, t) => (blank ? target.fill(0, t, t + n) : target.fill(fill, t, t + n)), common, this.box, common, dtype.size);
  }

  putValues(values: Values, from: Box, common: Box): void {
    if (ArrayBuffer.isView(values)) {
      const bytes = new Uint8Array(bytesOf(values as TypedArray));
      if (this.variable.dtype.byteOrder === "big") swapBytes(bytes, swapWidth(this.variable.dtype));
      this.putBytes(bytes, from, common, true);
      return;
    }
    this.#covered += sizeOf(boxShape(common));
    const list = this.#listed();
    const source = values as readonly unknown[];
    scatter(
      (s, n, t) => {
        for (let i = 0; i < n; i++) list[t + i] = source[s + i];
      },
      from,
      this.box,
      common,
      1,
    );
  }

  /** Cells that have been written without the methods here: in the memory of {@link placeOf}. */
  countPlaced(part: Box): void {
    this.#covered += sizeOf(boxShape(part));
  }

  /** @throws `internal` where chunks and fill values did not cover the box: its memory holds anything */
  finish(): Values {
    if (this.#covered < this.#cells)
      throw new GraticuleError("internal", `the chunks found cover ${this.#covered} of ${this.#cells} cells`);
    if (this.#list) return this.#list as Values;
    const { dtype } = this.variable;
    const bytes = this.#bytes ?? new Uint8Array(this.#cells * dtype.size);
    const plain = plainName(dtype);
    if (plain === null) return decodeElements(dtype, bytes);
    if (dtype.byteOrder !== "big" && !dtype.coding) return viewAs(plain, bytes);
    const own = this.#owned ? bytes : new Uint8Array(bytes);
    restoreCoding(dtype, own);
    if (dtype.byteOrder === "big") swapBytes(own, swapWidth(dtype));
    return viewAs(plain, own);
  }

  #owned = false;

  #allocated(): Uint8Array<ArrayBufferLike> {
    if (this.#list) throw new GraticuleError("internal", "bytes and lists in one variable");
    if (this.#bytes && !this.#owned) this.#bytes = new Uint8Array(this.#bytes);
    // Every cell is in a chunk or filled, which is counted: what the memory holds does not matter.
    const size = this.#cells * this.variable.dtype.size;
    this.#bytes ??= this.memory ? this.memory.take(size) : Buffer.allocUnsafeSlow(size);
    this.#owned = true;
    return this.#bytes;
  }

  #listed(): unknown[] {
    this.#list ??= new Array<unknown>(this.#cells);
    return this.#list;
  }
}

/** The typed array's element for dtypes whose stored bytes are its elements; null for what must be decoded one by one. */
export function plainName(dtype: DType) {
  switch (dtype.name) {
    case "string":
    case "compound":
    case "vlen":
    case "opaque":
    case "reference":
      return null;
    default:
      break;
  }
  if (dtype.bits) return null;
  if (dtype.name === "enum") return dtype.base?.bits ? null : (dtype.base?.name ?? null);
  if (dtype.name === "complex64") return "float32" as const;
  if (dtype.name === "complex128") return "float64" as const;
  if (dtype.name === "bitfield" || dtype.name === "bool")
    return ({ 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" } as const)[dtype.size as 1 | 2 | 4 | 8] ?? null;
  return dtype.name;
}

function swapWidth(dtype: DType): number {
  return dtype.name === "complex64" ? 4 : dtype.name === "complex128" ? 8 : dtype.size;
}

function sameBox(a: Box, b: Box): boolean {
  return a.every((r, d) => r.start === b[d]?.start && r.stop === b[d]?.stop);
}
