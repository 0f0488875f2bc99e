import { GraticuleError } from "../errors.js";
import type { Store } from "../store/contract.js";
import type { PartOutput, StagedPart } from "../store/output/contract.js";
import {
  columnStart,
  type FileDescription,
  FileLayout,
  MAGIC,
  type PlacedColumn,
  shiftMetadata,
  shiftOffsetIndex,
  sortingOf,
} from "./file-layout.js";
import type { WrittenFile } from "./file-writer.js";
import { numberAt, structAt, structsAt } from "./format.js";
import { decodeStruct, type ThriftStruct } from "./thrift.js";

const COPY = 4 << 20;

type Read = (offset: number, length: number) => Promise<Uint8Array>;

/**
 * One file that holds the row groups of all the others in order; their bytes are copied, their metadata moved.
 * @param output closed at the end, given up where it fails
 */
export async function concatenateFiles(
  paths: readonly string[],
  store: Pick<Store, "open">,
  output: PartOutput,
  description: FileDescription,
): Promise<WrittenFile & { readonly staged: StagedPart }> {
  try {
    output.write(MAGIC);
    const layout = new FileLayout();
    for (const path of paths) await appendFile(path, store, output, layout);
    output.write(layout.finish(description));
    const { bytes } = output;
    return { rows: layout.rows, bytes, ...(await output.finish()) };
  } catch (error) {
    await output.abandon();
    throw error;
  }
}

async function appendFile(path: string, store: Pick<Store, "open">, output: PartOutput, layout: FileLayout): Promise<void> {
  const source = await store.open(path);
  const read: Read = (offset, length) => source.readOne({ offset, length });
  try {
    for (const group of structsAt(await readFooter(read, source.size, path), 4)) {
      const chunks = await Promise.all(structsAt(group, 1).map((chunk) => placedFrom(chunk, read)));
      const sorting = sortingOf(group);
      const filters = layout.place({
        columns: chunks.map((chunk) => chunk.column),
        sizes: chunks.map((chunk) => chunk.size),
        rows: numberAt(group, 3),
        ...(sorting && { sorting }),
      });
      for (const { start, size } of chunks)
        for (let at = 0; at < size; at += COPY) {
          output.write(await read(start + at, Math.min(COPY, size - at)));
          await output.ready();
        }
      for (const filter of filters) output.write(filter);
    }
  } finally {
    await source.close();
  }
}

/** FileMetaData of a Parquet file. @throws `malformed` */
export async function readFooter(read: Read, size: number, path: string): Promise<ThriftStruct> {
  const tail = size < 12 ? new Uint8Array(8) : await read(size - 8, 8);
  const length = Buffer.from(tail).readUInt32LE(0);
  if (!MAGIC.equals(tail.subarray(4)) || length + 12 > size)
    throw new GraticuleError("malformed", "no whole Parquet file: its last bytes are no footer", {
      file: path,
      offset: Math.max(0, size - 8),
    });
  return decodeStruct(await read(size - 8 - length, length)).struct;
}

async function placedFrom(chunk: ThriftStruct, read: Read): Promise<{ column: PlacedColumn; start: number; size: number }> {
  const metadata = structAt(chunk, 3);
  if (!metadata) throw new GraticuleError("malformed", "a column chunk without metadata");
  const start = columnStart(metadata);
  const index = async (offset: number, length: number): Promise<ThriftStruct | null> =>
    chunk.value.has(offset) ? decodeStruct(await read(numberAt(chunk, offset), numberAt(chunk, length))).struct : null;
  const pages = await index(4, 5);
  return {
    column: {
      metadata: shiftMetadata(metadata, -start),
      columnIndex: await index(6, 7),
      offsetIndex: pages && shiftOffsetIndex(pages, -start),
      bloomFilter: metadata.value.has(14) ? await read(numberAt(metadata, 14), numberAt(metadata, 15)) : null,
    },
    start,
    size: numberAt(metadata, 7),
  };
}
