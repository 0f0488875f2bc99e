import type { Box, ChunkRef, ReadContext } from "graticule/plugin";
import { elementBytes } from "../chunks/chunk-grid.js";
import { codecsOf } from "../chunks/codecs-of.js";
import { locateStored } from "../chunks/locate-stored.js";
import { malformed, unsupported } from "../errors.js";
import type { DatasetHeader } from "../model.js";
import { type CellAxis, copyCells, stepsOf } from "./copy-cells.js";
import { readExternal } from "./external-bytes.js";
import type { StoredDataset } from "./stored-dataset.js";

/** Bytes of one box, which the caller keeps as small as it can. */
const MOST_BYTES = 1 << 30;

/**
 * The elements of a box as stored, row-major; absent ones as the fill value. Not for virtual datasets.
 * @param box inside the dataset, of the dataspace's rank
 * @throws `malformed`, `truncated`, `checksum`, `unsupported`, `not-found`
 */
export async function readElements(dataset: StoredDataset, box: Box, context: ReadContext): Promise<Buffer> {
  const { file, header } = dataset;
  const size = elementBytes(header);
  const shape = box.map(({ start, stop }) => stop - start);
  const bytes = shape.reduce((product, n) => product * n, size);
  if (bytes > MOST_BYTES)
    throw unsupported(`a part of ${bytes} bytes that must be read at once; the most is ${MOST_BYTES}`, header.address);
  const out = Buffer.allocUnsafeSlow(bytes);
  for await (const ref of locateStored(file, header, box, context)) {
    const common = overlap(ref, box);
    if (!common) continue;
    if (ref.kind === "missing") copyBox(filled(header), null, out, box, common, size);
    else copyBox(await bytesOf(dataset, ref, context), ref, out, box, common, size);
  }
  return out;
}

/** One element of the fill value, as often as it is asked for. */
export function filled({ fill, wholeFill, dtype, arrayShape }: DatasetHeader): Buffer {
  if (wholeFill) return Buffer.from(wholeFill);
  const one = fill ?? new Uint8Array(dtype.size);
  const count = arrayShape.reduce((product, n) => product * n, 1);
  return Buffer.alloc(one.length * count, one);
}

async function bytesOf(dataset: StoredDataset, ref: ChunkRef, context: ReadContext): Promise<Uint8Array> {
  const { header } = dataset;
  switch (ref.kind) {
    case "inline":
      return ref.bytes;
    case "plugin":
      return readExternal(dataset, ref, context);
    case "stored": {
      const encoded = await rangeOf(context, ref.url, ref.offset, ref.length);
      const decodedLength = ref.shape.reduce((product, n) => product * n, elementBytes(header));
      return context.decodeChunk(encoded, codecsOf(header), ref.filterMask, decodedLength);
    }
    case "strided": {
      const parts: Uint8Array[] = [];
      for (let i = 0; i < ref.count; i++)
        parts.push(Uint8Array.from(await rangeOf(context, ref.url, ref.offset + i * ref.stride, ref.length)));
      return Buffer.concat(parts);
    }
    default:
      throw malformed(`a part of the kind ${ref.kind} in an HDF5 file`, header.address);
  }
}

async function rangeOf(context: ReadContext, url: string, offset: number, length: number): Promise<Uint8Array> {
  const source = await context.openSource(url);
  return source.readOne({ offset, length }, { signal: context.signal });
}

function overlap({ origin, shape }: ChunkRef, box: Box): Box | null {
  const common = box.map(({ start, stop }, d) => {
    const at = origin[d] as number;
    return { start: Math.max(start, at), stop: Math.min(stop, at + (shape[d] as number)) };
  });
  return common.every(({ start, stop }) => start < stop) ? common : null;
}

/** @param from where the bytes stand; null: one element, for every cell */
function copyBox(bytes: Uint8Array, from: ChunkRef | null, out: Buffer, box: Box, common: Box, size: number): void {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fromSteps = from ? stepsOf(from.shape) : null;
  const toSteps = stepsOf(box.map(({ start, stop }) => stop - start));
  const axes = common.map(({ start, stop }, d): CellAxis => {
    const positions = Array.from({ length: stop - start }, (_, i) => start + i);
    return {
      from: positions.map((at) => (fromSteps ? (at - (from?.origin[d] as number)) * (fromSteps[d] as number) : at)),
      to: positions.map((at) => (at - (box[d]?.start as number)) * (toSteps[d] as number)),
    };
  });
  if (from) copyCells(axes, { from: 0, to: 0 }, (f, t, count) => source.copy(out, t * size, f * size, (f + count) * size));
  else copyCells(axes, { from: 0, to: 0 }, (_, t, count) => out.fill(source, t * size, (t + count) * size));
}
