import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { compressorFor } from "../../src/parquet/compress.js";
import type { DenseColumn } from "../../src/parquet/dense-column.js";
import { encodeValues } from "../../src/parquet/encode-values.js";
import { ParquetFileWriter, type WrittenFile } from "../../src/parquet/file-writer.js";
import type { CodecName } from "../../src/parquet/format.js";
import { packBits } from "../../src/schema/bitmap.js";
import type { ColumnType } from "../../src/schema/field.js";
import type { ColumnData } from "../../src/schema/grid-batch.js";
import { metadataOf, type Plain, plain, readWithHyparquet, readWithParquetWasm } from "./parquet-readers.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "graticule-parquet-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 1000;
const CODECS: readonly CodecName[] = ["zstd", "snappy", "gzip", "none"];

function column(name: string, type: ColumnType, data: ColumnData, nulls: (i: number) => boolean = () => false): DenseColumn {
  const flags = Uint8Array.from({ length: ROWS }, (_, i) => (nulls(i) ? 0 : 1));
  const validity = packBits(flags);
  const nullable = validity.zeros > 0;
  return { field: { name, type, nullable, metadata: {} }, data, ...(nullable && { validity }) };
}

const number = (name: Extract<ColumnType, { kind: "number" }>["name"]): ColumnType => ({ kind: "number", name });
const big = (at: (i: number) => bigint): BigInt64Array => BigInt64Array.from({ length: ROWS }, (_, i) => at(i));
const everyThird = (i: number): boolean => i % 3 === 0;

const COLUMNS: readonly DenseColumn[] = [
  column(
    "int8",
    number("int8"),
    Int8Array.from({ length: ROWS }, (_, i) => (i % 256) - 128),
  ),
  column(
    "uint8",
    number("uint8"),
    Uint8Array.from({ length: ROWS }, (_, i) => i % 256),
    everyThird,
  ),
  column(
    "int16",
    number("int16"),
    Int16Array.from({ length: ROWS }, (_, i) => i * 65 - 32768),
  ),
  column(
    "uint16",
    number("uint16"),
    Uint16Array.from({ length: ROWS }, (_, i) => 65535 - i * 65),
  ),
  column(
    "int32",
    number("int32"),
    Int32Array.from({ length: ROWS }, (_, i) => Math.imul(i, 0x9e3779b1)),
  ),
  column(
    "uint32",
    number("uint32"),
    Uint32Array.from({ length: ROWS }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 0),
    everyThird,
  ),
  column(
    "int64",
    number("int64"),
    big((i) => (BigInt(i) - 500n) * 12345678901234567n),
  ),
  column("uint64", number("uint64"), new BigUint64Array(big((i) => -1n - BigInt(i) * 3n).buffer)),
  column(
    "float32",
    number("float32"),
    Float32Array.from({ length: ROWS }, (_, i) => Math.sin(i) * 10 ** (i % 30)),
    everyThird,
  ),
  column(
    "float64",
    number("float64"),
    Float64Array.from({ length: ROWS }, (_, i) => Math.cos(i) * 10 ** ((i % 200) - 100)),
  ),
  column(
    "odd",
    number("float64"),
    Float64Array.from({ length: ROWS }, (_, i) => [0, -0, Infinity, -Infinity, 5e-324][i % 5] ?? 0),
  ),
  column("constant", number("float32"), new Float32Array(ROWS).fill(2.5)),
  column(
    "runs",
    number("int32"),
    Int32Array.from({ length: ROWS }, (_, i) => Math.floor(i / 100)),
  ),
  column("no value", number("float32"), new Float32Array(ROWS), () => true),
  column(
    "bool",
    { kind: "bool" },
    Uint8Array.from({ length: ROWS }, (_, i) => Number(i % 7 < 3)),
    everyThird,
  ),
  column(
    "time",
    { kind: "timestamp" },
    big((i) => -62135596800000000n + BigInt(i) * 86400000001n),
    everyThird,
  ),
  column(
    "text",
    { kind: "string" },
    Array.from({ length: ROWS }, (_, i) => ["", "Zürich", "Grönland ".repeat(20)][i % 3] ?? ""),
  ),
  column(
    "texts",
    { kind: "string" },
    Array.from({ length: ROWS }, (_, i) => (i % 4 ? `station ${i}` : null)),
    (i) => i % 4 === 0,
  ),
  column(
    "bytes",
    { kind: "binary" },
    Array.from({ length: ROWS }, (_, i) => Uint8Array.of(i & 255, 255, 0)),
  ),
];

async function write(path: string, columns: readonly DenseColumn[], codec: CodecName, pageRows: number): Promise<WrittenFile> {
  const options = { codec, compress: await compressorFor({ codec }), pageRows };
  const fields = columns.map(({ field }) => field);
  const writer = new ParquetFileWriter(path, { fields, keyValues: { title: "every type" }, createdBy: "graticule version 0" });
  writer.append({ rows: ROWS, columns: columns.map((one) => encodeValues(one, ROWS, options)) });
  return writer.finish();
}

function expected({ field, data, validity }: DenseColumn): Plain[] {
  return Array.from(data as ArrayLike<unknown>, (value, i) => {
    if (validity && !((validity.bits[i >> 3] as number) & (1 << (i & 7)))) return null;
    return field.type.kind === "bool" ? value === 1 : plain(value);
  });
}

describe("columns of every type, read by readers that are not ours", () => {
  for (const codec of CODECS)
    for (const pageRows of [64, 4096])
      test(`${codec}, pages of ${pageRows} rows`, async () => {
        const path = join(folder, `${codec}-${pageRows}.parquet`);
        const written = await write(path, COLUMNS, codec, pageRows);
        expect(written.rows).toBe(ROWS);
        const [hyparquet, rust] = [await readWithHyparquet(path), readWithParquetWasm(path)];
        for (const one of COLUMNS) {
          expect({ name: one.field.name, values: hyparquet[one.field.name] }).toEqual({
            name: one.field.name,
            values: expected(one),
          });
          expect({ name: one.field.name, values: rust[one.field.name] }).toEqual({ name: one.field.name, values: expected(one) });
        }
      });

  test("bounds and null counts are those of the values", async () => {
    const path = join(folder, "statistics.parquet");
    await write(path, COLUMNS, "none", 64);
    const found = Object.fromEntries(
      (metadataOf(path).row_groups[0]?.columns ?? []).map(({ meta_data }) => [meta_data?.path_in_schema[0], meta_data?.statistics]),
    );
    expect(found.int8).toMatchObject({ min_value: -128, max_value: 127, null_count: 0n });
    expect(found.uint16).toMatchObject({ min_value: 600, max_value: 65535 });
    expect(found.uint32).toMatchObject({ min_value: expect.any(Number), null_count: 334n });
    expect(found.int64).toMatchObject({ min_value: -500n * 12345678901234567n, max_value: 499n * 12345678901234567n });
    expect(found.odd).toMatchObject({ min_value: -Infinity, max_value: Infinity });
    expect(found["no value"]).toMatchObject({ null_count: 1000n });
    expect(found["no value"]?.min_value).toBeUndefined();
    // Cut where they are long, the upper bound raised: still below and above every value.
    expect(String(found.text?.min_value)).toBe("");
    expect(Buffer.from(String(found.text?.max_value)) >= Buffer.from("Zürich")).toBe(true);
  });

  test("a level is honoured", async () => {
    const noise = Uint8Array.from({ length: 1 << 16 }, (_, i) => (Math.imul(i >> 2, 0x9e3779b1) >>> 24) & 15);
    const sizes = await Promise.all([1, 19].map(async (level) => (await compressorFor({ codec: "zstd", level }))(noise).length));
    expect(sizes[1]).toBeLessThan(sizes[0] as number);
  });
});

describe("packed codes", () => {
  const codes = Int16Array.from({ length: ROWS }, (_, i) => (i % 50 === 0 ? -32767 : ((i * 7919) % 4000) - 2000));
  const validity = packBits(Uint8Array.from(codes, (code) => Number(code !== -32767)));

  for (const target of ["float32", "float64"] as const)
    test(`become a dictionary of ${target}; the fill value is null, and no bound`, async () => {
      const field = { name: "t", type: number(target), nullable: true, metadata: {} };
      const packing = { scale: 0.01, offset: 273.15, target };
      const path = join(folder, `packed-${target}.parquet`);
      await write(path, [{ field, data: codes, validity, packing }], "zstd", 256);
      const round = target === "float32" ? Math.fround : (x: number) => x;
      const values = Array.from(codes, (code) => (code === -32767 ? null : round(code * 0.01 + 273.15)));
      expect((await readWithHyparquet(path)).t).toEqual(values);
      expect(readWithParquetWasm(path).t).toEqual(values);
      const chunk = metadataOf(path).row_groups[0]?.columns[0]?.meta_data;
      expect(chunk?.encodings).toContain("RLE_DICTIONARY");
      expect(chunk?.statistics?.min_value).toBeGreaterThan(253);
    });
});
