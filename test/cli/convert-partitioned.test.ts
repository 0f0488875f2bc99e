import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import type { ConvertResult } from "../../src/index.js";
import { files, leftoversAt, metadataOf, partsIn, root, run } from "../support/faults.js";
import { type Plain, readWithHyparquet, readWithParquetWasm } from "../unit/parquet-readers.js";

jest.setTimeout(90_000);

const folder = mkdtempSync(join(tmpdir(), "graticule-parted-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const samples = join(root, "sample-data");
/** 12 days of January 2000, 73 latitudes from north to south, 72 longitudes. */
const t2m = join(samples, "one-predicate/t2m.nc");
let made = 0;
type Row = Readonly<Record<string, Plain>>;

async function convert(inputs: readonly string[], ...flags: readonly string[]) {
  const dest = join(folder, String(made++));
  const { code, stdout, stderr } = await run(["convert", ...inputs, "--out", dest, "--json", "--part-size", "2MB", ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return { dest, parts: partsIn(dest), result: JSON.parse(stdout) as ConvertResult };
}

function rowsOf(path: string): Row[] {
  const columns = readWithParquetWasm(path);
  const names = Object.keys(columns);
  return (columns[names[0] as string] ?? []).map((_, i) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[i] ?? null])),
  );
}

/** Rows with the values that stand in the names of the folders, by the name of the level. */
function datasetOf(dest: string): { readonly row: Row; readonly levels: Readonly<Record<string, string>> }[] {
  return partsIn(dest).flatMap((path) => {
    const names = dirname(relative(dest, path)).split("/");
    const levels = Object.fromEntries(names.map((name) => name.split("=").map(decodeURIComponent) as [string, string]));
    return rowsOf(path).map((row) => ({ row, levels }));
  });
}

const key = (row: object): string => JSON.stringify(row, Object.keys(row).sort());

describe("--partition-by", () => {
  const box = ["--bbox", "0,-90,90,90"];
  const whole = convert([t2m], ...box).then(({ parts }) => parts.flatMap(rowsOf));

  it.each([
    ["year,month,day", ({ time }: Row) => date(time).join("/"), 12],
    ["lat_band(30)", ({ lat }: Row) => String(Math.floor(Number(lat) / 30) * 30), 7],
    ["cell(90)", ({ lon, lat }: Row) => [lon, lat].map((value) => Math.floor(Number(value) / 90) * 90).join("_"), 6],
    [
      "band(t2m, 20)",
      ({ t2m: value }: Row) => (value === null ? "__HIVE_DEFAULT_PARTITION__" : String(Math.floor(Number(value) / 20) * 20)),
      null,
    ],
  ] as const)("%s: each row in the folder that is named after it, and nowhere else", async (keys, nameOf, folders) => {
    const { dest, result } = await convert([t2m], ...box, "--partition-by", keys);
    const dataset = datasetOf(dest);
    expect(dataset.map(({ row }) => key(row)).sort()).toEqual((await whole).map(key).sort());
    for (const { row, levels } of dataset) expect(Object.values(levels).join("/")).toBe(nameOf(row));
    const found = new Set(partsIn(dest).map((path) => dirname(path)));
    if (folders !== null) expect(found.size).toBe(folders);
    expect(result.tables[0]?.parts).toBe(partsIn(dest).length);
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("a column by which rows are parted stands in the folders alone", async () => {
    const { dest, parts, result } = await convert([t2m], ...box, "--partition-by", "lat", "--vars", "t2m");
    expect(result.tables[0]?.columns).toEqual(["time", "lon", "t2m"]);
    const rows = datasetOf(dest).map(({ row, levels }) => ({ ...row, lat: Number(levels.lat) }));
    expect(rows.map(key).sort()).toEqual((await whole).map(key).sort());
    // Inside a folder the latitude is the same.
    expect(metadataOf(parts[0] as string).row_groups[0]?.sorting_columns?.map(({ column_idx }) => column_idx)).toEqual([0, 1]);
  });

  it("sorted rows stay sorted in each folder; a predicate and a box leave theirs out", async () => {
    const subset = ["--where", "t2m > 285", "--bbox", "350,-30,90,30"];
    const plain = (await convert([t2m], ...subset)).parts.flatMap(rowsOf);
    const { dest, parts } = await convert([t2m], ...subset, "--partition-by", "month,lat_band(20)", "--sort-by", "t2m desc");
    expect(
      datasetOf(dest)
        .map(({ row }) => key(row))
        .sort(),
    ).toEqual(plain.map(key).sort());
    for (const path of new Set(parts.map((part) => dirname(part)))) {
      const values = parts.filter((part) => dirname(part) === path).flatMap((part) => rowsOf(part).map((row) => Number(row.t2m)));
      expect(values).toEqual([...values].sort((a, b) => b - a));
    }
  });

  it("more folders than files may be open: parts of one folder sort by name", async () => {
    const two = files.slice(0, 2);
    const expected = (await convert(two)).parts.flatMap(rowsOf);
    const { dest, parts } = await convert(two, "--partition-by", "lon,lat_band(90)", "--row-group-size", "2000");
    const names = parts.map((path) => path.slice(path.lastIndexOf("/") + 1));
    expect(new Set(names).has("part-00001-00000_0001.parquet")).toBe(true);
    expect(names.some((name) => name === "part-00001-00000.parquet")).toBe(true);
    const rows = datasetOf(dest).map(({ row, levels }) => ({ ...row, lon: Number(levels.lon) }) as Row);
    expect(rows.map(({ cell }) => cell).sort()).toEqual(expected.map(({ cell }) => cell).sort());
    for (const path of new Set(parts.map((part) => dirname(part))))
      expect(
        isAscending(
          parts.filter((part) => dirname(part) === path).flatMap((part) => rowsOf(part).map(({ time }) => BigInt(time as string))),
        ),
      ).toBe(true);
    expect(leftoversAt(dest).filter((fault) => !fault.includes("_0"))).toEqual([]);
  });

  it("texts, and a calendar that has days of its own", async () => {
    const texts = await convert([join(samples, "convert-text/text.nc")], "--partition-by", "word");
    const expected = (await convert([join(samples, "convert-text/text.nc")])).parts.flatMap(rowsOf);
    expect(
      datasetOf(texts.dest)
        .map(({ levels }) => levels.word)
        .sort(),
    ).toEqual(expected.map(({ word }) => (word === null || word === "" ? "__HIVE_DEFAULT_PARTITION__" : word)).sort());
    const odd = await convert([join(samples, "archive-noleap/a.nc")].filter(Boolean), "--partition-by", "year,month").catch(
      () => null,
    );
    if (odd) for (const path of odd.parts) expect(relative(odd.dest, path)).toMatch(/^year=\d+\/month=\d+\/part-/);
  });

  it("adds to folders of the same kind, and to no others", async () => {
    const [first, second] = [files.slice(0, 2), files.slice(2, 4)];
    const { dest } = await convert(first, "--partition-by", "day");
    const args = (keys: readonly string[]) => ["convert", ...second, "--out", dest, "--json", "--append", ...keys];
    for (const keys of [["--partition-by", "month"], []]) {
      const refused = await run(args(keys));
      expect({ code: refused.code, ...JSON.parse(refused.stdout).error }).toMatchObject({
        code: "conflict",
        message: expect.stringContaining("is parted by day(time)"),
      });
      expect(refused.code).toBe(6);
    }
    expect((await run(args(["--partition-by", "day"]))).code).toBe(0);
    expect(partsIn(dest).map((path) => relative(dest, path).split("/")[0])).toEqual(expect.arrayContaining(["day=1", "day=2"]));
    expect(leftoversAt(dest)).toEqual([]);
  });

  it("is refused by name where it cannot be", async () => {
    for (const [flags, message, hint] of [
      [["--partition-by", "laat"], /--partition-by laat: no table has such a column/, /lat/],
      [
        ["--partition-by", "lat_band(0.001),lon,day"],
        /makes 63072 folders, as lat_band=…\/lon=…\/day=…; at most 10000/,
        /year,month/,
      ],
      [["--partition-by", "month(lat)"], /month\(lat\): it is no time/, undefined],
    ] as const) {
      const ended = await run(["convert", t2m, "--out", join(folder, "never"), "--json", ...flags]);
      const { error } = JSON.parse(ended.stdout);
      expect({ code: ended.code, message: error.message }).toEqual({ code: 2, message: expect.stringMatching(message) });
      if (hint) expect(error.hint).toMatch(hint);
    }
    const single = await run(["convert", t2m, "--out", join(folder, "x.parquet"), "--json", "--partition-by", "month"]);
    expect(JSON.parse(single.stdout).error.message).toBe("one file cannot be parted into folders");
  });

  it("hyparquet reads the same", async () => {
    const { parts } = await convert([t2m], "--partition-by", "lat_band(60)");
    for (const path of parts) expect(await readWithHyparquet(path)).toEqual(readWithParquetWasm(path));
  });
});

/** Of microseconds since 1970. */
function date(time: Plain | undefined): number[] {
  const at = new Date(Number(BigInt(time as string) / 1000n));
  return [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
}

function isAscending(values: readonly bigint[]): boolean {
  return values.every((value, i) => i === 0 || value >= (values[i - 1] as bigint));
}
