import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { compressorFor } from "../../src/parquet/compress.js";
import type { DenseColumn } from "../../src/parquet/dense-column.js";
import { encodeValues } from "../../src/parquet/encode-values.js";
import { ParquetFileWriter } from "../../src/parquet/file-writer.js";
import { ENCODING } from "../../src/parquet/format.js";
import { isSet, packBits } from "../../src/schema/bitmap.js";
import { numberType } from "../../src/schema/field.js";
import { field, temporaryFolder } from "../support/parquet.js";
import { metadataOf, type Plain, plain, readWithHyparquet, readWithParquetWasm } from "./parquet-readers.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Two pages that the vectors divide evenly, and one that they do not. */
const ROWS = 2 * 512 + 203;
const PAGE_ROWS = 512;

/** Any 32 bits for a number. */
function scrambled(i: number): number {
  const bits = Math.imul(i + 1, 0x9e3779b1);
  return Math.imul(bits ^ (bits >>> 15), 0x85ebca6b) >>> 0;
}

const NULLS: Readonly<Record<string, ((row: number) => boolean) | null>> = {
  none: null,
  some: (row) => scrambled(row) % 10 !== 0,
  most: (row) => scrambled(row) % 10 === 0,
  stretches: (row) => (row >> 6) % 3 !== 1,
  "all but a few of the second page": (row) => row < PAGE_ROWS || row % 100 === 0,
};

async function written(column: DenseColumn): Promise<string> {
  const path = join(folder.path, "page.parquet");
  const options = { codec: "zstd" as const, compress: await compressorFor({ codec: "zstd" }), pageRows: PAGE_ROWS };
  const splits = {
    ...options,
    encodingOf: () =>
      ArrayBuffer.isView(column.data) && column.data.BYTES_PER_ELEMENT > 2 ? ENCODING.BYTE_STREAM_SPLIT : undefined,
  };
  const writer = new ParquetFileWriter(path, { fields: [column.field], keyValues: {}, createdBy: "graticule version 0" });
  writer.append({ rows: ROWS, columns: [encodeValues(column, ROWS, splits)] });
  writer.finish();
  return path;
}

async function expectRead(column: DenseColumn): Promise<void> {
  const path = await written(column);
  const values = column.data as Int16Array;
  const { scale, offset } = column.packing ?? { scale: 1, offset: 0 };
  const expected = Array.from(
    values,
    (value, row): Plain => (column.validity && !isSet(column.validity, row) ? null : plain(value * scale + offset)),
  );
  expect((await readWithHyparquet(path)).x).toEqual(expected);
  expect(readWithParquetWasm(path).x).toEqual(expected);
  const numbers = expected.filter((value): value is number => typeof value === "number");
  const [bounds] = metadataOf(path).row_groups.flatMap((group) => group.columns.map((one) => one.meta_data?.statistics));
  if (numbers.length > 0)
    expect([Number(bounds?.min_value), Number(bounds?.max_value)]).toEqual([Math.min(...numbers), Math.max(...numbers)]);
}

describe.each(Object.entries(NULLS))("pages where nulls are %s", (_name, isThere) => {
  const validity = isThere && packBits(Uint8Array.from({ length: ROWS }, (_, row) => Number(isThere(row))));

  test.each(Array.from({ length: 17 }, (_, bits) => bits))("codes of %i bits, in runs and not", async (bits) => {
    const isRun = (row: number): boolean => (row >> 7) % 2 === 0;
    const own = { field: field("x", numberType("int16")), ...(validity && { validity }) };
    const codes = Int16Array.from(
      { length: ROWS },
      (_, row) => (scrambled(isRun(row) ? row >> 5 : row) % 2 ** bits) - 2 ** (bits - 1),
    );
    await expectRead({ ...own, data: codes });
    await expectRead({
      ...own,
      field: field("x", numberType("float32")),
      data: codes,
      packing: { scale: -0.5, offset: 0.25, target: "float32" },
    });
  });

  test.each([
    ["float32", (i: number) => Math.fround(Math.sin(i) * 2 ** (i % 100))],
    ["float64", (i: number) => Math.sin(i) * 2 ** (i % 900)],
    ["int32", (i: number) => scrambled(i) | 0],
  ] as const)("planes of %s", async (name, at) => {
    const array = name === "float32" ? Float32Array : name === "float64" ? Float64Array : Int32Array;
    const data = new array(Array.from({ length: ROWS }, (_, row) => at(row)));
    await expectRead({ field: field("x", numberType(name)), data, ...(validity && { validity }) });
  });
});

test("bounds leave NaN aside, and hold infinities", async () => {
  const data = Float32Array.from({ length: ROWS }, (_, row) => (row % 5 === 0 ? Number.NaN : row));
  const { statistics } =
    metadataOf(await written({ field: field("x", numberType("float32")), data })).row_groups[0]?.columns[0]?.meta_data ?? {};
  expect([statistics?.min_value, statistics?.max_value]).toEqual([1, ROWS - 1]);
  data[700] = Number.NEGATIVE_INFINITY;
  const wider = metadataOf(await written({ field: field("x", numberType("float32")), data })).row_groups[0]?.columns[0]?.meta_data;
  expect(wider?.statistics?.min_value).toBe(Number.NEGATIVE_INFINITY);
  data.fill(Number.NaN);
  const none = metadataOf(await written({ field: field("x", numberType("float32")), data })).row_groups[0]?.columns[0]?.meta_data;
  expect(none?.statistics?.min_value).toBeUndefined();
});
