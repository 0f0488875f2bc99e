import type { ArrayVariable, Attributes, Box, ChunkRef, CodecSpec, DType, ErrorJSON, ReadContext, Values } from "graticule/plugin";
import { codecsOf } from "./chunks/codecs-of.js";
import { locateChunks } from "./chunks/locate-chunks.js";
import { Hdf5Error } from "./errors.js";
import { fieldsOf } from "./field-variable.js";
import { locateThroughH5wasm, needsH5wasm, readThroughH5wasm } from "./h5wasm/fallback.js";
import { isDecodedHere } from "./messages/datatype.js";
import { presented, presentedFill } from "./messages/float-format.js";
import type { DatasetHeader, MetadataFile } from "./model.js";
import type { NamedVariable } from "./netcdf4.js";
import { neverStored } from "./never-stored.js";
import type { Remains } from "./remains.js";
import { readRef } from "./values/read-ref.js";
import type { Sources, StoredDataset } from "./values/stored-dataset.js";

export interface VariableParts {
  readonly file: MetadataFile;
  readonly sources: Sources;
  readonly codecs: ReadContext["codecs"];
  readonly named: NamedVariable;
  readonly attributes: Attributes;
  readonly header: DatasetHeader | Remains;
  readonly aliasOf?: string;
  readonly error?: ErrorJSON;
}

const NO_CODECS: readonly CodecSpec[] = [];

/** A dataset as netCDF sees it: with the shape of its dimensions, which may pass what the dataset itself has. */
export class Hdf5Variable implements ArrayVariable {
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
  readonly fill?: Uint8Array;
  readonly aliasOf?: string;
  readonly unsupported?: string;
  readonly error?: ErrorJSON;
  readonly extent?: readonly number[];
  readonly empty?: true;
  readonly access: string;
  readonly #dataset: StoredDataset | null;
  /** Inside the file. */
  readonly #ownPath: string;
  /** Refs carry no bytes that the codecs alone could turn into values. */
  readonly #decodesItself: boolean;

  constructor({ file, sources, codecs, named, attributes, header, aliasOf, error }: VariableParts) {
    this.path = named.path;
    this.name = named.name;
    this.dims = named.dims;
    this.dimPaths = named.dimPaths;
    this.shape = named.shape;
    this.dtype = presented(header.dtype);
    this.attributes = attributes;
    if (aliasOf !== undefined) this.aliasOf = aliasOf;
    if (error) this.error = error;
    this.#ownPath = named.node.ownPath;
    const whole = "layout" in header ? header : null;
    this.#dataset = whole && { file, header: whole, sources };
    this.access = whole && needsH5wasm(whole, codecs) ? "h5wasm" : "direct";
    this.#decodesItself = this.access === "h5wasm" || isDecodedHere(header.dtype);
    this.chunks = whole?.layout.kind === "chunked" ? [...whole.layout.chunkShape, ...whole.arrayShape] : null;
    this.codecs = whole ? codecsOf(whole) : NO_CODECS;
    if (whole && whole.arrayShape.length > 0) this.cellDims = whole.arrayShape.length;
    if (whole?.fill) this.fill = presentedFill(whole.dtype, whole.fill);
    if (whole?.unsupported !== undefined) this.unsupported = whole.unsupported;
    if (whole?.dataspace.kind === "null") this.empty = true;
    if (whole?.dataspace.kind === "simple" && whole.dataspace.shape.some((length, d) => length < (this.shape[d] as number)))
      this.extent = whole.dataspace.shape;
  }

  get fields(): readonly ArrayVariable[] {
    const dataset = this.#dataset;
    return dataset && this.access === "direct" ? fieldsOf(dataset, this, [], dataset.header.dtype) : [];
  }

  /** Chunks of the dataset, then what of the box lies outside it, as missing. */
  async *locate(box: Box, context: ReadContext): AsyncIterable<ChunkRef> {
    const dataset = this.#dataset;
    if (!dataset) throw this.#damage();
    const { dataspace, arrayShape } = dataset.header;
    if (dataspace.kind === "null") return;
    const stored = dataspace.kind === "simple" ? dataspace.shape : [];
    const rank = stored.length;
    const own = box.slice(0, rank).map(({ start, stop }, d) => ({ start, stop: Math.min(stop, stored[d] as number) }));
    if (own.every(({ start, stop }) => start < stop))
      for await (const ref of this.#locateStored(dataset, own, context)) yield this.#adapt(ref, stored, arrayShape);
    yield* neverStored(box, stored);
  }

  async readChunk(ref: ChunkRef, context: ReadContext): Promise<Values> {
    const dataset = this.#dataset;
    if (!dataset) throw this.#damage();
    const { file, header } = dataset;
    const rank = ref.origin.length - header.arrayShape.length;
    const own = { ...ref, origin: ref.origin.slice(0, rank), shape: ref.shape.slice(0, rank) };
    if (this.access === "h5wasm") return readThroughH5wasm(file, this.#ownPath, header, own);
    return readRef(dataset, own, context);
  }

  #locateStored(dataset: StoredDataset, box: Box, context: ReadContext): AsyncIterable<ChunkRef> | Iterable<ChunkRef> {
    return this.access === "h5wasm" ? locateThroughH5wasm(dataset.header, box) : locateChunks(dataset, box, context);
  }

  #adapt(ref: ChunkRef, stored: readonly number[], arrayShape: readonly number[]): ChunkRef {
    const plugin = ref.kind === "plugin" || (this.#decodesItself && ref.kind !== "missing");
    if (arrayShape.length === 0 && !plugin) return ref;
    const origin = [...ref.origin, ...arrayShape.map(() => 0)];
    if (!plugin) return { ...ref, origin, shape: [...ref.shape, ...arrayShape] };
    const clipped = ref.shape.map((length, d) => Math.min(length, (stored[d] as number) - (ref.origin[d] as number)));
    return { kind: "plugin", origin, shape: [...clipped, ...arrayShape], filterMask: ref.filterMask };
  }

  #damage(): Hdf5Error {
    return this.error
      ? Hdf5Error.fromJSON(this.error)
      : new Hdf5Error("malformed", "the dataset's header cannot be read", { variable: this.path });
  }
}
