import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { read } from "../../src/dataframe/read.js";
import { scan } from "../../src/dataframe/scan.js";
import { cellsOf } from "../../src/schema/row-cells.js";
import { plainCell } from "../support/parquet-cells.js";
import { type RangeServer, rangeServer } from "../support/range-server.js";

const folder = join(import.meta.dirname, "../../sample-data/parquet");
const expected: Record<string, unknown[]> = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
const at = (name: string): string => join(folder, name);

type Row = Record<string, unknown>;

/** Rows of the table as its maker holds them, with 64-bit integers as numbers. */
const table: readonly Row[] = Array.from({ length: 30 }, (_, i) =>
  Object.fromEntries(Object.entries(expected).map(([name, cells]) => [name, name === "count" ? i : cells[i]])),
);

/** What rows hold in the columns that tests compare. */
async function rowsOf(
  url: string,
  where: string | undefined,
  columns: readonly string[],
  batchRows?: number,
): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const batch of read(url, { columns, ...(where !== undefined && { where }), ...(batchRows && { batchRows }) })) {
    const cells = batch.fields.map((field, i) => cellsOf(field.type, batch.columns[i] as never));
    for (let row = 0; row < batch.rows; row++) rows.push(cells.map((cell) => plainCell(cell(row))));
  }
  return rows;
}

const num = (row: Row, name: string): number => Number(row[name] ?? Number.NaN);
const text = (row: Row, name: string): string | null => row[name] as string | null;

/** Predicates, and what they mean of the maker's values. */
const predicates: readonly (readonly [string, (row: Row) => boolean])[] = [
  ["count between 8 and 10", (row) => num(row, "count") >= 8 && num(row, "count") <= 10],
  ["count = 29 or count < 2", (row) => num(row, "count") === 29 || num(row, "count") < 2],
  ["count > 100", () => false],
  ["quarters >= 0.75 and count > 3", (row) => num(row, "quarters") >= 0.75 && num(row, "count") > 3],
  ["word = 'lat'", (row) => text(row, "word") === "lat"],
  [
    "word > 'lb' and count < 20",
    (row) => text(row, "word") !== null && (text(row, "word") as string) > "lb" && num(row, "count") < 20,
  ],
  ["name in ('key-00003-yyy', 'key-00025-yyyy')", (row) => row.name === "key-00003-yyy" || row.name === "key-00025-yyyy"],
  ["starts_with(name, 'key-0002')", (row) => (row.name as string).startsWith("key-0002")],
  ["none is null and count >= 27", (row) => num(row, "count") >= 27],
  ["none is not null", () => false],
  ["nothing = 'x'", () => false],
  ["f32 > 1", (row) => row.f32 === "Infinity" || Number(row.f32) > 1],
  ["not (f32 > 1)", (row) => row.f32 !== "NaN" && !(row.f32 === "Infinity" || Number(row.f32) > 1)],
  ["f32 = 0", (row) => Number(row.f32) === 0],
  ["f32 is null", (row) => row.f32 === "NaN"],
  ["i8 < 0", (row) => row.i8 !== null && num(row, "i8") < 0],
  ["u32 > 2147483647", (row) => row.u32 !== null && num(row, "u32") > 2147483647],
  ["u64 > 9223372036854775807", (row) => row.u64 !== null && BigInt((row.u64 as string).slice(1)) > 9223372036854775807n],
  ["i64 < 0", (row) => row.i64 !== null && BigInt((row.i64 as string).slice(1)) < 0n],
  ["us >= '1990-01-01'", (row) => row.us !== null && (row.us as string) >= "1990-01-01"],
  ["within_time(us, '1990/..')", (row) => row.us !== null && (row.us as string) >= "1990-01-01"],
  ["ms < '1980-01-01' and count > 10", (row) => row.ms !== null && (row.ms as string) < "1980-01-01" && num(row, "count") > 10],
  ["day < '1980-01-01'", (row) => row.day !== null && (row.day as string) < "1980-01-01"],
  ["dec9 = -1.48", (row) => row.dec9 === "-1.48"],
  ["dec18 > 0", (row) => row.dec18 !== null && num(row, "dec18") > 0],
  ["flag and count < 9", (row) => row.flag === true && num(row, "count") < 9],
  ["not flag", (row) => row.flag === false],
];

describe.each(["zstd-v2-indexed.parquet", "snappy-v1.parquet", "dictionary-given-up.parquet", "encodings-v2.parquet"])(
  "%s",
  (name) => {
    test.each(predicates)("%s", async (where, holds) => {
      const columns = ["count", "word", "f32", "list", "group"];
      const wanted = table
        .filter(holds)
        .map((row) => columns.map((column) => (column === "count" ? `#${row.count}` : row[column])));
      expect(await rowsOf(at(name), where, columns)).toEqual(wanted);
      expect(await rowsOf(at(name), where, columns, 7)).toEqual(wanted);
    });
  },
);

test("what statistics and page indexes rule out is not decoded", async () => {
  const of = (where: string) => scan(at("zstd-v2-indexed.parquet")).select("f64").filter(where).explain({ analyze: true });
  // Two row groups, of 25 and 5 rows, whose pages hold 7; one column is asked about, one is read.
  expect((await of("count > 26")).report).toMatchObject({
    rowGroups: 2,
    prunedByStatistics: 1,
    rowGroupsRead: 1,
    pages: 1,
    rows: 3,
  });
  expect((await of("count = 3")).report).toMatchObject({
    prunedByStatistics: 1,
    pages: 4,
    prunedPages: 3,
    pagesRead: 2,
    rowsScanned: 7,
    rows: 1,
  });
  expect((await of("count > 30")).report).toMatchObject({ prunedByStatistics: 2, pagesRead: 0, rows: 0 });
});

test("a Bloom filter rules out what bounds do not", async () => {
  const of = (where: string) => scan(at("duckdb-v1.parquet")).select("count").filter(where).explain({ analyze: true });
  // What DuckDB's parquet_bloom_probe excludes, and what it does not.
  for (const absent of ["0.3", "0.6", "0.1"])
    expect((await of(`quarters = ${absent}`)).report).toMatchObject({
      prunedByStatistics: 0,
      prunedByBloomFilters: 1,
      pagesRead: 0,
    });
  for (const there of [0.75, 0]) {
    const rows = expected.quarters?.filter((quarters) => quarters === there).length;
    expect((await of(`quarters = ${there}`)).report).toMatchObject({ prunedByBloomFilters: 0, rows });
  }
});

describe("folders named by values", () => {
  const year = (i: number): number => 2000 + Math.floor(i / 12);
  const place = (i: number): string | null => ["a b", "c/d", null][i % 3] ?? null;

  test("are columns, and rule files out before they are opened", async () => {
    const frame = scan(at("folders")).filter("year = 2001 and place = 'c/d' and count > 15").select("count", "year", "place");
    const { report, filters } = await frame.explain({ analyze: true });
    expect(filters.map(({ claim }) => claim)).toEqual(["exact", "exact", "inexact"]);
    expect(report).toMatchObject({ files: 9, prunedFiles: 8, rowGroups: 1 });
    const wanted = table.flatMap((_, i) =>
      year(i) === 2001 && place(i) === "c/d" && i > 15 ? [[`#${i}`, `#${year(i)}`, place(i)]] : [],
    );
    expect(await rowsOf(at("folders"), "year = 2001 and place = 'c/d' and count > 15", ["count", "year", "place"])).toEqual(wanted);
  });

  test("may have no value", async () => {
    const rows = await rowsOf(at("folders"), "place is null", ["count", "place"]);
    expect(rows.map(([count]) => count).sort()).toEqual(table.flatMap((_, i) => (place(i) === null ? [`#${i}`] : [])).sort());
    expect(new Set(rows.map(([, own]) => own))).toEqual(new Set([null]));
  });

  test("a glob gives them too", async () => {
    expect(await rowsOf(at("folders/year=2002/*/*.parquet"), undefined, ["count"])).toHaveLength(6);
  });
});

describe("over HTTP", () => {
  let server: RangeServer;
  beforeAll(async () => {
    server = await rangeServer();
    server.files.set("/x.parquet", { bytes: readFileSync(at("zstd-v2-indexed.parquet")) });
  });
  afterAll(() => server.close());

  test("the rows are the same, and pages that are not needed stay", async () => {
    const url = `${server.origin}/x.parquet`;
    const columns = ["count", "word"];
    const wanted = table.filter((row) => num(row, "count") === 9).map((row) => [`#${row.count}`, row.word]);
    expect(await rowsOf(url, "count = 9", columns)).toEqual(wanted);
    const { report } = await scan(url)
      .filter("count = 9")
      .select(...columns)
      .explain({ analyze: true });
    expect(report).toMatchObject({ rows: 1, pagesRead: 2 });
    expect(report?.requests).toBeLessThanOrEqual(3);
  });
});

test("a scan becomes an Arrow table", async () => {
  const frame = scan(at("snappy-v1.parquet")).filter("count < 3");
  const arrow = await frame.collect();
  expect(arrow.numRows).toBe(3);
  expect(arrow.schema.fields.map((field) => `${field.name} ${field.type}`)).toMatchSnapshot();
  for (const name of ["word", "i32", "flag", "sure", "quarters"])
    expect([name, Array.from(arrow.getChild(name) ?? [])]).toEqual([name, expected[name]?.slice(0, 3)]);
  expect(Array.from(arrow.getChild("list")?.get(2) ?? [])).toEqual(expected.list?.[2]);
  expect((await frame.select("word").limit(2).collect()).numRows).toBe(2);
  expect((await frame.filter("count < 0").collect()).schema.fields).toHaveLength(Object.keys(expected).length);
});

test("what is not there or not supported is said by name", async () => {
  const first = (url: string, request: object) => read(url, request).next();
  await expect(first(at("snappy-v1.parquet"), { where: "cnt > 1" })).rejects.toMatchObject({
    tag: "usage",
    hint: expect.stringContaining("count"),
  });
  await expect(first(at("snappy-v1.parquet"), { columns: ["cuont"] })).rejects.toMatchObject({ tag: "usage" });
  await expect(first(at("snappy-v1.parquet"), { where: "list = 1" })).rejects.toMatchObject({ tag: "unsupported" });
  await expect(first(at("snappy-v1.parquet"), { wehre: "a" })).rejects.toMatchObject({ tag: "usage" });
  await expect(first(at("expected.json"), {})).rejects.toMatchObject({ tag: "unknown-format", file: at("expected.json") });
  await expect(first(at("absent.parquet"), {})).rejects.toMatchObject({ tag: "not-found" });
  expect(() => scan(at("snappy-v1.parquet")).groupBy()).toThrow("groupBy");
});
