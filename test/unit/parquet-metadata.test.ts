import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { type ColumnMetaData, type FileMetaData, parquetMetadata, readColumnIndex, readOffsetIndex } from "hyparquet";
import { hashParquetValue, readBloomFilter, sbbfContains } from "hyparquet/src/bloom.js";
import { xxhash64 as peerHash } from "hyparquet/src/xxhash.js";
import { compressorFor } from "../../src/parquet/compress.js";
import type { DenseColumn, EncodeOptions } from "../../src/parquet/dense-column.js";
import { encodeFactored } from "../../src/parquet/encode-factored.js";
import { encodeValues } from "../../src/parquet/encode-values.js";
import type { SortedColumn } from "../../src/parquet/file-layout.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import { xxhash64 } from "../../src/parquet/xxhash.js";
import { packBits } from "../../src/schema/bitmap.js";
import type { ColumnType } from "../../src/schema/field.js";
import { joinFiles } from "../support/join-files.js";
import { field, temporaryFolder } from "../support/parquet.js";
import { readWithParquetWasm } from "./parquet-readers.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const ROWS = 200;
const number = (name: Extract<ColumnType, { kind: "number" }>["name"]): ColumnType => ({ kind: "number", name });
const rows = Array.from({ length: ROWS }, (_, i) => i);

const floats = rows.map((i) => Math.fround(Math.sin(i) * 100));
const COLUMNS: readonly DenseColumn[] = [
  { field: field("id", number("int64"), false), data: BigInt64Array.from(rows, (i) => BigInt(i) * 1_000_003n - 7n) },
  {
    field: field("value", number("float32")),
    data: Float32Array.from(floats),
    validity: packBits(Uint8Array.from(rows, (i) => i % 3)),
  },
  { field: field("holes", number("float64"), false), data: Float64Array.from(rows, (i) => (i < 70 || i % 2 ? Number.NaN : i)) },
  { field: field("zero", number("float64"), false), data: Float64Array.from(rows, (i) => (i % 2 ? -0 : -5)) },
  { field: field("name", { kind: "string" }), data: rows.map((i) => (i % 4 === 0 ? null : `Stätte ${i}`)) },
  { field: field("few", { kind: "string" }, false), data: rows.map((i) => "abc".slice(0, i % 4)) },
  { field: field("long", { kind: "string" }, false), data: rows.map((i) => `${"é".repeat(60)}${i}`) },
  {
    field: field("list", { kind: "list", item: number("int32") }),
    data: {
      offsets: Uint32Array.from({ length: ROWS + 1 }, (_, i) => i * 2),
      items: Int32Array.from({ length: 2 * ROWS }, (_, i) => i),
    },
    validity: packBits(Uint8Array.from(rows, () => 1)),
  },
];

const SORTING: readonly SortedColumn[] = [{ column: 0, descending: false, nullsFirst: true }];

async function write(name: string, options: Partial<EncodeOptions> = {}): Promise<string> {
  const path = join(folder.path, name);
  const all = { codec: "zstd" as const, compress: await compressorFor({ codec: "zstd" }), pageRows: 64, ...options };
  const fields = COLUMNS.map((one) => one.field);
  const writer = new ParquetFileWriter(path, { fields, keyValues: {}, createdBy: "graticule version 0" });
  for (let k = 0; k < 2; k++)
    writer.append({ rows: ROWS, columns: COLUMNS.map((one) => encodeValues(one, ROWS, all)), sorting: SORTING });
  writer.finish();
  return path;
}

function open(path: string): { file: ArrayBuffer; metadata: FileMetaData } {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  return { file, metadata: parquetMetadata(file) };
}

function chunkOf(metadata: FileMetaData, name: string, group = 0) {
  const chunk = metadata.row_groups[group]?.columns.find((one) => one.meta_data?.path_in_schema[0] === name);
  if (!chunk) throw new Error(`no column ${name}`);
  return { chunk, meta: chunk.meta_data as ColumnMetaData };
}

const view = (file: ArrayBuffer, at: bigint | undefined) => ({ view: new DataView(file, Number(at)), offset: 0 });

describe("what a reader is told", () => {
  test("the order of the rows, also in files that are joined", async () => {
    const path = await write("sorted.parquet");
    const whole = join(folder.path, "joined.parquet");
    await joinFiles([path, path], whole, {
      fields: COLUMNS.map((one) => one.field),
      keyValues: {},
      createdBy: "graticule version 0",
    });
    for (const [of, groups] of [
      [path, 2],
      [whole, 4],
    ] as const)
      expect(open(of).metadata.row_groups.map((group) => group.sorting_columns)).toEqual(
        Array.from({ length: groups }, () => [{ column_idx: 0, descending: false, nulls_first: true }]),
      );
  });

  test("bounds and nulls of pages, as they are recomputed from another reader's values", async () => {
    const path = await write("indexes.parquet");
    const { file, metadata } = open(path);
    const values = readWithParquetWasm(path);
    for (const [leaf, name] of [
      [1, "id"],
      [2, "value"],
      [4, "zero"],
    ] as const) {
      const { chunk } = chunkOf(metadata, name, 1);
      const index = readColumnIndex(view(file, chunk.column_index_offset), metadata.schema[leaf] as never);
      const pages = readOffsetIndex(view(file, chunk.offset_index_offset)).page_locations;
      expect(pages.map((page) => Number(page.first_row_index))).toEqual([0, 64, 128, 192]);
      for (const [k, page] of pages.entries()) {
        const from = ROWS + Number(page.first_row_index);
        const own = (values[name] ?? []).slice(from, ROWS + Number(pages[k + 1]?.first_row_index ?? ROWS));
        const present = own.filter((value) => value !== null).map(Number);
        expect([Number(index.min_values[k]), Number(index.max_values[k])]).toEqual([
          Math.min(...present),
          Math.max(...present) || 0,
        ]);
        expect(Number(index.null_counts?.[k])).toBe(own.length - present.length);
      }
    }
  });

  test("no bound that NaN has spoilt: the other values are bounded, and pages of NaN alone have no index", async () => {
    const { metadata } = open(await write("nan.parquet"));
    const { chunk, meta } = chunkOf(metadata, "holes");
    expect([meta.statistics?.min_value, meta.statistics?.max_value]).toEqual([70, 198]);
    expect(chunk.column_index_offset).toBeUndefined();
  });

  test("text bounds are cut between characters, and the upper one is above all texts", async () => {
    const { metadata } = open(await write("texts.parquet"));
    const { statistics } = chunkOf(metadata, "long").meta;
    const [min, max] = [statistics?.min_value, statistics?.max_value] as [string, string];
    expect(min).toBe("é".repeat(32));
    expect([statistics?.is_min_value_exact, statistics?.is_max_value_exact]).toEqual([false, false]);
    for (const i of rows) expect(Buffer.compare(Buffer.from(`${"é".repeat(60)}${i}`), Buffer.from(max))).toBeLessThan(0);
  });

  test("bytes of texts and how many entries have each level", async () => {
    const { file, metadata } = open(await write("sizes.parquet"));
    const bytes = (part: DenseColumn, from = 0, to = ROWS): number =>
      (part.data as (string | null)[]).slice(from, to).reduce((n, text) => n + (text === null ? 0 : Buffer.from(text).length), 0);
    for (const [name, at] of [
      ["name", 4],
      ["few", 5],
    ] as const) {
      const { chunk, meta } = chunkOf(metadata, name);
      const column = COLUMNS[at] as DenseColumn;
      expect(Number(meta.size_statistics?.unencoded_byte_array_data_bytes)).toBe(bytes(column));
      expect(readOffsetIndex(view(file, chunk.offset_index_offset)).unencoded_byte_array_data_bytes?.map(Number)).toEqual(
        [0, 64, 128, 192].map((from) => bytes(column, from, Math.min(ROWS, from + 64))),
      );
    }
    const { chunk, meta } = chunkOf(metadata, "list");
    expect(meta.size_statistics?.repetition_level_histogram?.map(Number)).toEqual([ROWS, ROWS]);
    expect(meta.size_statistics?.definition_level_histogram?.map(Number)).toEqual([0, 0, 0, 2 * ROWS]);
    const leaf = metadata.schema.find((element) => element.name === "element");
    const index = readColumnIndex(view(file, chunk.column_index_offset), leaf as never);
    expect(index.repetition_level_histograms?.map(Number)).toEqual([32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 8, 8]);
    expect(chunkOf(metadata, "value").meta.size_statistics).toBeUndefined();
  });
});

describe("Bloom filters", () => {
  const words = (seed: number) => Uint8Array.from({ length: 100 }, (_, i) => Math.imul(i + seed, 0x9e3779b1) >>> 24);

  test("XXH64 is what another implementation computes", () => {
    for (let length = 0; length <= 100; length++) {
      const hash = { high: 0, low: 0 };
      const bytes = words(length);
      xxhash64(bytes, 0, length, hash);
      expect((BigInt(hash.high) << 32n) | BigInt(hash.low)).toBe(peerHash(bytes.subarray(0, length)));
    }
  });

  test("hold every value, few others, and both zeros; also in files that are joined", async () => {
    const path = await write("bloom.parquet", {
      bloomFilterOf: ({ name }) => (name === "few" ? undefined : { falsePositives: 0.01 }),
    });
    const whole = join(folder.path, "bloom-joined.parquet");
    await joinFiles([path, path], whole, {
      fields: COLUMNS.map((one) => one.field),
      keyValues: {},
      createdBy: "graticule version 0",
    });
    expect(readWithParquetWasm(whole).id?.slice(0, ROWS)).toEqual(rows.map((i) => String(BigInt(i) * 1_000_003n - 7n)));
    const { file, metadata } = open(whole);
    for (const group of [0, 3]) {
      const holds = (name: string, leaf: number) => {
        const { meta } = chunkOf(metadata, name, group);
        const filter = readBloomFilter(view(file, meta.bloom_filter_offset) as never);
        return (value: unknown): boolean => {
          const hash = hashParquetValue(value, metadata.schema[leaf] as never);
          return filter !== undefined && hash !== undefined && sbbfContains(filter.blocks, hash);
        };
      };
      const id = holds("id", 1);
      expect(rows.every((i) => id(BigInt(i) * 1_000_003n - 7n))).toBe(true);
      expect(Array.from({ length: 5000 }, (_, i) => id(BigInt(i) * 1_000_003n)).filter(Boolean).length).toBeLessThan(150);
      const value = holds("value", 2);
      expect(rows.every((i) => i % 3 === 0 || value(floats[i]))).toBe(true);
      const zero = holds("zero", 4);
      expect([zero(0), zero(-0), zero(-5), zero(7)]).toEqual([true, true, true, false]);
      const name = holds("name", 5);
      expect(rows.every((i) => i % 4 === 0 || name(`Stätte ${i}`))).toBe(true);
      expect(chunkOf(metadata, "few", group).meta.bloom_filter_offset).toBeUndefined();
    }
  });

  test("of an axis that is repeated", async () => {
    const compress = await compressorFor({ codec: "none" });
    const options: EncodeOptions = { codec: "none", compress, pageRows: 64, bloomFilterOf: () => ({}) };
    const lat = encodeFactored(
      field("lat", number("float32"), false),
      Float32Array.of(1, 2, 3),
      { outer: 2, length: 3, inner: 4 },
      options,
    );
    const filter = readBloomFilter({ view: new DataView(new Uint8Array(lat?.bloomFilter ?? []).buffer), offset: 0 } as never);
    const holds = (value: number) =>
      sbbfContains(filter?.blocks as Uint32Array, hashParquetValue(value, { type: "FLOAT" } as never) as bigint);
    expect([1, 2, 3, 4].map(holds)).toEqual([true, true, true, false]);
  });
});
