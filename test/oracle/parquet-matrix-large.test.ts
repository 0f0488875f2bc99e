import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { tableFromIPC } from "apache-arrow";
import { parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import * as wasm from "parquet-wasm";
import { compressorFor } from "../../src/parquet/compress.js";
import type { DenseColumn } from "../../src/parquet/dense-column.js";
import { encodeValues } from "../../src/parquet/encode-values.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import { ENCODING, type EncodingName, type PageCodec } from "../../src/parquet/format.js";
import { isSet, packBits } from "../../src/schema/bitmap.js";
import type { ColumnType } from "../../src/schema/field.js";
import type { TypedArray } from "../../src/schema/typed-array.js";
import { field, temporaryFolder } from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const ROWS = 1_000_000;
const number = (name: Extract<ColumnType, { kind: "number" }>["name"]): ColumnType => ({ kind: "number", name });
const some = packBits(Uint8Array.from({ length: ROWS }, (_, i) => Number(i % 7 !== 3)));
const indices = Uint32Array.from({ length: ROWS }, (_, i) => i);

/** One after the other, so that each is forgotten before the next is made. */
const COLUMNS: readonly (readonly [EncodingName, ColumnType, () => TypedArray])[] = [
  ["DELTA_BINARY_PACKED", number("int32"), () => Int32Array.from(indices, (i) => Math.imul(i, 2654435761))],
  ["DELTA_BINARY_PACKED", number("int64"), () => BigInt64Array.from(Array.from(indices, (i) => BigInt(i) * 1_000_003n - 5n))],
  ["RLE_DICTIONARY", number("int16"), () => Int16Array.from(indices, (i) => i % 30_011)],
  ["RLE_DICTIONARY", number("float32"), () => Float32Array.from(indices, (i) => Math.sqrt(i))],
  ["BYTE_STREAM_SPLIT", number("float64"), () => Float64Array.from(indices, (i) => Math.sin(i))],
  ["PLAIN", number("uint32"), () => Uint32Array.from(indices, (i) => Math.imul(i, 2654435761) >>> 0)],
  ["RLE", { kind: "bool" }, () => Uint8Array.from(indices, (i) => ((i >> 9) ^ (i >> 3)) & 1)],
];

const FILES: readonly (readonly [PageCodec, 1 | 2])[] = [
  ["zstd", 1],
  ["lz4_raw", 2],
];

async function write(path: string, column: DenseColumn, encoding: EncodingName, codec: PageCodec, pageVersion: 1 | 2) {
  const compress = await compressorFor({ codec });
  const options = { codec, compress, pageVersion, pageRows: 1 << 17, encodingOf: () => ENCODING[encoding] };
  const writer = new ParquetFileWriter(path, { fields: [column.field], keyValues: {}, createdBy: "graticule version 0" });
  writer.append({ rows: ROWS, columns: [encodeValues(column, ROWS, options)] });
  writer.finish();
}

/** The first row that differs; −1 where none does. */
function firstDifference(column: DenseColumn, at: (row: number) => unknown): number {
  const values = column.data as TypedArray;
  const isFlag = column.field.type.kind === "bool";
  for (let row = 0; row < ROWS; row++) {
    const found = at(row);
    const isThere = !column.validity || isSet(column.validity, row);
    const own = isThere ? (isFlag ? values[row] === 1 : values[row]) : null;
    if (!Object.is(found ?? null, own)) return row;
  }
  return -1;
}

async function withHyparquet(path: string): Promise<(row: number) => unknown> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const pieces: { readonly start: number; readonly data: ArrayLike<unknown> }[] = [];
  await parquetRead({
    file,
    compressors,
    onChunk: ({ columnData, rowStart }) => pieces.push({ start: rowStart, data: columnData }),
  });
  pieces.sort((a, b) => b.start - a.start);
  let piece = pieces.pop();
  return (row) => {
    while (piece && row >= piece.start + piece.data.length) piece = pieces.pop();
    return piece?.data[row - piece.start];
  };
}

function withParquetWasm(path: string): (row: number) => unknown {
  const chunks = tableFromIPC(wasm.readParquet(readFileSync(path)).intoIPCStream()).getChild("x")?.data ?? [];
  let from = 0;
  let at = 0;
  return (row) => {
    while (row >= from + (chunks[at]?.length ?? Number.POSITIVE_INFINITY)) from += chunks[at++]?.length ?? 0;
    const chunk = chunks[at];
    if (!chunk?.getValid(row - from)) return null;
    const values = chunk.values as TypedArray;
    return values.length < chunk.length
      ? (((values[(row - from) >> 3] as number) >> ((row - from) & 7)) & 1) === 1
      : values[row - from];
  };
}

describe("row groups of a million rows, by readers that are not ours", () => {
  describe.each(FILES)("%s, data pages v%i", (codec, version) => {
    test.each(COLUMNS)("%s of %j", async (encoding, type, values) => {
      const column = { field: field("x", type, version === 1), data: values(), ...(version === 1 && { validity: some }) };
      const path = join(folder.path, "large.parquet");
      await write(path, column, encoding, codec, version);
      expect(firstDifference(column, await withHyparquet(path))).toBe(-1);
      expect(firstDifference(column, withParquetWasm(path))).toBe(-1);
    });
  });
});
