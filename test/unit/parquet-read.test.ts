import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ParquetFile } from "../../src/parquet/read/parquet-file.js";
import type { SchemaNode } from "../../src/parquet/read/schema-tree.js";
import { TextStore } from "../../src/parquet/read/text-store.js";
import { decodeTexts } from "../../src/parquet/read/text-values.js";
import { cellsOf } from "../../src/schema/row-cells.js";
import { openStore } from "../../src/store/open-store.js";
import { plainCell, readCells } from "../support/parquet-cells.js";

const folder = join(import.meta.dirname, "../../sample-data/parquet");
const names = readdirSync(folder).filter((name) => name.endsWith(".parquet"));
const expected: Record<string, unknown[]> = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
const fields = ["list", "words", "lists", "groups"];

describe("files of pyarrow, Polars and DuckDB", () => {
  test.each(names)("%s holds what its writer was given", async (name) => {
    const found = await readCells(join(folder, name));
    for (const [column, cells] of Object.entries(found)) {
      const own = name === "no-rows.parquet" ? [] : expected[column];
      expect([column, cells]).toEqual([column, own]);
    }
    expect(Object.keys(found).length).toBeGreaterThan(0);
  });

  test.each(["zstd-v2-indexed.parquet", "dictionary-given-up.parquet", "snappy-v1.parquet"])(
    "%s by windows of 7 rows",
    async (name) => {
      const found = await readCells(join(folder, name), 7);
      expect(found).toEqual(expected);
    },
  );
});

test("some rows of some columns cost the pages that hold them", async () => {
  const source = await openStore().open(join(folder, "zstd-v2-indexed.parquet"));
  const asked: { offset: number; length: number }[] = [];
  const counted = {
    ...source,
    url: source.url,
    size: source.size,
    version: source.version,
    readOne: source.readOne.bind(source),
    close: source.close.bind(source),
  };
  const file = await ParquetFile.open({
    ...counted,
    read(ranges, options) {
      asked.push(...ranges);
      return source.read(ranges, options);
    },
  });
  const nodes = file.tree.nodes.filter((node) => node.field.name === "f64" || fields.includes(node.field.name));
  await file.loadPlaces([{ group: 0, leaves: file.tree.leaves.map((leaf) => leaf.index) }]);
  expect(asked).toEqual([]);
  const ranges = [
    { start: 8, stop: 9 },
    { start: 20, stop: 22 },
  ];
  const reader = await file.fetch(0, nodes, ranges);
  const whole = file.rowGroup(0).columns;
  const f64 = whole[file.tree.leaves.findIndex((leaf) => leaf.path[0] === "f64")];
  const own = asked.filter(
    ({ offset }) => f64 && offset >= f64.dataPageOffset && offset < f64.dataPageOffset + f64.compressedBytes,
  );
  // Pages of seven rows: the second, and the third.
  expect(own.length).toBeLessThan(4);
  for (const node of nodes) {
    const cell = cellsOf(node.field.type, reader.read(node, ranges));
    expect([0, 1, 2].map((i) => plainCell(cell(i)))).toEqual([8, 20, 21].map((i) => expected[node.field.name]?.[i]));
  }
  await source.close();
});

test("a dictionary whose texts leave no room for the lengths behind them is told as damage", () => {
  const store = new TextStore(2);
  // Two texts in 14 bytes; the first takes what the second's length needs.
  const page = Uint8Array.from([10, 0, 0, 0, ...Buffer.from("abcdefghij")]);
  expect(() => decodeTexts(0, page, 2, store)).toThrow("has 6 left for it");
});

test("truth values and numbers come in plain arrays", async () => {
  const source = await openStore().open(join(folder, "none-v1.parquet"));
  const file = await ParquetFile.open(source);
  const ranges = [{ start: 0, stop: 5 }];
  for (const name of ["sure", "f32", "i8", "count"]) {
    const node = file.tree.nodes.find((one) => one.field.name === name) as SchemaNode;
    const vector = (await file.fetch(0, [node], ranges)).read(node, ranges);
    expect([name, vector.kind === "numbers" && Buffer.isBuffer(vector.values)]).toEqual([name, false]);
  }
  await source.close();
});
