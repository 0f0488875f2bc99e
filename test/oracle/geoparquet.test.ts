import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { convert } from "../../src/index.js";
import { temporaryFolder } from "../support/parquet.js";
import { writeClassic } from "../support/write-classic.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const python = process.env.GRATICULE_PYTHON;
const hasPeers =
  python !== undefined && existsSync(python) && spawnSync(python, ["-c", "import geopandas, pyarrow, duckdb"]).status === 0;

const READ = `
import glob, json, sys, warnings
import duckdb, geopandas
warnings.simplefilter("ignore")
parts = sorted(glob.glob(sys.argv[1] + "/*.parquet"))
frame = geopandas.read_parquet(parts[0])
print(json.dumps({
    "crs": frame.crs.to_string(),
    "index": frame.index.names,
    "valid": bool(frame.geometry.is_valid.all()),
    "types": sorted(frame.geometry.geom_type.unique()),
    "bounds": list(frame.total_bounds),
    "area": round(float(frame.geometry.area.sum()), 6),
    "duckdb": duckdb.sql("select typeof(geometry) from '" + parts[0] + "' limit 1").fetchall()[0][0],
}))
`;

describe("GeoParquet", () => {
  const grid = join(folder.path, "grid.nc");
  beforeAll(() => writeClassic(grid, { steps: 1, lats: 19, lons: 36, step: () => new Float32Array(19 * 36) }));
  const name = (what: string): string =>
    `${what}${hasPeers ? "" : " (GRATICULE_PYTHON names no Python with geopandas and DuckDB)"}`;
  const read = async (geo: "points" | "cells") => {
    const out = join(folder.path, geo);
    await convert({ inputs: grid, out, geo });
    const { stdout, stderr } = spawnSync(python as string, ["-c", READ, out], { encoding: "utf8" });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  };

  (hasPeers ? test : test.skip)(name("geopandas and DuckDB read points"), async () => {
    const frame = await read("points");
    expect(frame).toMatchObject({ crs: "OGC:CRS84", index: ["time", "lat", "lon"], valid: true, types: ["Point"] });
    expect(frame.bounds.slice(0, 1)).toEqual([-170]);
    expect(frame.duckdb).toMatch(/GEOMETRY|BLOB/);
  });

  (hasPeers ? test : test.skip)(name("cells cover what they should, once"), async () => {
    const frame = await read("cells");
    expect(frame).toMatchObject({ valid: true, types: ["MultiPolygon", "Polygon"], crs: "OGC:CRS84" });
    // Latitudes 90 to -80.526 in steps of 180/19 degrees: from the pole to half a step below the last.
    expect(frame.area).toBeCloseTo(360 * (180 - 180 / 19 / 2), 3);
    expect(frame.bounds.slice(0, 1).concat(frame.bounds.slice(2))).toEqual([-180, 180, 90]);
  });
});
