import type { ArrayVariable, Attributes, ChunkRef, ReadContext, Values } from "../format/contract.js";
import type { Box } from "../schema/box.js";

/** The access of variables that are computed, and read from nowhere. */
export const COMPUTED = "computed";

type Description = Pick<ArrayVariable, "path" | "name" | "dims" | "dimPaths" | "shape" | "attributes"> & {
  readonly role: "coordinate" | "auxiliary";
};

/** Float64 values that are computed box by box. */
export class ComputedVariable implements ArrayVariable {
  readonly path: string;
  readonly name: string;
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  readonly shape: readonly number[];
  readonly attributes: Attributes;
  readonly role: "coordinate" | "auxiliary";
  readonly dtype = { name: "float64", size: 8, byteOrder: "little" } as const;
  readonly chunks = null;
  readonly codecs = [];
  readonly access = COMPUTED;

  /** @param compute the values of a box, row-major */
  constructor(
    { path, name, dims, dimPaths, shape, attributes, role }: Description,
    readonly compute: (box: Box) => Float64Array,
  ) {
    this.path = path;
    this.name = name;
    this.dims = dims;
    this.dimPaths = dimPaths;
    this.shape = shape;
    this.attributes = attributes;
    this.role = role;
  }

  async *locate(box: Box): AsyncIterable<ChunkRef> {
    yield {
      kind: "plugin",
      origin: box.map(({ start }) => start),
      shape: box.map(({ start, stop }) => stop - start),
      filterMask: 0,
    };
  }

  async readChunk({ origin, shape }: ChunkRef, context: ReadContext): Promise<Values> {
    // No chunk of the file.
    context.counters.chunks--;
    return this.compute(origin.map((start, d) => ({ start, stop: start + (shape[d] as number) })));
  }
}
