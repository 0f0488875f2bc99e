import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { resolveInputs } from "../../src/archive/inputs.js";
import type { ArchiveOptions } from "../../src/archive/open-archive.js";
import { archiveOf, valuesOf } from "./archive-values.js";

const DATA = `${process.env.GRATICULE_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url))}/data`;
const whereItIs = existsSync(DATA) ? describe : describe.skip;

const CMIP = "ESMValGroup__ESMValTool_sample_data/CMIP6/CMIP";

/** Sizes and first and last time: those of `xarray.open_mfdataset(files, combine="by_coords", join="exact")`. */
const UNITED: readonly [string, Record<string, number>, string | number, string | number][] = [
  [`${CMIP}/MIROC/MIROC6/**/ta_Amon_*.nc`, { time: 780, plev: 2, lat: 2, lon: 2 }, "1950-01-16T12:00:00", "2014-12-16T12:00:00"],
  [`${CMIP}/CCCma/CanESM5/**/ta_day_*.nc`, { time: 7300, plev: 2, lat: 2, lon: 2 }, 51465.5, 58764.5],
  ["roocs__mini-esgf-data/**/siconc_SImon_GFDL-ESM4_*.nc", { time: 1980, y: 6, x: 8 }, 15.5, 60209.5],
];

whereItIs("archives as published", () => {
  const open = async (pattern: string, options: ArchiveOptions = {}) =>
    archiveOf(await resolveInputs([`${DATA}/${pattern}`]), options);

  test.each(UNITED)("%s is one table", async (pattern, sizes, first, last) => {
    const archive = await open(pattern);
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(Object.fromEntries(table?.axes.map(({ dim, length }) => [dim, length]) ?? [])).toEqual(sizes);
    const times = await valuesOf(archive, table, "time");
    expect([times[0], times.at(-1)]).toEqual([first, last]);
  });

  test("latitudes that differ in their last bits are one grid within a tolerance", async () => {
    const pattern = "roocs__mini-esgf-data/**/tas_Amon_AWI-ESM-1-1-LR_*.nc";
    expect((await open(pattern)).tables.map(({ name }) => name)).toEqual(["time_lat_lon", "time_lat_lon_2"]);
    expect(
      (await open(pattern, { align: { nearest: 1e-9 } })).tables.map((table) => table.axes.map(({ length }) => length)),
    ).toEqual([[2, 96, 192]]);
  });

  test("models on four grids are four tables, each in its own calendar", async () => {
    const { tables } = await open(`${CMIP}/{AS-RCEC,CCCR-IITM,MIROC,NIMS-KMA}/**/ta_Amon_*.nc`);
    expect(tables.map((table) => [table.name, table.axes[0]?.length, table.columns[0]?.time?.calendar ?? "timestamp"])).toEqual([
      ["time_plev_lat_lon", 1980, "noleap"],
      ["time_plev_lat_lon_2", 780, "julian"],
      ["time_plev_lat_lon_3", 780, "timestamp"],
      ["time_plev_lat_lon_4", 1980, "360_day"],
    ]);
  });

  test("hours that only the reader of a malformed reference can see overlap, and the error says so", async () => {
    await expect(open("SciSpark__SciSpark/resources/paperSize/merg_*.nc")).rejects.toThrow(
      /ch4 stands at time 2006-09-11T00:00:00 in 16 files: .* and 12 more; the hour "1" of the reference "2006-9-11 1" has no minutes/,
    );
  });
});
