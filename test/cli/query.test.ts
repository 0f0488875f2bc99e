import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { tableFromIPC } from "apache-arrow";
import { graticule, root } from "./run-graticule.js";

const table = "'sample-data/parquet/zstd-v2-indexed.parquet'";
const long = "x".repeat(60);

/** Queries, and what DuckDB 1.5 answers. */
const queries: readonly (readonly [string, readonly string[], readonly (readonly unknown[])[]])[] = [
  [
    `SELECT count(*), count(word), min(word), max(us), sum(i8), sum(count) FROM ${table} WHERE count < 20`,
    ["int64", "int64", "string", "timestamp", "int64", "int64"],
    [[20, 14, "", "1986-03-19T18:14:49.570876", -349, 190]],
  ],
  [
    `SELECT avg(quarters), sum(u32), max(i64), min(u64), max(day), min(dec9) FROM ${table}`,
    ["float64", "int64", "int64", "uint64", "date", "decimal(9, 2)"],
    [[0.40384615384615385, 56451763234, "7626789371687965755", "74581788543316686", "2046-09-25", "-2.96"]],
  ],
  [
    `SELECT count, word FROM ${table} WHERE count > 20 AND word >= 'l' ORDER BY word DESC, count LIMIT 4`,
    ["int64", "string"],
    [
      [23, "日本語"],
      [21, "été"],
      [22, long],
      [27, long],
    ],
  ],
  [
    `SELECT name, i8 FROM ${table} ORDER BY i8 DESC NULLS LAST, name LIMIT 3 OFFSET 2`,
    ["string", "int8"],
    [
      ["key-00020-yyyyyy", 89],
      ["key-00021-", 88],
      ["key-00001-y", 51],
    ],
  ],
  [
    `SELECT count + 1 AS next, quarters * 2, upper(word), count > 3, round(f64, 2) FROM ${table} LIMIT 3 OFFSET 2;`,
    ["int64", "float64", "string", "bool", "float64"],
    [
      [3, 0, "日本語", false, null],
      [4, 1, "T2M", false, null],
      [5, 0.5, null, true, 0.68],
    ],
  ],
  [`SELECT count(*) FROM ${table} WHERE quarters IS NULL OR flag`, ["int64"], [[16]]],
];

describe("query --json", () => {
  test.each(queries)("%s", async (sql, types, rows) => {
    const { code, stdout, stderr } = await graticule(["query", sql, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const document = JSON.parse(stdout.toString());
    expect(document.columns.map((column: { type: string }) => column.type)).toEqual(types);
    expect(document.rows).toEqual(rows);
    expect(document.reads).toMatchObject({ files: 1, rowGroups: 2 });
  });

  test.each([
    ["SELECT a, count(*) FROM 'x' GROUP BY a", "GROUP"],
    ["SELECT a FROM 'x' JOIN 'y' USING (a)", "JOIN"],
    ["SELECT DISTINCT a FROM 'x'", "DISTINCT"],
    ["SELECT a FROM (SELECT 1)", "queries within queries"],
    ["SELECT a FROM 'x', 'y'", "more than one table"],
    [`SELECT 1 + max(count) FROM ${table}`, "max() within an expression"],
    [`SELECT word, max(count) FROM ${table}`, "GROUP BY"],
    [`SELECT sum(list) FROM ${table}`, "sum() of list"],
  ])("%s is unsupported by name", async (sql, name) => {
    const { code, stdout } = await graticule(["query", sql, "--json"]);
    const { error } = JSON.parse(stdout.toString());
    expect([code, error.code]).toEqual([4, "unsupported"]);
    expect(error.message).toContain(name);
  });

  test.each([
    "SELECT",
    "UPDATE x",
    `SELECT nothere FROM ${table}`,
    `SELECT count FROM ${table} LIMIT some`,
    `SELECT count) FROM ${table}`,
  ])("%s is a usage error", async (sql) => {
    expect((await graticule(["query", sql, "--json"])).code).toBe(2);
  });
});

describe("query --format", () => {
  const sql = `SELECT count, word, list FROM ${table} WHERE count IN (4, 22)`;

  test("csv, json, table", async () => {
    const csv = await graticule(["query", sql, "--format", "csv"]);
    expect(csv.stdout.toString()).toBe(`count,word,list\n4,,"[null,4,8,12]"\n22,${long},\n`);
    const json = await graticule(["query", sql, "--format", "json"]);
    expect(JSON.parse(json.stdout.toString())).toEqual([
      { count: 4, word: null, list: [null, 4, 8, 12] },
      { count: 22, word: long, list: null },
    ]);
    const shown = await graticule(["query", sql]);
    expect(shown.stdout.toString()).toContain("NULL");
  });

  test("arrow is a stream that Arrow reads", async () => {
    const { stdout } = await graticule(["query", sql, "--format", "arrow"]);
    const arrow = tableFromIPC(stdout);
    expect(Array.from(arrow.getChild("count") ?? [])).toEqual([4n, 22n]);
    expect(Array.from(arrow.getChild("list")?.get(0) ?? [])).toEqual([null, 4, 8, 12]);
  });
});

test("explain says what filters decide, and what was read", async () => {
  const sql = "SELECT max(count) FROM 'sample-data/parquet/folders' WHERE year = 2001 AND count > 20";
  const planned = JSON.parse((await graticule(["explain", sql, "--json"])).stdout.toString());
  expect(planned.filters).toEqual([
    { term: "year = 2001", claim: "exact" },
    { term: "count > 20", claim: "inexact" },
  ]);
  const analyzed = JSON.parse((await graticule(["explain", "--analyze", sql, "--json"])).stdout.toString()).analyzed;
  expect(analyzed).toMatchObject({ files: 9, prunedFiles: 6, rows: 3, resultRows: 1 });
  const text = (await graticule(["explain", "--analyze", sql])).stdout.toString();
  expect(text).toContain("files: 3 of 9");
  expect((await graticule(["explain", "--analyze", join(root, "sample-data/cf-packed.nc")])).code).toBe(2);
});

test("what convert has written is read by its manifest", async () => {
  const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  const folder = mkdtempSync(join(tmpdir(), "graticule-query-"));
  const out = join(folder, "out");
  expect((await graticule(["convert", "sample-data/merg", "--out", out, "--quiet"])).code).toBe(0);
  // Not in the manifest, and no Parquet.
  writeFileSync(join(out, "part-left-over.parquet"), "left over");
  const { stdout } = await graticule(["query", `SELECT count(*), min(ch4) FROM '${out}' WHERE ch4 < 230`, "--json"]);
  // As pandas reads it, in docs/how-to/read-the-output.md.
  expect(JSON.parse(stdout.toString()).rows).toEqual([[678, 206]]);
  rmSync(folder, { recursive: true, force: true });
});
