import { decodeValues } from "../convention/decode.js";
import { interpretDataset } from "../convention/interpret.js";
import type { DatasetMeaning, VariableMeaning } from "../convention/meaning.js";
import { charTexts } from "../convention/text.js";
import { GraticuleError } from "../errors.js";
import type { ArrayVariable, Attributes, Dataset, Dimension, Group, Values } from "../format/contract.js";
import { findVariable } from "../format/find-variable.js";
import { openDataset } from "../format/open-dataset.js";
import { type OwnedReadContext, readContext } from "../format/read-context.js";
import type { Bitmap } from "../schema/bitmap.js";
import { type Box, boxShape, type Range } from "../schema/box.js";
import type { DType } from "../schema/dtype.js";
import { bytesOf, type TypedArray } from "../schema/typed-array.js";
import { type Check, checkKeys, isFlag, isSignal, isText, shown } from "./check-keys.js";
import { VariableReader } from "./read-variable.js";
import { readingThreads, startForLarge } from "./reading-threads.js";

/** Per dimension name: one index (the dimension stays, with length 1) or `[start, stop)`; others whole. Negative counts from the end. */
export type SliceRequest = Readonly<Record<string, number | readonly [number, number]>>;

export interface ReadRequest {
  readonly slice?: SliceRequest;
  /**
   * Mask, then scale and offset, as CF says (default); `char` gives text, joined along its last dimension. What has neither
   * numbers nor text to decode, and everything with `false`, comes as stored.
   */
  readonly decode?: boolean;
}

/** A dense array, row-major over `shape`. */
export interface DenseArray {
  readonly values: Values;
  /** One bit per value, 1 = valid; absent where all are, and where nothing was decoded. */
  readonly validity?: Bitmap;
  readonly shape: readonly number[];
  readonly dims: readonly string[];
  readonly box: Box;
}

/** A variable of an open dataset; nothing is read until asked for. */
export interface OpenVariable {
  readonly path: string;
  readonly dtype: DType;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly chunks: readonly number[] | null;
  readonly attributes: Attributes;
  readonly meaning: VariableMeaning;
  /** @throws `usage`, `truncated`, `malformed`, `checksum`, `unsupported` */
  read(request?: ReadRequest): Promise<DenseArray>;
  /** All values in storage order, in boxes of whole chunks of a few MiB (one chunk where that is more); each holds until the next is asked for. */
  slabs(request?: Pick<ReadRequest, "decode">): AsyncIterable<DenseArray>;
}

export interface OpenDataset {
  readonly format: string;
  readonly dimensions: readonly Dimension[];
  readonly groups: readonly Group[];
  /** Of the root group. */
  readonly attributes: Attributes;
  readonly variables: ReadonlyMap<string, OpenVariable>;
  readonly warnings: readonly string[];
  /** By full path (a field of a compound as `/table.field`), or by name where only one variable has it. @throws `usage`, listing what there is */
  variable(name: string): OpenVariable;
  close(): Promise<void>;
}

/**
 * Opens a netCDF, HDF5 or other installed format's file.
 *
 * @example
 * const dataset = await open("air.nc");
 * const air = await dataset.variable("/air").read({ slice: { time: [0, 10] } });
 *
 * @throws `usage`, `not-found`, `permission`, `unknown-format`, `malformed`, `truncated`
 */
export async function open(url: string, options: { signal?: AbortSignal | undefined } = {}): Promise<OpenDataset> {
  checkKeys("open", { url, ...options }, { url: isText, signal: isSignal });
  const context = readContext({ signal: options.signal });
  const readers = readingThreads();
  try {
    const dataset = await openDataset(url, { context });
    startForLarge(readers, dataset);
    return openDatasetView(
      dataset,
      interpretDataset(dataset),
      context,
      new VariableReader(dataset.source, context, readers, dataset.variables),
    );
  } catch (error) {
    await readers.close();
    await context.close();
    throw error;
  }
}

function openDatasetView(
  dataset: Dataset,
  meaning: DatasetMeaning,
  context: OwnedReadContext,
  reader: VariableReader,
): OpenDataset {
  const variables = new Map(
    dataset.variables.map((variable) => [variable.path, openVariable(variable, meaningOf(meaning, variable), reader)] as const),
  );
  return {
    format: dataset.format,
    dimensions: dataset.dimensions,
    groups: dataset.groups,
    attributes: dataset.groups[0]?.attributes ?? new Map(),
    variables,
    warnings: [...dataset.warnings, ...meaning.warnings],
    variable(name) {
      const found = findVariable(dataset, name);
      return variables.get(found.path) ?? openVariable(found, fieldMeaning(dataset, found), reader);
    },
    async close() {
      await reader.close();
      await dataset.close();
      await context.close();
    },
  };
}

function fieldMeaning(dataset: Dataset, field: ArrayVariable): VariableMeaning {
  return meaningOf(interpretDataset({ ...dataset, variables: [field] }), field);
}

function meaningOf(meaning: DatasetMeaning, variable: ArrayVariable): VariableMeaning {
  const own = meaning.variables.get(variable.path);
  if (!own) throw new GraticuleError("internal", `${variable.path} was not interpreted`, { variable: variable.path });
  return own;
}

function openVariable(variable: ArrayVariable, meaning: VariableMeaning, reader: VariableReader): OpenVariable {
  const dense = (box: Box, raw: Values, decode: boolean): DenseArray => {
    const at = { shape: boxShape(box), dims: variable.dims, box };
    if (!decode || !ArrayBuffer.isView(raw)) return { values: raw, ...at };
    if (variable.dtype.name === "char") {
      const length = at.shape.at(-1) ?? 1;
      const rows = at.shape.slice(0, -1);
      return { values: charTexts(bytesOf(raw as TypedArray), length), shape: rows, dims: variable.dims.slice(0, -1), box };
    }
    if (meaning.stored === undefined) return { values: raw, ...at };
    const decoded = decodeValues(raw, variable, meaning);
    return { values: decoded.values, ...(decoded.validity && { validity: decoded.validity }), ...at };
  };
  return {
    path: variable.path,
    dtype: variable.dtype,
    dims: variable.dims,
    shape: variable.shape,
    chunks: variable.chunks,
    attributes: variable.attributes,
    meaning,
    async read(request = {}) {
      checkKeys("read", request, { slice: isSlice, decode: isFlag });
      const box = sliceBox(variable, request.slice ?? {});
      return dense(box, await reader.read(variable, box), request.decode ?? true);
    },
    async *slabs(request = {}) {
      checkKeys("slabs", request, { decode: isFlag });
      for await (const { box, values } of reader.slabs(variable)) yield dense(box, values, request.decode ?? true);
    },
  };
}

const isIndex = (value: unknown): boolean => Number.isSafeInteger(value);

const isSlice: Check = (value) => {
  const isRange = (part: unknown): boolean =>
    part === undefined || isIndex(part) || (Array.isArray(part) && part.length === 2 && part.every(isIndex));
  return typeof value === "object" && value !== null && Object.values(value).every(isRange)
    ? null
    : "a whole number, or a [start, stop] of two, by dimension";
};

function sliceBox(variable: ArrayVariable, slice: SliceRequest): Box {
  const unknown = Object.keys(slice).find((dim) => !variable.dims.includes(dim));
  if (unknown !== undefined)
    throw new GraticuleError(
      "usage",
      `${variable.path} has no dimension "${unknown}"; it has ${variable.dims.join(", ") || "none"}`,
      {
        variable: variable.path,
      },
    );
  return variable.dims.map((dim, d): Range => {
    const length = variable.shape[d] as number;
    const asked = slice[dim];
    if (asked === undefined) return { start: 0, stop: length };
    const from = (i: number) => (i < 0 ? length + i : i);
    const [start, stop] = typeof asked === "number" ? [from(asked), from(asked) + 1] : [from(asked[0]), from(asked[1])];
    if (start < 0 || stop > length)
      throw new GraticuleError("usage", `${dim}=${shown(asked)} lies outside 0…${length - 1}`, { variable: variable.path });
    if (stop < start)
      throw new GraticuleError("usage", `${dim}=${shown(asked)} stops at ${stop}, before it starts at ${start}`, {
        variable: variable.path,
        hint: "the stop is not read: [0, 2] reads 0 and 1",
      });
    return { start, stop };
  });
}
