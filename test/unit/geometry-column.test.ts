import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import { convert } from "../../src/index.js";
import { crsOf } from "../../src/sink/geo/crs.js";
import { readWithHyparquet, temporaryFolder } from "../support/parquet.js";
import { writeClassic } from "../support/write-classic.js";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Latitudes 90, 45, 0, -45; longitudes 0, 90, 180, 270. */
const grid = join(folder.path, "grid.nc");
beforeAll(() => writeClassic(grid, { steps: 3, lats: 4, lons: 4, step: (at) => new Float32Array(16).fill(at) }));

async function geometriesOf(geo: "points" | "cells", more: { readonly bbox?: string; readonly where?: string } = {}) {
  const out = join(folder.path, `${geo}.parquet`);
  await convert({ inputs: grid, out, geo, mode: "overwrite", ...more });
  const { key_value_metadata: pairs = [] } = await parquetMetadataAsync(await asyncBufferFromFile(out));
  const geometry = (await readWithHyparquet(out)).geometry as { type: string; coordinates: unknown }[];
  return {
    geometry,
    metadata: JSON.parse(pairs.find(({ key }) => key === "geo")?.value ?? ""),
  };
}

// hyparquet makes GeoJSON of them.
const POINT = { type: "Point", coordinates: [-90, 45] };
const ring = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

describe("a geometry column", () => {
  test("points: longitudes in [-180, 180], the same for every time", async () => {
    const { geometry, metadata } = await geometriesOf("points");
    expect(geometry).toHaveLength(48);
    expect([geometry[7], geometry[16 + 7], geometry[32 + 7]]).toEqual([POINT, POINT, POINT]);
    expect(metadata).toEqual({
      version: "1.1.0",
      primary_column: "geometry",
      columns: { geometry: { encoding: "WKB", geometry_types: ["Point"], edges: "planar", bbox: [-180, -45, 180, 90] } },
    });
  });

  test("its box is that of the rows", async () => {
    const { geometry, metadata } = await geometriesOf("points", { bbox: "200,0,300,50", where: "value > 1" });
    expect(geometry).toHaveLength(2);
    expect(metadata.columns.geometry.bbox).toEqual([-90, 0, -90, 45]);
  });

  test("cells reach halfway to their neighbours, end at the pole, and are two at the antimeridian", async () => {
    const { geometry, metadata } = await geometriesOf("cells");
    expect(geometry[0]).toEqual({ type: "Polygon", coordinates: [ring(-45, 67.5, 45, 90)] });
    expect(geometry[2]).toEqual({ type: "MultiPolygon", coordinates: [[ring(135, 67.5, 180, 90)], [ring(-180, 67.5, -135, 90)]] });
    expect(metadata.columns.geometry).toMatchObject({
      geometry_types: ["Polygon", "MultiPolygon"],
      orientation: "counterclockwise",
    });
  });

  test("no cells without two neighbours, no geometry in the sky", async () => {
    const out = join(folder.path, "none");
    const one = join(folder.path, "one.nc");
    writeClassic(one, { steps: 1, lats: 1, lons: 4, step: () => new Float32Array(4) });
    await expect(convert({ inputs: one, out, geo: "cells" })).rejects.toMatchObject({ tag: "unsupported", variable: "lat" });
    await expect(convert({ inputs: "sample-data/sky/cube.fits", out, geo: "points" })).rejects.toMatchObject({ tag: "usage" });
  });
});

describe("the coordinate reference system", () => {
  const of = (mapping: object | null, name = "crs") =>
    crsOf({
      ...{ name: "t", axes: [], joined: null, segments: [] },
      columns: [
        { field: { name: "v", type: { kind: "bool" }, nullable: true, metadata: { grid_mapping: name } }, role: "data", axes: [] },
      ],
      metadata: mapping ? { crs: JSON.stringify(mapping) } : {},
    });

  test("of WGS 84, that which GeoParquet takes by default", () => {
    expect(
      of({ grid_mapping_name: "latitude_longitude", semi_major_axis: 6378137, inverse_flattening: 298.257223563 }),
    ).toBeUndefined();
    expect(of({ grid_mapping_name: "latitude_longitude" }, "crs: lat lon")).toBeUndefined();
  });

  test("of another ellipsoid, as PROJJSON; null where it is not known", () => {
    // pyproj.CRS.from_cf({"grid_mapping_name": "latitude_longitude", "earth_radius": 6371229.0}).to_json_dict()
    expect(of({ grid_mapping_name: "latitude_longitude", earth_radius: 6371229 })).toMatchObject({
      type: "GeographicCRS",
      datum: { type: "GeodeticReferenceFrame", ellipsoid: { radius: 6371229 } },
      coordinate_system: { subtype: "ellipsoidal", axis: [{ direction: "east", unit: "degree" }, { direction: "north" }] },
    });
    expect(of(null)).toBeNull();
    expect(of({ grid_mapping_name: "latitude_longitude", longitude_of_prime_meridian: 2.337 })).toBeNull();
  });
});
