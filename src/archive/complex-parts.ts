import type { ArrayVariable, ChunkRef, ReadContext, Values } from "../format/contract.js";
import { readBox } from "../format/read-box.js";
import type { Box } from "../schema/box.js";
import type { DType } from "../schema/dtype.js";

/** Whether the numbers of a variable, or of its sequences, have a real and an imaginary part. */
export function isComplex({ dtype }: ArrayVariable): boolean {
  return realOf(dtype) !== null;
}

/** The real and the imaginary part of a complex variable, each a variable of its own: `x_re` and `x_im`. */
export function complexParts(variable: ArrayVariable): readonly [ArrayVariable, ArrayVariable] {
  return [new ComplexPart(variable, "re"), new ComplexPart(variable, "im")];
}

function realOf(dtype: DType): DType | null {
  if (dtype.name === "complex64") return { name: "float32", size: 4, byteOrder: "little" };
  if (dtype.name === "complex128") return { name: "float64", size: 8, byteOrder: "little" };
  const base = dtype.name === "vlen" && dtype.base ? realOf(dtype.base) : null;
  return base && { ...dtype, base };
}

class ComplexPart implements ArrayVariable {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  readonly access: string;
  readonly codecs = [];
  readonly unsupported?: string;
  readonly empty?: true;
  readonly error?: NonNullable<ArrayVariable["error"]>;
  readonly cellDims?: number;

  constructor(
    readonly whole: ArrayVariable,
    readonly part: "re" | "im",
  ) {
    this.path = `${whole.path}_${part}`;
    this.name = `${whole.name}_${part}`;
    this.access = whole.access;
    this.dtype = realOf(whole.dtype) ?? whole.dtype;
    if (whole.unsupported !== undefined) this.unsupported = whole.unsupported;
    if (whole.empty) this.empty = true;
    if (whole.error) this.error = whole.error;
    if (whole.cellDims !== undefined) this.cellDims = whole.cellDims;
  }

  get dims(): readonly string[] {
    return this.whole.dims;
  }

  get dimPaths(): readonly string[] {
    return this.whole.dimPaths;
  }

  get shape(): readonly number[] {
    return this.whole.shape;
  }

  get chunks(): readonly number[] | null {
    return this.whole.chunks;
  }

  get attributes(): ArrayVariable["attributes"] {
    return this.whole.attributes;
  }

  get fill(): Uint8Array {
    const { fill } = this.whole;
    const { size } = this.dtype;
    const bytes = new Uint8Array(size);
    if (!fill || this.dtype.name === "vlen") return bytes;
    bytes.set(fill.subarray(this.part === "re" ? 0 : size, this.part === "re" ? size : 2 * size));
    return this.whole.dtype.byteOrder === "big" ? bytes.reverse() : bytes;
  }

  get extent(): readonly number[] | undefined {
    return this.whole.extent;
  }

  async *locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef> {
    for await (const { kind, origin, shape } of this.whole.locate(box, context))
      yield { kind: kind === "missing" ? kind : "plugin", origin, shape, filterMask: 0 };
  }

  async readChunk(ref: ChunkRef, context: ReadContext): Promise<Values> {
    const box = ref.origin.map((start, d) => ({
      start,
      stop: Math.min(this.shape[d] as number, start + (ref.shape[d] as number)),
    }));
    // What is read of the whole counts, and nothing else.
    context.counters.chunks--;
    const pairs = await readBox(this.whole, box, context);
    const k = this.part === "re" ? 0 : 1;
    if (!ArrayBuffer.isView(pairs))
      return (pairs as readonly (readonly [number, number][])[]).map((list) => list.map((pair) => pair[k]));
    const numbers = pairs as Float32Array | Float64Array;
    const out = numbers instanceof Float32Array ? new Float32Array(numbers.length / 2) : new Float64Array(numbers.length / 2);
    for (let i = 0; i < out.length; i++) out[i] = numbers[2 * i + k] as number;
    return out;
  }
}
