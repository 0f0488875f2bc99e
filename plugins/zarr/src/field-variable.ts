import type {
  ArrayVariable,
  Attribute,
  Box,
  ChunkRef,
  CodecSpec,
  CompoundField,
  DType,
  ReadContext,
  Values,
} from "graticule/plugin";
import { type ElementTime, listedText } from "./element.js";
import { boxInside } from "./grid.js";
import { product } from "./layout.js";
import type { Located } from "./locate.js";
import { timeAttributes } from "./meaning.js";
import { readRecords } from "./values/records.js";
import type { Structures } from "./values/structures.js";
import { toNative } from "./values/to-native.js";

/** An array whose elements are structures. */
export interface StructuredArray extends ArrayVariable {
  /** The structures' own bytes, of which fields are picked. */
  readonly structures: Structures;
  /** Of fields that count time, by their path ("a.b"). */
  readonly fieldTimes: ReadonlyMap<string, ElementTime> | undefined;
  /** Whole chunks that meet the box, wherever they are. */
  locateChunks(box: Box, context: ReadContext): AsyncIterable<Located>;
}

/** A field of an array of structures as a variable: its bytes are picked out of the structures' own. */
export class FieldVariable implements ArrayVariable {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  readonly shape: readonly number[];
  readonly cellDims?: number;
  readonly chunks: readonly number[];
  readonly codecs: readonly CodecSpec[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly access = "direct";
  readonly fill?: Uint8Array;
  readonly unsupported?: string;
  readonly #own: CompoundField;

  /** @param above the array, or the field that holds this one @param within fields from the outermost in, this one last */
  constructor(
    private readonly array: StructuredArray,
    above: ArrayVariable,
    private readonly within: readonly CompoundField[],
  ) {
    const own = within.at(-1) as CompoundField;
    const inner = own.shape ?? [];
    this.#own = own;
    this.path = `${above.path}.${own.name}`;
    this.name = `${above.name}.${own.name}`;
    this.dtype = isWide(own.dtype) ? listedText(own.dtype.size) : own.dtype;
    this.dims = [...above.dims, ...inner.map((_, d) => `${own.name}_dim_${d}`)];
    this.dimPaths = [...above.dimPaths, ...inner.map((_, d) => `${this.path}_dim_${d}`)];
    this.shape = [...above.shape, ...inner];
    const cellDims = (above.cellDims ?? 0) + inner.length;
    if (cellDims > 0) this.cellDims = cellDims;
    this.chunks = [...(above.chunks ?? []), ...inner];
    this.codecs = array.codecs;
    const time = array.fieldTimes?.get(within.map(({ name }) => name).join("."));
    this.attributes = new Map(time && timeAttributes(time));
    if (array.unsupported !== undefined) this.unsupported = array.unsupported;
    const offset = within.reduce((sum, field) => sum + field.offset, 0);
    if (array.fill) this.fill = array.fill.slice(offset, offset + own.dtype.size);
  }

  get fields(): readonly ArrayVariable[] {
    return fieldsOf(this.array, this, this.within, this.#own.dtype);
  }

  /** The part of each chunk that is wanted: "plugin", or "missing". */
  async *locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef> {
    const rank = this.array.shape.length;
    const inner = this.shape.slice(rank);
    const outer = box.slice(0, rank);
    for await (const { origin, shape, place } of this.array.locateChunks(outer, context)) {
      const part = boxInside(outer, origin, shape);
      yield {
        kind: place.kind === "missing" && !this.#isList ? "missing" : "plugin",
        origin: [...part.map(({ start }, d) => start + (origin[d] as number)), ...inner.map(() => 0)],
        shape: [...part.map(({ start, stop }) => stop - start), ...inner],
        filterMask: 0,
      };
    }
  }

  async readChunk(ref: ChunkRef, context: ReadContext): Promise<Values> {
    const rank = this.array.shape.length;
    const box = this.array.shape.map((length, d) => {
      const start = ref.origin[d] as number;
      return { start, stop: Math.min(length, start + (ref.shape[d] as number)) };
    });
    const bytes = column(await this.array.structures.read(box.slice(0, rank), context), this.array.dtype.size, this.within);
    const { dtype } = this.#own;
    return this.#isList ? readRecords(bytes, dtype) : toNative(bytes, dtype);
  }

  /** Text of UTF-32, and structures that hold some. */
  get #isList(): boolean {
    return holdsWide(this.#own.dtype);
  }
}

/** None for what is no structure. @param above fields that lead to `dtype` */
export function fieldsOf(
  array: StructuredArray,
  variable: ArrayVariable,
  above: readonly CompoundField[],
  dtype: DType,
): readonly ArrayVariable[] {
  if (dtype.name !== "compound") return [];
  return (dtype.fields ?? []).map((field) => new FieldVariable(array, variable, [...above, field]));
}

function isWide({ name, byteOrder }: DType): boolean {
  return name === "string" && byteOrder !== undefined;
}

function holdsWide(dtype: DType): boolean {
  return isWide(dtype) || (dtype.fields ?? []).some((field) => holdsWide(field.dtype));
}

/** The bytes of a field of every structure, one after another. @param step bytes of a structure */
function column(structures: Uint8Array, step: number, within: readonly CompoundField[]): Uint8Array {
  let [bytes, stride] = [structures, step];
  for (const { dtype, shape, offset } of within) {
    const width = dtype.size * product(shape ?? []);
    const count = Math.floor(bytes.length / stride);
    const out = new Uint8Array(count * width);
    for (let i = 0, from = offset, to = 0; i < count; i++, from += stride)
      for (let k = 0; k < width; k++) out[to++] = bytes[from + k] as number;
    [bytes, stride] = [out, dtype.size];
  }
  return bytes;
}
