import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import type { CodecName } from "../../src/parquet/format.js";
import { packBits } from "../../src/schema/bitmap.js";
import type { GridBatch, GridColumn, Selection } from "../../src/schema/grid-batch.js";
import { joinFiles } from "../support/join-files.js";
import {
  describeFields,
  field,
  readWithHyparquet,
  readWithParquetWasm,
  temporaryFolder,
  writeBatches,
} from "../support/parquet.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const [T, Y, X] = [3, 17, 40];
const CELLS = T * Y * X;
const cells = Array.from({ length: CELLS }, (_, i) => i);
const number = (name: "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64" | "float32" | "float64") =>
  ({ kind: "number", name }) as const;
const every7th = packBits(Uint8Array.from(cells, (i) => (i % 7 === 0 ? 0 : 1)));
const nulls = (i: number) => i % 7 === 0;
const coordinates = (i: number) => [Math.floor(i / (Y * X)), Math.floor(i / X) % Y, i % X] as const;
const full = [0, 1, 2];

/** Each column with the value that its cell `i` has; the expectation is computed here, from the cell's index alone. */
const columns: readonly { column: GridColumn; at: (i: number) => unknown }[] = [
  {
    column: { field: field("time", { kind: "timestamp" }, false), axes: [0], data: BigInt64Array.of(0n, 3_600_000_000n, -1n) },
    at: (i) => [0n, 3_600_000_000n, -1n][coordinates(i)[0]],
  },
  {
    column: {
      field: field("lat", number("float32"), false, { units: "degrees_north" }),
      axes: [1],
      data: Float32Array.from({ length: Y }, (_, i) => 90 - i / 4),
    },
    at: (i) => 90 - coordinates(i)[1] / 4,
  },
  {
    column: { field: field("lon", number("float64"), false), axes: [2], data: Float64Array.from({ length: X }, (_, i) => i / 3) },
    at: (i) => coordinates(i)[2] / 3,
  },
  {
    column: { field: field("lat2d", number("float32")), axes: [1, 2], data: Float32Array.from({ length: Y * X }, (_, i) => i / 8) },
    at: (i) => (i % (Y * X)) / 8,
  },
  {
    column: { field: field("apart", number("int32")), axes: [0, 2], data: Int32Array.from({ length: T * X }, (_, i) => i) },
    at: (i) => coordinates(i)[0] * X + coordinates(i)[2],
  },
  {
    column: {
      field: field("station", { kind: "string" }, false),
      axes: [1],
      data: Array.from({ length: Y }, (_, i) => `é${i % 5}`),
    },
    at: (i) => `é${coordinates(i)[1] % 5}`,
  },
  { column: { field: field("scalar", number("int32"), false), axes: [], data: Int32Array.of(42) }, at: () => 42 },
  {
    column: {
      field: field("masked_axis", number("int32")),
      axes: [1],
      data: Int32Array.from({ length: Y }, (_, i) => i),
      validity: packBits(Uint8Array.from({ length: Y }, (_, i) => i % 2)),
    },
    at: (i) => (coordinates(i)[1] % 2 ? coordinates(i)[1] : null),
  },
  {
    column: {
      field: field("f32", number("float32")),
      axes: full,
      data: Float32Array.from(cells, (i) => Math.fround(Math.sin(i) * 1e3)),
      validity: every7th,
    },
    at: (i) => (nulls(i) ? null : Math.fround(Math.sin(i) * 1e3)),
  },
  {
    column: { field: field("f64", number("float64")), axes: full, data: Float64Array.from(cells, (i) => Math.cos(i)) },
    at: (i) => Math.cos(i),
  },
  {
    column: {
      field: field("few", number("float32")),
      axes: full,
      data: Float32Array.from(cells, (i) => (i % 5) / 2),
      validity: every7th,
    },
    at: (i) => (nulls(i) ? null : (i % 5) / 2),
  },
  {
    column: { field: field("zeros", number("float64")), axes: full, data: Float64Array.from(cells, (i) => (i % 2 ? -0 : 0)) },
    at: (i) => (i % 2 ? -0 : 0),
  },
  {
    column: {
      field: field("packed", number("float32")),
      axes: full,
      data: Int16Array.from(cells, (i) => (i % 300) - 150),
      packing: { scale: -0.5, offset: 273, target: "float32" },
      validity: every7th,
    },
    at: (i) => (nulls(i) ? null : ((i % 300) - 150) * -0.5 + 273),
  },
  {
    column: {
      field: field("packed64", number("float64")),
      axes: full,
      data: Uint8Array.from(cells, (i) => i % 200),
      packing: { scale: 0.25, offset: -1, target: "float64" },
    },
    at: (i) => (i % 200) * 0.25 - 1,
  },
  {
    column: { field: field("i8", number("int8")), axes: full, data: Int8Array.from(cells, (i) => (i % 256) - 128) },
    at: (i) => (i % 256) - 128,
  },
  { column: { field: field("u8", number("uint8")), axes: full, data: Uint8Array.from(cells, (i) => i % 256) }, at: (i) => i % 256 },
  {
    column: { field: field("u16", number("uint16")), axes: full, data: Uint16Array.from(cells, (i) => (i * 31) % 65536) },
    at: (i) => (i * 31) % 65536,
  },
  {
    column: {
      field: field("i32", number("int32")),
      axes: full,
      data: Int32Array.from(cells, (i) => i * 1_048_577 - 2_000_000_000),
      validity: every7th,
    },
    at: (i) => (nulls(i) ? null : i * 1_048_577 - 2_000_000_000),
  },
  {
    column: { field: field("u32", number("uint32")), axes: full, data: Uint32Array.from(cells, (i) => 4_294_967_295 - i) },
    at: (i) => 4_294_967_295 - i,
  },
  {
    column: {
      field: field("i64", number("int64")),
      axes: full,
      data: BigInt64Array.from(cells, (i) => BigInt(i) * -4_503_599_627_370_496n),
    },
    at: (i) => BigInt(i) * -4_503_599_627_370_496n,
  },
  {
    column: {
      field: field("u64", number("uint64")),
      axes: full,
      data: BigUint64Array.from(cells, (i) => 18_446_744_073_709_551_615n - BigInt(i)),
    },
    at: (i) => 18_446_744_073_709_551_615n - BigInt(i),
  },
  {
    column: {
      field: field("flag", { kind: "bool" }),
      axes: full,
      data: Uint8Array.from(cells, (i) => (i % 3 === 0 ? 1 : 0)),
      validity: every7th,
    },
    at: (i) => (nulls(i) ? null : i % 3 === 0),
  },
  {
    column: { field: field("text", { kind: "string" }), axes: full, data: cells.map((i) => (i % 11 === 0 ? null : `s${i % 50}`)) },
    at: (i) => (i % 11 === 0 ? null : `s${i % 50}`),
  },
  {
    column: { field: field("words", { kind: "string" }), axes: full, data: cells.map((i) => `word number ${i} 🌍`) },
    at: (i) => `word number ${i} 🌍`,
  },
  {
    column: {
      field: field("all_null", number("float32")),
      axes: full,
      data: new Float32Array(CELLS),
      validity: packBits(new Uint8Array(CELLS)),
    },
    at: () => null,
  },
];

const axes = [T, Y, X].map((length, i) => ({ dim: "tyx"[i] as string, start: 0, length }));
const batch = (selection?: Selection): GridBatch => ({
  axes,
  columns: columns.map((c) => c.column),
  ...(selection && { selection }),
});
const some = cells.filter((i) => (i * 2654435761) % 7 < 3);

const selections: Record<string, { selection?: Selection; rows: readonly number[] }> = {
  all: { rows: cells },
  cells: {
    selection: { kind: "cells", bitmap: packBits(Uint8Array.from(cells, (i) => ((i * 2654435761) % 7 < 3 ? 1 : 0))) },
    rows: some,
  },
  axes: {
    selection: { kind: "axes", perAxis: [null, Uint32Array.of(2, 3, 9), Uint32Array.from({ length: 13 }, (_, i) => i * 3)] },
    rows: cells.filter((i) => [2, 3, 9].includes(coordinates(i)[1]) && coordinates(i)[2] % 3 === 0 && coordinates(i)[2] < 39),
  },
};

/** Readers differ in how they hand out integers and moments; equal numbers are made equal here. */
function plain(value: unknown, name: string): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (name === "time" && typeof value === "number") return BigInt(Math.round(value * 1000));
  return value;
}

async function check(path: string, rows: readonly number[], read: typeof readWithHyparquet): Promise<void> {
  const found = await read(path);
  for (const { column, at } of columns) {
    const { name } = column.field;
    const expected = rows.map((i) => plain(at(i), name));
    const got = (found[name] ?? []).map((value) => plain(value, name));
    // Moments come as milliseconds from both readers.
    const coarse = (value: unknown) => (name === "time" && typeof value === "bigint" ? value / 1000n : value);
    expect({ name, values: got.map(coarse) }).toEqual({ name, values: expected.map(coarse) });
  }
}

describe.each(["zstd", "snappy", "gzip", "none"] as const)("written with %s", (codec: CodecName) => {
  test.each(Object.keys(selections))("%s of the cells, read by hyparquet and by parquet-wasm", async (name) => {
    const { selection, rows } = selections[name] as (typeof selections)[string];
    const path = join(folder.path, `${codec}-${name}.parquet`);
    await writeBatches(path, [batch(selection)], { codec });
    await check(path, rows, readWithHyparquet);
    await check(path, rows, readWithParquetWasm);
  });
});

describe("row groups and pages", () => {
  test.each([1, 7, 8, 9, 64, 1000, 100000])("of at most %i rows, with pages of 8", async (maxRows) => {
    const path = join(folder.path, `rows-${maxRows}.parquet`);
    const few: GridBatch = {
      axes: [{ dim: "x", start: 0, length: X }],
      columns: columns
        .filter((c) => c.column.axes.length === 1 && c.column.axes[0] === 2)
        .map(({ column }) => ({ ...column, axes: [0] })),
    };
    await writeBatches(path, [few, few, few], { maxRows, pageRows: 8 });
    const found = await readWithParquetWasm(path);
    expect(found.lon).toEqual([0, 1, 2].flatMap(() => Array.from({ length: X }, (_, i) => i / 3)));
    expect((await readWithHyparquet(path)).lon).toEqual(found.lon);
  });

  test("small batches share row groups, large ones keep to the limit", async () => {
    const path = join(folder.path, "groups.parquet");
    await writeBatches(path, [batch()], { maxRows: 700 });
    const large = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(large.row_groups.map((group) => Number(group.num_rows))).toEqual([680, 680, 680]);
    const one: GridBatch = {
      axes: [{ dim: "x", start: 0, length: 10 }],
      columns: [{ field: field("v", number("int32")), axes: [0], data: Int32Array.from({ length: 10 }, (_, i) => i) }],
    };
    await writeBatches(
      path,
      Array.from({ length: 30 }, () => one),
      { maxRows: 1000 },
    );
    const small = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(small.row_groups.map((group) => Number(group.num_rows))).toEqual([300]);
  });

  test("files joined into one hold the rows of all, with statistics and page indexes moved along", async () => {
    const paths = Object.entries(selections).map(([name, { selection }]) => ({
      path: join(folder.path, `part-${name}.parquet`),
      selection,
    }));
    for (const { path, selection } of paths) await writeBatches(path, [batch(selection)]);
    const whole = join(folder.path, "whole.parquet");
    await joinFiles(
      paths.map((p) => p.path),
      whole,
      await describeFields(columns.map((c) => c.column.field)),
    );
    await check(
      whole,
      Object.values(selections).flatMap((s) => s.rows),
      readWithParquetWasm,
    );
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(whole));
    for (const group of metadata.row_groups)
      for (const chunk of group.columns) {
        expect(chunk.offset_index_offset).toBeDefined();
        expect(Number(chunk.meta_data?.statistics?.null_count)).toBeGreaterThanOrEqual(0);
      }
  });
});

describe("statistics", () => {
  test("equal those that another reader computes from the values", async () => {
    const path = join(folder.path, "statistics.parquet");
    await writeBatches(path, [batch()], { maxRows: 500 });
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    const values = await readWithParquetWasm(path);
    let start = 0;
    for (const group of metadata.row_groups) {
      const stop = start + Number(group.num_rows);
      for (const name of ["lat", "lon", "f32", "f64", "few", "packed", "i8", "u16", "i32", "u32"]) {
        const own = (values[name] as (number | null)[]).slice(start, stop).filter((v): v is number => v !== null);
        const statistics = group.columns.find((c) => c.meta_data?.path_in_schema[0] === name)?.meta_data?.statistics;
        expect([name, statistics?.min_value, statistics?.max_value, Number(statistics?.null_count)]).toEqual([
          name,
          /^[iu]/.test(name) ? Math.min(...own) : Math.min(...own) || -0,
          Math.max(...own),
          stop - start - own.length,
        ]);
      }
      start = stop;
    }
  });

  test("zeros are bounded by −0 and +0, all-null columns by nothing", async () => {
    const path = join(folder.path, "zeros.parquet");
    await writeBatches(path, [batch()], { maxRows: 10000 });
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    const of = (name: string) =>
      metadata.row_groups[0]?.columns.find((c) => c.meta_data?.path_in_schema[0] === name)?.meta_data?.statistics;
    expect(Object.is(of("zeros")?.min_value, -0)).toBe(true);
    expect(Object.is(of("zeros")?.max_value, 0)).toBe(true);
    expect([of("all_null")?.min_value, of("all_null")?.max_value]).toEqual([undefined, undefined]);
  });
});
