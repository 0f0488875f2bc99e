import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Box, ChunkRef, ReadContext, Values } from "graticule/plugin";
import { eachCell, elementBytes, shapeOf } from "../chunks/chunk-grid.js";
import { codecsOf } from "../chunks/codecs-of.js";
import { malformed, unsupported } from "../errors.js";
import type { DatasetHeader, MetadataFile } from "../model.js";
import { liesInHeap } from "../values/lies-in-heap.js";
import { nativeValues } from "../values/native-values.js";
import { ReaderClient } from "./reader-client.js";

/** HDF5's own filters, which h5wasm brings. */
const KNOWN = 6;

/** Bytes of one read: whole chunks, as many as fit. */
const READ_BYTES = 2 << 20;

/** Whether a dataset is read through h5wasm: it has a filter of HDF5's own that no codec here decodes, and no other such. */
export function needsH5wasm(header: DatasetHeader, codecs: ReadContext["codecs"]): boolean {
  if (header.layout.kind !== "chunked") return false;
  const foreign = header.filters.filter((_, i) => !codecs.has(codecsOf(header)[i]?.id ?? ""));
  return foreign.length > 0 && header.filters.every(({ id }) => id <= KNOWN);
}

/** "plugin" refs that cover a box, each of whole chunks and of 2 MiB where a chunk is not larger. */
export function* locateThroughH5wasm(header: DatasetHeader, box: Box): Iterable<ChunkRef> {
  const shape = shapeOf(header);
  const step = stepOf(header, shape);
  const cells = box.map(({ start, stop }, d) => {
    const length = step[d] as number;
    return { start: Math.floor(start / length), stop: Math.ceil(stop / length) };
  });
  for (const cell of eachCell(cells)) {
    const origin = cell.map((at, d) => at * (step[d] as number));
    const extent = step.map((length, d) => Math.min(length, (shape[d] as number) - (origin[d] as number)));
    yield { kind: "plugin", origin, shape: extent, filterMask: 0 };
  }
}

function stepOf(header: DatasetHeader, shape: readonly number[]): number[] {
  const step = header.layout.kind === "chunked" ? [...header.layout.chunkShape] : shape.map(() => 1);
  let bytes = step.reduce((product, n) => product * n, elementBytes(header));
  for (let d = step.length - 1; d >= 0; d--) {
    const chunk = step[d] as number;
    const whole = Math.max(1, Math.ceil((shape[d] as number) / chunk));
    const count = Math.max(1, Math.min(whole, Math.floor(READ_BYTES / bytes)));
    step[d] = chunk * count;
    if (count < whole) break;
    bytes *= count;
  }
  return step;
}

/** By the opened file, not by its name: another opening of it has a process of its own, which this one's end must not take. */
const clients = new WeakMap<MetadataFile, ReaderClient>();

/**
 * The values of a ref of {@link locateThroughH5wasm}: numbers as a typed array in native order, variable strings as text,
 * other elements as their stored bytes.
 *
 * @param path of the dataset inside the file
 * @throws `unsupported` for a file that is not local, for sequences, for a missing filter; `malformed`
 */
export async function readThroughH5wasm(file: MetadataFile, path: string, header: DatasetHeader, ref: ChunkRef): Promise<Values> {
  const { dtype } = header;
  const isText = dtype.text?.variable ?? false;
  if (liesInHeap(dtype) && !isText) throw unsupported("sequences of varying length in storage that only HDF5's own library reads");
  const rank = shapeOf(header).length;
  const reply = await clientFor(file).read({
    path,
    start: ref.origin.slice(0, rank),
    count: ref.shape.slice(0, rank),
    elementSize: elementBytes(header),
    wanted: isText ? "texts" : "bytes",
  });
  if ("texts" in reply) return reply.texts;
  if (!("bytes" in reply)) throw malformed("an answer without values");
  // h5wasm gives numbers little-endian whatever the stored order, structures as stored.
  return nativeValues(dtype, reply.bytes, dtype.byteOrder && "little");
}

/** Ends the reader process of a file. */
export function closeH5wasm(file: MetadataFile): void {
  clients.get(file)?.close();
  clients.delete(file);
}

function clientFor(file: MetadataFile): ReaderClient {
  let client = clients.get(file);
  if (!client) {
    const { url } = file.source;
    const path = url.startsWith("file://") ? fileURLToPath(url) : resolve(url);
    if (!existsSync(path)) throw unsupported(`${url} is not a local file: HDF5's own library reads only those`);
    client = new ReaderClient(path);
    clients.set(file, client);
  }
  return client;
}
