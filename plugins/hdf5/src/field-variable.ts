import type {
  ArrayVariable,
  AttributeElement,
  Attributes,
  Box,
  ChunkRef,
  CodecSpec,
  CompoundField,
  DType,
  ReadContext,
  Values,
} from "graticule/plugin";
import { shapeOf } from "./chunks/chunk-grid.js";
import { isDecodedHere } from "./messages/datatype.js";
import { presented, presentedFill } from "./messages/float-format.js";
import { decodeHeapElements } from "./values/decode-heap-elements.js";
import { readElements } from "./values/read-elements.js";
import type { StoredDataset } from "./values/stored-dataset.js";
import { valuesOfCells } from "./values/values-of-cells.js";
import { readCells } from "./virtual/read-virtual.js";

const NO_ATTRIBUTES: Attributes = new Map();

/** A field of a compound, as a column: its bytes are picked out of the structures' own. */
export class FieldVariable implements ArrayVariable {
  readonly path: string;
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly string[];
  readonly dimPaths: readonly string[];
  readonly shape: readonly number[];
  readonly cellDims?: number;
  readonly chunks: readonly number[] | null;
  readonly codecs: readonly CodecSpec[];
  readonly attributes = NO_ATTRIBUTES;
  readonly fill?: Uint8Array;
  readonly unsupported?: string;
  readonly extent?: readonly number[];
  readonly empty?: true;
  readonly access: string;
  readonly #fields: readonly CompoundField[];

  /** @param above the variable or field that it is a field of @param fields from the outermost in, this one last */
  constructor(
    readonly dataset: StoredDataset,
    readonly above: ArrayVariable,
    fields: readonly CompoundField[],
  ) {
    const own = fields.at(-1) as CompoundField;
    const inner = own.shape ?? [];
    this.#fields = fields;
    this.path = `${above.path}.${own.name}`;
    this.name = `${above.name}.${own.name}`;
    this.dtype = presented(own.dtype);
    this.dims = [...above.dims, ...inner.map((_, d) => `${own.name}_dim_${d}`)];
    this.dimPaths = [...above.dimPaths, ...inner.map((_, d) => `${this.path}_dim_${d}`)];
    this.shape = [...above.shape, ...inner];
    const cellDims = (above.cellDims ?? 0) + inner.length;
    if (cellDims > 0) this.cellDims = cellDims;
    this.chunks = above.chunks && [...above.chunks, ...inner];
    this.codecs = above.codecs;
    this.access = above.access;
    const { fill } = dataset.header;
    const offset = fields.reduce((sum, field) => sum + field.offset, 0);
    if (fill) this.fill = presentedFill(own.dtype, fill.subarray(offset, offset + own.dtype.size));
    if (above.unsupported !== undefined) this.unsupported = above.unsupported;
    if (above.empty) this.empty = true;
    if (above.extent) this.extent = above.extent;
  }

  get fields(): readonly ArrayVariable[] {
    return fieldsOf(this.dataset, this, this.#fields, (this.#fields.at(-1) as CompoundField).dtype);
  }

  /** Whole elements: every ref is for {@link readChunk}, or missing. */
  async *locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef> {
    const rank = this.above.shape.length;
    const inner = this.shape.slice(rank);
    for await (const ref of this.above.locate(box.slice(0, rank), context)) {
      const origin = [...ref.origin, ...inner.map(() => 0)];
      const { extent } = this.above;
      const isBehind = extent?.some((end, d) => (ref.origin[d] as number) >= end) ?? false;
      const ends = isBehind || !extent ? this.above.shape : this.above.shape.map((end, d) => extent[d] ?? end);
      const shape = ref.shape.map((length, d) => Math.min(length, (ends[d] as number) - (ref.origin[d] as number)));
      const isMissing = ref.kind === "missing" && (isBehind || !isDecodedHere((this.#fields.at(-1) as CompoundField).dtype));
      yield { kind: isMissing ? "missing" : "plugin", origin, shape: [...shape, ...inner], filterMask: 0 };
    }
  }

  async readChunk(ref: ChunkRef, context: ReadContext): Promise<Values> {
    const { file, header } = this.dataset;
    const stored = shapeOf(header);
    const box = stored.map((length, d) => {
      const start = ref.origin[d] as number;
      return { start, stop: Math.min(length, start + (ref.shape[d] as number)) };
    });
    const own = (this.#fields.at(-1) as CompoundField).dtype;
    if (header.layout.kind === "virtual" && isDecodedHere(header.dtype)) {
      const cells = await readCells(this.dataset, box, context);
      const list = cells.kind === "list" ? cells.list.flatMap((value) => pick(value, this.#fields)) : [];
      return valuesOfCells(own, { kind: "list", list, size: 1 });
    }
    const cells = header.layout.kind === "virtual" ? await readCells(this.dataset, box, context) : null;
    const whole = cells?.kind === "bytes" ? cells.bytes : await readElements(this.dataset, box, context);
    const bytes = column(whole, header.dtype.size, this.#fields);
    return isDecodedHere(own)
      ? valuesOfCells(own, { kind: "list", list: await decodeHeapElements(file, own, bytes), size: 1 })
      : valuesOfCells(own, { kind: "bytes", bytes, size: own.size });
  }
}

/** None for what is no compound. @param above fields that lead to `dtype` */
export function fieldsOf(
  dataset: StoredDataset,
  variable: ArrayVariable,
  above: readonly CompoundField[],
  dtype: DType,
): readonly ArrayVariable[] {
  if (dtype.name !== "compound") return [];
  return (dtype.fields ?? []).map((field) => new FieldVariable(dataset, variable, [...above, field]));
}

function lengthOf(shape: readonly number[] | undefined): number {
  return (shape ?? []).reduce((product, n) => product * n, 1);
}

/** The bytes of a field of every structure, one after another. @param step bytes of a structure */
function column(bytes: Buffer, step: number, fields: readonly CompoundField[]): Buffer {
  let [at, stride] = [bytes, step];
  for (const field of fields) {
    const width = field.dtype.size * lengthOf(field.shape);
    const count = Math.floor(at.length / stride);
    const out = Buffer.allocUnsafe(count * width);
    for (let i = 0, from = field.offset, to = 0; i < count; i++, from += stride)
      for (let k = 0; k < width; k++) out[to++] = at[from + k] as number;
    [at, stride] = [out, field.dtype.size];
  }
  return at;
}

function pick(value: AttributeElement, fields: readonly CompoundField[]): AttributeElement[] {
  let found: AttributeElement[] = [value];
  for (const { name, shape } of fields)
    found = found.flatMap((one) => {
      const inner = (one as { readonly [field: string]: AttributeElement })[name] as AttributeElement;
      return shape ? flat(inner, shape.length) : [inner];
    });
  return found;
}

function flat(value: AttributeElement, depth: number): AttributeElement[] {
  return depth === 0 ? [value] : (value as readonly AttributeElement[]).flatMap((inner) => flat(inner, depth - 1));
}
