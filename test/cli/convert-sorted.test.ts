import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import type { ConvertResult } from "../../src/index.js";
import { metadataOf, partsIn, root, run } from "../support/faults.js";
import { type Columns, type Plain, readWithParquetWasm } from "../unit/parquet-readers.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-sorted-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const samples = join(root, "sample-data");
/** 12 times, 73 latitudes from north to south, 72 longitudes; packed, with missing values. */
const t2m = [join(samples, "one-predicate/t2m.nc")];
const inFolder = (name: string): string[] =>
  readdirSync(join(samples, name))
    .filter((file) => /\.(nc|fits)$/.test(file))
    .map((file) => join(samples, name, file));
let made = 0;

interface Converted {
  readonly rows: readonly Readonly<Record<string, Plain>>[];
  readonly parts: readonly string[];
  readonly result: ConvertResult;
}

/** All rows in the order of the parts' names. */
async function convert(inputs: readonly string[], ...flags: readonly string[]): Promise<Converted> {
  const dest = join(folder, String(made++));
  const { code, stdout, stderr } = await run(["convert", ...inputs, "--out", dest, "--json", "--part-size", "150kB", ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const parts = partsIn(dest);
  return { rows: parts.flatMap((path) => rowsOf(readWithParquetWasm(path))), parts, result: JSON.parse(stdout) };
}

function rowsOf(columns: Columns): Record<string, Plain>[] {
  const names = Object.keys(columns);
  return (columns[names[0] as string] ?? []).map((_, i) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[i] ?? null])),
  );
}

const key = (row: object): string => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value));
const sameRows = (a: Converted, b: Converted): void => expect(a.rows.map(key).sort()).toEqual(b.rows.map(key).sort());

/** Missing values last; int64 and timestamps come as text. */
function compare(a: Plain, b: Plain, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [x, y] = [a, b].map((value) => (typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : value)) as [
    number,
    number,
  ];
  return (x < y ? -1 : x > y ? 1 : 0) * (descending ? -1 : 1);
}

function isSorted({ rows }: Converted, ...keys: readonly [column: string, descending: boolean][]): boolean {
  return rows.every((row, i) => {
    const before = rows[i - 1];
    for (const [column, descending] of before ? keys : []) {
      const order = compare((before as typeof row)[column] ?? null, row[column] ?? null, descending);
      if (order !== 0) return order < 0;
    }
    return true;
  });
}

describe("--sort-by", () => {
  const stored = convert(t2m);

  it.each([
    [
      "lat,time desc",
      [
        ["lat", false],
        ["time", true],
        ["lon", false],
      ],
      [1, 0, 2],
    ],
    [
      "lon desc",
      [
        ["lon", true],
        ["time", false],
        ["lat", true],
      ],
      [2, 0, 1],
    ],
    [
      "LAT desc, lon",
      [
        ["lat", true],
        ["lon", false],
        ["time", false],
      ],
      [1, 2, 0],
    ],
  ] as const)("%s: coordinates are a permutation of the grid", async (sortBy, keys, columns) => {
    const sorted = await convert(t2m, "--sort-by", sortBy);
    sameRows(sorted, await stored);
    expect(sorted.parts.length).toBeGreaterThan(2);
    expect(isSorted(sorted, ...keys.map(([column, descending]) => [column, descending] as [string, boolean]))).toBe(true);
    expect(metadataOf(sorted.parts[0] as string).row_groups[0]?.sorting_columns).toEqual(
      columns.map((column_idx, i) => ({ column_idx, descending: keys[i]?.[1], nulls_first: false })),
    );
  });

  it("values, with what follows a value that repeats", async () => {
    const sorted = await convert(t2m, "--sort-by", "t2m desc, lat");
    sameRows(sorted, await stored);
    expect(isSorted(sorted, ["t2m", true], ["lat", false])).toBe(true);
  });

  it("a curve: all times of a cell together, each cell beside the last", async () => {
    const sorted = await convert(t2m, "--sort-by", "hilbert(lon,lat)");
    sameRows(sorted, await stored);
    const cells = sorted.rows.map(({ lon, lat }) => `${lon} ${lat}`);
    expect(new Set(cells.filter((cell, i) => cell !== cells[i - 1])).size).toBe(73 * 72);
    expect(cells.filter((cell, i) => cell !== cells[i - 1])).toHaveLength(73 * 72);
    const steps = sorted.rows.map(({ lat }, i) => Math.abs(Number(lat) - Number(sorted.rows[i - 1]?.lat ?? lat)));
    // Row by row as stored, a step of longitude is five degrees; along the curve neighbours stay near.
    expect(steps.reduce((sum, step) => sum + step, 0) / (73 * 72)).toBeLessThan(4);
    expect(metadataOf(sorted.parts[0] as string).row_groups[0]?.sorting_columns).toBeUndefined();
  });

  it("inside a box and a predicate over values", async () => {
    const subset = ["--bbox", "350,-10,20,30", "--where", "t2m > 290"];
    const [plain, sorted] = [await convert(t2m, ...subset), await convert(t2m, ...subset, "--sort-by", "lat, lon desc, time")];
    expect(plain.rows.length).toBe(197);
    sameRows(sorted, plain);
    expect(isSorted(sorted, ["lat", false], ["lon", true], ["time", false])).toBe(true);
  });

  it.each([
    [
      "convert-text",
      "word desc, station",
      [
        ["word", true],
        ["station", false],
      ],
    ],
    [
      "archive-tiles",
      "lon, lat",
      [
        ["lon", false],
        ["lat", false],
      ],
    ],
    ["archive-slices", "lat desc", [["lat", true]]],
    [
      "archive-members",
      "realization desc, time",
      [
        ["realization", true],
        ["time", false],
      ],
    ],
    ["archive-units", "ta", [["ta", false]]],
    [
      "convert-orders",
      "e desc, c",
      [
        ["e", true],
        ["c", false],
      ],
    ],
  ] as const)("texts, files that are one table, units that differ: %s", async (name, sortBy, keys) => {
    const warned = name === "archive-units";
    const flags = warned ? ["--quiet"] : [];
    const [plain, sorted] = [await convertQuietly(name, flags), await convertQuietly(name, [...flags, "--sort-by", sortBy])];
    expect(plain.rows.length).toBeGreaterThan(3);
    sameRows(sorted, plain);
    expect(isSorted(sorted, ...keys.map(([column, descending]) => [column, descending] as [string, boolean]))).toBe(true);
  });

  it("lists go with their rows", async () => {
    const file = [join(samples, "fits-contract/heap.fits")];
    const [plain, sorted] = [await convert(file), await convert(file, "--sort-by", "row desc")];
    expect(plain.rows.length).toBeGreaterThan(1);
    expect(sorted.rows.map(key)).toEqual([...plain.rows].reverse().map(key));
  });

  it("is refused by name where it cannot be", async () => {
    for (const [flags, code, message] of [
      [["--sort-by", "latt"], 2, /no table has a column "latt"/],
      [["--sort-by", "lat down"], 2, /--sort-by lat down/],
      [["--sort-by", "hilbert(time,lat)"], 2, /"time" is no number/],
      [["--sort-by", "lat", "--order", "array"], 2, /either sorted or in the array's order/],
    ] as const) {
      const ended = await run(["convert", ...t2m, "--out", join(folder, "never"), "--json", ...flags]);
      expect({ code: ended.code, message: JSON.parse(ended.stdout).error.message }).toEqual({
        code,
        message: expect.stringMatching(message),
      });
    }
  });

  it("a run is resumed in its order, and a dry run tells what it reads", async () => {
    const dest = join(folder, "dry");
    const args = ["convert", ...t2m, "--out", dest, "--json", "--sort-by", "lon", "--part-size", "150kB"];
    const dry = JSON.parse((await run([...args, "--dry-run"])).stdout) as ConvertResult;
    const { stdout } = await run(args);
    const { besides: _, ...reads } = (JSON.parse(stdout) as ConvertResult).reads;
    expect(dry.reads).toEqual(reads);
    expect(dry.tables[0]?.rows).toBe(63072);
  });
});

/** Files of one sample folder. */
async function convertQuietly(name: string, flags: readonly string[]): Promise<Converted> {
  const dest = join(folder, String(made++));
  const ended = await run(["convert", ...inFolder(name), "--out", dest, "--json", ...flags]);
  expect(ended.code).toBe(0);
  const parts = partsIn(dest);
  return { rows: parts.flatMap((path) => rowsOf(readWithParquetWasm(path))), parts, result: JSON.parse(ended.stdout) };
}

describe("--order array", () => {
  it("of files that are united along an inner dimension", async () => {
    const [stored, array] = [
      await convertQuietly("archive-tiles", []),
      await convertQuietly("archive-tiles", ["--order", "array"]),
    ];
    sameRows(array, stored);
    // Rows of the table as one array: time, then latitude through all files, then longitude.
    const expected = [...stored.rows].sort(
      (a, b) =>
        compare(a.time ?? null, b.time ?? null, false) ||
        compare(a.lat ?? null, b.lat ?? null, isNorthFirst(stored)) ||
        compare(a.lon ?? null, b.lon ?? null, false),
    );
    expect(array.rows).toEqual(expected);
    expect(stored.rows).not.toEqual(expected);
  });
});

function isNorthFirst({ rows }: Converted): boolean {
  return Number(rows[0]?.lat) > Number(rows.at(-1)?.lat);
}
