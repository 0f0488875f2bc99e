import { describe, expect, test } from "@jest/globals";
import { interpretDataset } from "../../src/convention/interpret.js";
import { readExpected, toDataset, toVariable } from "./convention-fixture.js";

const meaning = interpretDataset(toDataset(readExpected("cf-roles.nc").map(toVariable)));

/** By CF-1.12, read off the file's attributes by hand. */
const ROLES: Record<string, string> = {
  "/time": "coordinate",
  "/time_climatology": "bounds",
  "/lev": "coordinate",
  "/lev_bnds": "bounds",
  "/ap": "auxiliary",
  "/b": "auxiliary",
  "/ap_bnds": "bounds",
  "/b_bnds": "bounds",
  "/ps": "data",
  "/x": "coordinate",
  "/y": "coordinate",
  "/lat": "auxiliary",
  "/lon": "auxiliary",
  "/lat_vertices": "bounds",
  "/crs": "grid_mapping",
  "/area": "cell_measure",
  "/height": "auxiliary",
  "/tas": "data",
  "/tas_qc": "quality",
  "/ua": "data",
  "/station": "coordinate",
  "/flag": "quality",
  "/g/n": "coordinate",
  "/g/q": "data",
  "/g/wrong": "data",
};

test("roles", () => {
  expect(Object.fromEntries([...meaning.variables].map(([path, of]) => [path, of.role]))).toEqual(ROLES);
});

test("axes", () => {
  const axes = [...meaning.variables].filter(([, of]) => of.axis).map(([path, of]) => [path, of.axis]);
  expect(Object.fromEntries(axes)).toEqual({
    "/time": "T",
    "/lev": "Z",
    "/x": "X",
    "/y": "Y",
    "/lat": "Y",
    "/lon": "X",
    "/height": "Z",
    "/g/n": "Z",
  });
});

describe("what belongs to a variable", () => {
  test("coordinates that it names, two-dimensional degrees, and the terms of its levels", () => {
    expect(meaning.variables.get("/tas")?.coordinates).toEqual(["/lat", "/lon", "/height"]);
    expect(meaning.variables.get("/ua")?.coordinates).toEqual(["/ap", "/b", "/lat", "/lon"]);
    expect(meaning.variables.get("/g/q")?.coordinates).toEqual(["/height"]);
  });

  test("bounds, grid mappings, methods, flags", () => {
    expect(meaning.variables.get("/time")).toMatchObject({ bounds: "/time_climatology", time: { calendar: "noleap" } });
    expect(meaning.variables.get("/tas")).toMatchObject({ gridMapping: "/crs", cellMethods: "time: mean", units: "K" });
    expect(meaning.variables.get("/g/q")?.gridMapping).toBe("/crs");
    expect(meaning.variables.get("/tas_qc")?.flags).toEqual({ meanings: ["good", "bad"], values: [0, 1] });
    expect(meaning.variables.get("/flag")?.flags).toEqual({ meanings: ["a", "b"], masks: [1, 2] });
    expect(meaning.variables.get("/lev")?.positive).toBe("down");
  });
});

test("what leads nowhere, and what is of the wrong type, is told", () => {
  expect(meaning.warnings).toEqual([
    '/g/wrong: bounds names "nothing", which the file does not have',
    '/g/wrong: coordinates names "nowhere", which the file does not have',
    "/g/wrong: scale_factor is no number (string): ignored",
    "/g/wrong: missing_value is no number (string): ignored",
  ]);
});
