import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { tableFromIPC } from "apache-arrow";
import { castChecked } from "../../src/archive/cast-checked.js";
import type { ConvertResult } from "../../src/index.js";
import { packBits } from "../../src/schema/bitmap.js";
import { partsIn, root, run } from "../support/faults.js";
import { type Columns, readWithHyparquet, readWithParquetWasm } from "../unit/parquet-readers.js";
import { graticule } from "./run-graticule.js";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-columns-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const samples = join(root, "sample-data");
/** Two levels in hPa, a temperature in K (300, 250); the second file has Pa, and degC (20, -30). */
const units = ["a.nc", "b.nc"].map((name) => join(samples, "archive-units", name));
const packed = join(samples, "convert-packed/packed.nc");
let made = 0;

async function convert(
  inputs: readonly string[],
  ...flags: readonly string[]
): Promise<{ columns: Columns; result: ConvertResult }> {
  const dest = join(folder, String(made++));
  const { code, stdout } = await run(["convert", ...inputs, "--out", dest, "--json", "--quiet", ...flags]);
  expect(code).toBe(0);
  const path = partsIn(dest)[0] as string;
  const columns = readWithParquetWasm(path);
  expect(await readWithHyparquet(path)).toEqual(columns);
  return { columns, result: JSON.parse(stdout) };
}

async function refused(inputs: readonly string[], ...flags: readonly string[]) {
  const { code, stdout } = await run(["convert", ...inputs, "--out", join(folder, "never"), "--json", "--overwrite", ...flags]);
  return { exit: code, ...JSON.parse(stdout).error } as { exit: number; message: string };
}

describe("--units", () => {
  it("converts every file from its own units; coordinates and predicates too", async () => {
    const { columns } = await convert(units, "--units", "ta=degC", "--units", "lev=bar");
    expect(columns.ta).toEqual([300 - 273.15, 250 - 273.15, 20, -30].map(Math.fround).map((value) => expect.closeTo(value, 4)));
    expect(columns.lev).toEqual([1, 0.5, 1, 0.5].map((value) => expect.closeTo(value, 12)));
    const cold = await convert(units, "--units", "ta=degC", "--units", "lev=bar", "--where", "ta < -25 and lev < 0.6");
    expect(cold.columns.ta).toEqual([-30]);
  });

  it("says what cannot be converted", async () => {
    expect(await refused(units, "--units", "ta=kg")).toMatchObject({
      exit: 2,
      message: expect.stringContaining("measure different things"),
      variable: "ta",
    });
    expect(await refused(units, "--units", "tas=K")).toMatchObject({ exit: 2, message: '--units: no table has a column "tas"' });
    expect(await refused(units, "--units", "time=s")).toMatchObject({ exit: 2, message: "--units time=s: it is a time" });
    expect(await refused([packed], "--units", "single=K")).toMatchObject({
      exit: 2,
      message: expect.stringContaining("do not say what its units are"),
    });
  });

  it("a dataset keeps the units that it has", async () => {
    const dest = join(folder, "append");
    const [first, second] = units as [string, string];
    const args = ["--out", dest, "--json", "--quiet"];
    expect((await run(["convert", first, ...args])).code).toBe(0);
    const other = await run(["convert", second, ...args, "--append", "--units", "lev=hPa", "--dtype", "ta=float32"]);
    expect({ code: other.code, ...JSON.parse(other.stdout).error }).toMatchObject({
      code: "conflict",
      variable: "ta",
      hint: '--units "ta=K" converts it',
    });
    expect(
      (await run(["convert", second, ...args, "--append", "--units", "lev=hPa", "--units", "ta=K", "--dtype", "ta=float32"])).code,
    ).toBe(0);
  });
});

describe("--dtype", () => {
  it("gives numbers another type, exactly or not at all", async () => {
    const { columns, result } = await convert(
      [packed],
      "--dtype",
      "whole=int64",
      "--dtype",
      "wide=float32",
      "--dtype",
      "no_such_value=float64",
      "--dtype",
      "byte=int32",
    );
    expect(result.tables[0]?.columns).toContain("whole");
    // As 64-bit integers come.
    expect(columns.whole?.filter((value) => value !== null)).toEqual(["0", "-128", "7"]);
    expect(columns.wide).toEqual([0, 0.5, -0.5, 50, -64, 3.5]);
    expect(columns.no_such_value).toEqual([0, 1, -1, 100, -128, 7]);
    expect(columns.byte).toEqual([0, 1, 255, 100, 128, null]);
  });

  it("names the value that a type cannot hold", async () => {
    expect(await refused([packed], "--dtype", "wide=int32")).toMatchObject({
      exit: 2,
      message: "--dtype wide=int32: the value 0.5 cannot be kept",
      variable: "wide",
    });
    expect(await refused([packed], "--dtype", "big=int64")).toMatchObject({
      exit: 2,
      message: "--dtype big=int64: the value 9223372036854775808 cannot be kept",
    });
    expect(await refused([packed], "--dtype", "wide=int7")).toMatchObject({
      exit: 2,
      message: "--dtype wide=int7: no such type of numbers",
    });
  });

  it.each([
    [Float64Array.of(1e300), "float32", null],
    [Float64Array.of(0.1), "float32", [Math.fround(0.1)]],
    [Int32Array.of(16777217), "float32", null],
    [BigInt64Array.of(2n ** 53n + 1n), "float64", null],
    [BigInt64Array.of(-5n), "uint8", null],
    [Float32Array.of(Number.NaN), "int16", null],
    [Float64Array.of(Number.POSITIVE_INFINITY), "float32", [Number.POSITIVE_INFINITY]],
    [Float64Array.of(255, 0), "uint8", [255, 0]],
    [Float64Array.of(2 ** 62), "int64", [2n ** 62n]],
  ] as const)("%p as %s", (values, type, expected) => {
    const cast = () => [...(castChecked(values, type, undefined, "v") as Float64Array)] as unknown;
    if (expected === null) expect(cast).toThrow(/cannot be kept/);
    else expect(cast()).toEqual(expected);
  });

  it("what is missing need not fit", () => {
    const cast = castChecked(Float64Array.of(1e20, 7), "int16", packBits(Uint8Array.of(0, 1)), "v");
    expect([...(cast as Int16Array)]).toEqual([0, 7]);
  });
});

describe("--valid-range", () => {
  // As netCDF4-python masks them.
  const masked = { valid: [0, 1, null, null, null, 7], valid_range_packed: [null, 1, 2, 3, 4, null] } as const;
  const inputs = { valid: packed, valid_range_packed: join(samples, "cf-packed.nc") } as const;

  it.each(["valid", "valid_range_packed"] as const)("mask: %s", async (name) => {
    const { columns } = await convert([inputs[name]], "--vars", name, "--valid-range", "mask");
    expect(columns[name]).toEqual(masked[name]);
  });

  it.each(["valid", "valid_range_packed"] as const)("report: %s", async (name) => {
    const missing = masked[name].filter((value) => value === null).length;
    for (const flags of [[], ["--sort-by", `${name} desc`]]) {
      const { columns, result } = await convert([inputs[name]], "--vars", name, "--valid-range", "report", ...flags);
      expect(columns[name]?.every((value) => value !== null)).toBe(true);
      expect(result.tables[0]?.outside_valid).toEqual({ [name]: missing });
    }
    const few = await convert([inputs[name]], "--vars", name, "--valid-range", "report", "--where", "x < 3");
    expect(few.result.tables[0]?.outside_valid).toEqual({
      [name]: masked[name].slice(0, 3).filter((value) => value === null).length,
    });
    const { result } = await convert([inputs[name]], "--vars", name);
    expect(result.tables[0]).not.toHaveProperty("outside_valid");
  });
});

describe("--format arrow", () => {
  const stream = (...flags: readonly string[]) =>
    graticule(["convert", ...units, "--out", "-", "--format", "arrow", "--quiet", ...flags]);

  it("takes units, types and order as files do", async () => {
    const { code, stdout } = await stream("--units", "ta=degC", "--dtype", "lev=float32", "--sort-by", "ta desc");
    expect(code).toBe(0);
    const table = tableFromIPC(stdout);
    expect([...(table.getChild("ta") ?? [])]).toEqual(
      [300 - 273.15, 20, 250 - 273.15, -30].map((value) => expect.closeTo(value, 4)),
    );
    expect(String(table.schema.fields.find(({ name }) => name === "lev")?.type)).toBe("Float32");
  });

  it.each([
    ["--partition-by", "day"],
    ["--encoding", "ta=PLAIN"],
    ["--bloom", "ta"],
    ["--row-group-size", "10"],
    ["--valid-range", "report"],
  ])("refuses what a stream has not: %s", async (...flags) => {
    const { code, stderr } = await stream(...flags);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/is about files|without a report/) });
  });
});

describe("names that are meant otherwise", () => {
  it("a coordinate is in the output in any case", async () => {
    expect(await refused([units[0] as string], "--vars", "lev")).toMatchObject({
      exit: 2,
      message: expect.stringMatching(/^"lev" is no data column but a coordinate of the table /),
      hint: "coordinates are in the output in any case: --vars names data columns, which `graticule inspect` lists",
    });
  });

  it("names that are not near are not offered", async () => {
    const error = await refused([units[0] as string], "--rename", "foo=bar");
    expect(error).toMatchObject({ exit: 2, message: 'no column is named "foo"', hint: expect.stringMatching(/^there are: /) });
  });

  it.each(["x.pq", "x1.csv", "out.zarr/", "a.NC"])("%s is no destination", async (out) => {
    const { code, stdout } = await run(["convert", units[0] as string, "--out", join(folder, out), "--json"]);
    expect({ code, message: JSON.parse(stdout).error.message }).toEqual({
      code: 2,
      message: expect.stringMatching(/^what is written is Parquet: .* not \.(pq|csv|zarr|NC)$/),
    });
  });
});

describe("explain in the place of convert", () => {
  const flagsOfConvert = ["--out", join(folder, "explained"), "--rename", "ta=t", "--units", "lev=hPa", "--dtype", "ta=float64"];
  const more = ["--with", "source", "--align", "nearest:0.1", "--on-duplicate-time", "first", "--skip-damaged", "--append"];
  const last = ["--part-size", "1MB", "--valid-range", "mask", "--layout", "parts", "--dry-run", "--progress", "json"];

  it("takes all of its flags, and shows the tables that they make", async () => {
    const { code, stdout } = await run(["explain", ...units, ...flagsOfConvert.with(7, "t=float64"), ...more, ...last, "--json"]);
    expect(code).toBe(0);
    const columns = JSON.parse(stdout).logical.roots[0].input.columns as readonly { readonly name: string }[];
    expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(["lev", "t", "source"]));
    expect(existsSync(join(folder, "explained"))).toBe(false);
  });

  it.each([
    ["--out", "x.csv", /^what is written is Parquet/],
    ["--rename", "foo=bar", /^no column is named "foo"/],
    ["--align", "near", /^--align near: write exact/],
  ])("%s %s is refused as by convert", async (flag, value, message) => {
    const { code, stdout } = await run(["explain", ...units, flag, value, "--json"]);
    expect({ code, message: JSON.parse(stdout).error.message }).toEqual({ code: 2, message: expect.stringMatching(message) });
  });
});
