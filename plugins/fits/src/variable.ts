import type {
  ArrayVariable,
  Attributes,
  Block,
  Box,
  ChunkRef,
  CodecSpec,
  DType,
  ErrorJSON,
  ReadContext,
  Values,
} from "graticule/plugin";
import { FitsError } from "./error.js";

/** What every variable says of itself. */
export interface Description {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  readonly shape: readonly number[];
  /** Dimensions of a vector column's field. */
  readonly cellDims?: number;
  readonly chunks?: readonly number[];
  readonly codecs?: readonly CodecSpec[];
  readonly attributes: Attributes;
  readonly unsupported?: string;
  readonly error?: ErrorJSON;
  readonly access?: string;
}

export abstract class FitsVariable implements ArrayVariable {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  readonly shape: readonly number[];
  readonly cellDims?: number;
  readonly chunks: readonly number[] | null;
  readonly codecs: readonly CodecSpec[];
  readonly attributes: Attributes;
  readonly access: string;
  readonly unsupported?: string;
  readonly error?: ErrorJSON;

  constructor(description: Description) {
    this.path = description.path;
    this.name = description.name;
    this.dtype = description.dtype;
    this.dims = description.dims;
    this.dimPaths = description.dimPaths;
    this.shape = description.shape;
    this.chunks = description.chunks ?? null;
    this.codecs = description.codecs ?? [];
    this.attributes = description.attributes;
    this.access = description.access ?? "direct";
    if (description.cellDims) this.cellDims = description.cellDims;
    if (description.unsupported !== undefined) this.unsupported = description.unsupported;
    if (description.error) this.error = { ...description.error, variable: description.error.variable ?? description.path };
  }

  abstract locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef>;

  /** Of what is cut off, the part that is there can be read; where the header is damaged, nothing. */
  protected requireWhole(): void {
    if (this.error && this.error.code !== "truncated") throw FitsError.fromJSON(this.error);
  }
}

/** Values that lie as they are: an image, a field of every row. */
export class BlockVariable extends FitsVariable {
  readonly #block: Block;

  constructor(description: Description, block: Omit<Block, "shape" | "elementSize">) {
    super(description);
    this.#block = { ...block, shape: description.shape, elementSize: description.dtype.size };
  }

  async *locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef> {
    this.requireWhole();
    if (this.dtype.size === 0) return;
    yield* context.locateBlock(this.#block, box);
  }
}

/** Values of `count` rows from `start` on, row-major. */
export type ReadRows = (start: number, count: number, context: ReadContext) => Promise<Values>;

/** Values that must be made out of what is stored: rows at a time, so many as `rowBytes` of stored data allow. */
export class RowVariable extends FitsVariable {
  readonly #readRows: ReadRows;
  readonly #rowsPerRead: number;

  constructor(description: Description, rowBytes: number, readRows: ReadRows) {
    super(description);
    this.#readRows = readRows;
    this.#rowsPerRead = Math.max(1, Math.floor(MAX_ROW_BYTES / Math.max(1, rowBytes)));
  }

  async *locate(box: Box): AsyncIterable<ChunkRef> {
    this.requireWhole();
    const [rows, ...rest] = box;
    if (!rows || rest.some((range) => range.start >= range.stop)) return;
    const inner = this.shape.slice(1);
    for (let start = rows.start; start < rows.stop; start += this.#rowsPerRead) {
      const count = Math.min(this.#rowsPerRead, rows.stop - start);
      yield { kind: "plugin", origin: [start, ...inner.map(() => 0)], shape: [count, ...inner], filterMask: 0 };
    }
  }

  readChunk(ref: ChunkRef, context: ReadContext): Promise<Values> {
    return this.#readRows(ref.origin[0] as number, ref.shape[0] as number, context);
  }
}

const MAX_ROW_BYTES = 2 << 20;

/** A variable whose values are known to be lost: it is listed, and says why. */
export class LostVariable extends FitsVariable {
  // biome-ignore lint/correctness/useYield: it has no refs
  async *locate(): AsyncIterable<ChunkRef> {
    this.requireWhole();
  }
}
