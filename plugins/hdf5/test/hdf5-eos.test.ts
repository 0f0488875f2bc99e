import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { openHdf5 } from "../../../test/support/hdf5-variables.js";
import { parseOdl } from "../src/hdfeos/odl.js";

const sample = join(import.meta.dirname, "../../../sample-data/hdf5-eos.he5");

test("fields of swaths, grids and zonal averages have the dimensions that HDF-EOS names", async () => {
  const file = await openHdf5(sample);
  const dims = Object.fromEntries(file.dataset.variables.map(({ path, dimPaths }) => [path, dimPaths]));
  const swath = "/HDFEOS/SWATHS/O3";
  expect(dims).toMatchObject({
    [`${swath}/Geolocation Fields/Latitude`]: [`${swath}/nTimes`],
    [`${swath}/Geolocation Fields/Pressure`]: [`${swath}/nLevels`],
    [`${swath}/Data Fields/Value (ppm)`]: [`${swath}/nTimes`, `${swath}/nLevels`],
    [`${swath}/Data Fields/Other name`]: [`${swath}/nTimes`, `${swath}/nLevels`],
    [`${swath}/Data Fields/Growing`]: [`${swath}/Unlim`],
    "/HDFEOS/GRIDS/Map/Data Fields/Radiance": ["/HDFEOS/GRIDS/Map/Band", "/HDFEOS/GRIDS/Map/YDim", "/HDFEOS/GRIDS/Map/XDim"],
    "/HDFEOS/ZAS/Mean/Data Fields/T": ["/HDFEOS/ZAS/Mean/lat"],
  });
  expect(file.dataset.dimensions).toContainEqual({ path: `${swath}/Unlim`, name: "Unlim", length: 5, unlimited: true });
  await file.close();
});

test("a name whose length is another counts for nothing", async () => {
  const file = await openHdf5(sample);
  const { dims, shape } = file.variable("/HDFEOS/SWATHS/O3/Data Fields/Longer");
  expect(shape).toEqual([5, 3]);
  expect(dims[0]).toMatch(/^phony_dim_/);
  expect(dims[1]).toBe("nLevels");
  await file.close();
});

test("ODL that is cut, nested without end or no ODL at all gives what there is", () => {
  expect(parseOdl('GROUP=A\n  X=("a, b",\n 3 )\n  GROUP=B\n')).toMatchObject({
    blocks: [{ name: "A", values: new Map([["X", ["a, b", "3"]]]), blocks: [{ name: "B" }] }],
  });
  expect(parseOdl("GROUP=G\n".repeat(1000)).blocks).toHaveLength(1);
  expect(parseOdl("\u0000((((").blocks).toEqual([]);
});
