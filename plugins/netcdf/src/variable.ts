import type {
  ArrayVariable,
  Attributes,
  Block,
  Box,
  ChunkRef,
  CodecSpec,
  Dimension,
  DType,
  ErrorJSON,
  ReadContext,
} from "graticule/plugin";
import { NetcdfError } from "./error.js";
import type { VariableLayout } from "./layout.js";

const NO_CODECS: readonly CodecSpec[] = [];

/** A variable of a classic file: big-endian values in one block, or in records a stride apart. */
export class ClassicVariable implements ArrayVariable {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  readonly shape: readonly number[];
  readonly chunks = null;
  readonly codecs = NO_CODECS;
  readonly attributes: Attributes;
  readonly access = "direct";
  readonly error?: ErrorJSON;
  readonly #block: Block;

  constructor(layout: VariableLayout, dimensions: readonly Dimension[], recordStride: number, url: string) {
    const { variable, shape, isRecord } = layout;
    this.name = variable.name;
    this.path = `/${variable.name}`;
    this.dtype = variable.type.dtype;
    this.dims = variable.dimensions.map((id) => dimensions[id]?.name ?? "");
    this.dimPaths = variable.dimensions.map((id) => dimensions[id]?.path ?? "");
    this.shape = shape;
    this.attributes = variable.attributes;
    if (layout.error) this.error = layout.error;
    const block = { url, offset: variable.begin, shape, elementSize: this.dtype.size };
    this.#block = isRecord ? { ...block, recordStride } : block;
  }

  /**
   * Of a truncated variable the part that is there can be read; where it is not known which bytes are the variable's,
   * nothing can.
   */
  async *locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef> {
    if (this.error?.code === "malformed") throw NetcdfError.fromJSON(this.error);
    yield* context.locateBlock(this.#block, box);
  }
}
