import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { root, run } from "../support/faults.js";

jest.setTimeout(120_000);

const python = process.env.GRATICULE_PYTHON;
const folder = mkdtempSync(join(tmpdir(), "graticule-hive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Read {
  readonly rows: number;
  readonly sum: number;
  readonly [level: string]: unknown;
}

/** 63,072 cells; their sum by netCDF4-python. */
const SUM = 16507391.8;

describe("Hive's folders in pyarrow, DuckDB and Polars", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, readonly string[]>>])[] = [
    ["year,month,day", { year: ["2000"], month: ["1"], day: ["1", "10", "11", "12", "2", "3", "4", "5", "6", "7", "8", "9"] }],
    ["lat_band(45),cell(180)", { lat_band: ["-45", "-90", "0", "45", "90"], cell: ["0_-180", "0_0", "180_-180", "180_0"] }],
  ];
  (python ? test.each(cases) : test.skip.each(cases))("--partition-by %s", async (keys, levels) => {
    const dest = join(folder, keys.replaceAll(/\W+/g, "-"));
    const args = ["--out", dest, "--quiet", "--partition-by", keys, "--part-size", "100MB"];
    expect((await run(["convert", join(root, "sample-data/one-predicate/t2m.nc"), ...args])).code).toBe(0);
    const names = Object.keys(levels);
    const script = join(root, "test/oracle/partition-readers.py");
    const read = JSON.parse(execFileSync(python as string, [script, dest, "t2m", names.join(",")], { encoding: "utf8" })) as Record<
      string,
      Read
    >;
    for (const reader of ["pyarrow", "duckdb", "polars"]) {
      const { rows, sum, ...found } = read[reader] as Read;
      expect({ reader, rows, sum }).toEqual({ reader, rows: 63072, sum: expect.closeTo(SUM, 1) });
      expect({ reader, ...found }).toEqual({ reader, ...levels });
    }
  });
});
