import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { GraticuleError } from "../errors.js";
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
import { FileOutput, type WrittenFile } from "./file-writer.js";
import { numberAt, structAt, structsAt } from "./format.js";
import { decodeStruct, type ThriftStruct } from "./thrift.js";

const COPY = 4 << 20;

/** One file that holds the row groups of all the others in order; their bytes are copied, their metadata moved. */
export function concatenateFiles(paths: readonly string[], target: string, description: FileDescription): WrittenFile {
  const output = new FileOutput(target);
  try {
    output.write(MAGIC);
    const layout = new FileLayout();
    for (const path of paths) appendFile(path, output, layout);
    output.write(layout.finish(description));
    const bytes = output.bytes;
    return { rows: layout.rows, bytes, sha256: output.close() };
  } finally {
    output.abandon();
  }
}

function appendFile(path: string, output: FileOutput, layout: FileLayout): void {
  const fd = openSync(path, "r");
  try {
    const read = reader(fd, path);
    for (const group of structsAt(readFooter(read, fstatSync(fd).size, path), 4)) {
      const chunks = structsAt(group, 1).map((chunk) => placedFrom(chunk, read));
      const sorting = sortingOf(group);
      const filters = layout.place({
        columns: chunks.map((chunk) => chunk.column),
        sizes: chunks.map((chunk) => chunk.size),
        rows: numberAt(group, 3),
        ...(sorting && { sorting }),
      });
      for (const { start, size } of chunks)
        for (let at = 0; at < size; at += COPY) output.write(read(start + at, Math.min(COPY, size - at)));
      for (const filter of filters) output.write(filter);
    }
  } finally {
    closeSync(fd);
  }
}

type Reader = (offset: number, length: number) => Uint8Array;

function reader(fd: number, path: string): Reader {
  return (offset, length) => {
    const bytes = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const got = readSync(fd, bytes, done, length - done, offset + done);
      if (got === 0)
        throw new GraticuleError("truncated", `a staged part ends ${length - done} bytes early`, { file: path, offset });
      done += got;
    }
    return bytes;
  };
}

/** FileMetaData of a Parquet file. @throws `malformed` */
export function readFooter(read: Reader, size: number, path: string): ThriftStruct {
  const tail = size < 12 ? new Uint8Array(8) : read(size - 8, 8);
  const length = Buffer.from(tail).readUInt32LE(0);
  if (!MAGIC.equals(tail.subarray(4)) || length + 12 > size)
    throw new GraticuleError("malformed", "no whole Parquet file: its last bytes are no footer", {
      file: path,
      offset: Math.max(0, size - 8),
    });
  return decodeStruct(read(size - 8 - length, length)).struct;
}

function placedFrom(chunk: ThriftStruct, read: Reader): { column: PlacedColumn; start: number; size: number } {
  const metadata = structAt(chunk, 3);
  if (!metadata) throw new GraticuleError("malformed", "a column chunk without metadata");
  const start = columnStart(metadata);
  const index = (offset: number, length: number): ThriftStruct | null =>
    chunk.value.has(offset) ? decodeStruct(read(numberAt(chunk, offset), numberAt(chunk, length))).struct : null;
  const pages = index(4, 5);
  return {
    column: {
      metadata: shiftMetadata(metadata, -start),
      columnIndex: index(6, 7),
      offsetIndex: pages && shiftOffsetIndex(pages, -start),
      bloomFilter: metadata.value.has(14) ? read(numberAt(metadata, 14), numberAt(metadata, 15)) : null,
    },
    start,
    size: numberAt(metadata, 7),
  };
}
