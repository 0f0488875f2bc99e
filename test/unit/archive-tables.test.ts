import { describe, expect, test } from "@jest/globals";
import { archiveOf, columnOf, SAMPLES, valuesOf } from "./archive-values.js";

const SHAPES = `${SAMPLES}/archive-shapes/shapes.nc`;

describe("the tables that one file becomes", () => {
  test("one for each set of dimensions, in the order of its first variable", async () => {
    const { tables } = await archiveOf([SHAPES]);
    expect(tables.map((table) => [table.name, table.columns.map(({ field }) => field.name)])).toEqual([
      ["time_lat_lon", ["time", "year", "month", "day", "lat", "lon", "tas", "huss", "Tas"]],
      ["lat_lon", ["lat", "lon", "orog"]],
      ["station", ["station", "station_name", "elevation"]],
      ["time_station", ["time", "year", "month", "day", "station", "station_name", "flag"]],
      ["time", ["time", "time_year", "month", "day", "year"]],
    ]);
    expect(tables.every((table) => table.joined === null && table.segments.length === 1)).toBe(true);
  });

  test("a variable in another order keeps its own, and says how its dimensions lie", async () => {
    const archive = await archiveOf([SHAPES], { vars: ["tas", "huss"] });
    const [table] = archive.tables;
    const pieces = table?.segments[0]?.pieces.filter((piece) => piece !== null);
    expect(pieces?.map((piece) => [piece.variable, piece.axes])).toEqual([
      ["/tas", [0, 1, 2]],
      ["/huss", [2, 1, 0]],
    ]);
    expect(columnOf(table, "huss").axes).toEqual([0, 1, 2]);
    // numpy.arange(100, 112).reshape(3, 2, 2).transpose(2, 1, 0).ravel()
    expect(await valuesOf(archive, table, "huss")).toEqual([100, 104, 108, 102, 106, 110, 101, 105, 109, 103, 107, 111]);
  });

  test("letters make texts where a dimension is theirs alone, else each is a text", async () => {
    const archive = await archiveOf([SHAPES]);
    expect(await valuesOf(archive, archive.tables[2], "station_name")).toEqual(["Oslo", "Bern"]);
    expect(await valuesOf(archive, archive.tables[3], "flag")).toEqual(["A", "B", "C", "D"]);
    expect(await valuesOf(archive, archive.tables[2], "station")).toEqual([0, 1]);
  });

  test("bounds, grid mappings and scalars stand in the footer", async () => {
    const { tables } = await archiveOf([SHAPES]);
    const metadata = tables[0]?.metadata ?? {};
    expect(metadata).toMatchObject({ title: "all kinds", version: "[1,2]", Conventions: "CF-1.12" });
    expect(JSON.parse(metadata.crs ?? "")).toEqual({ grid_mapping_name: "latitude_longitude", semi_major_axis: 6371000 });
    expect(JSON.parse(metadata.height ?? "")).toEqual({ value: 2, units: "m", standard_name: "height" });
    expect(JSON.parse(metadata.time_bnds ?? "")).toEqual({ dims: ["time", "bnds"], shape: [2, 2], values: [-0.5, 0.5, 0.5, 1.5] });
    expect(tables[1]?.metadata.time_bnds).toBeUndefined();
  });

  test("names that engines confuse are warned of, and renamed", async () => {
    const { warnings } = await archiveOf([SHAPES]);
    expect(warnings).toContain(
      "the columns tas, Tas differ only in case: DuckDB and Spark cannot tell them apart; --rename settles it",
    );
    expect(warnings.some((text) => text.startsWith("the column year has the name of a part of the date"))).toBe(true);
    const renamed = await archiveOf([SHAPES], { vars: ["tas", "Tas"], rename: { Tas: "other", "/lat": "latitude" } });
    expect(renamed.tables[0]?.columns.map(({ field }) => field.name)).toEqual([
      "time",
      "year",
      "month",
      "day",
      "latitude",
      "lon",
      "tas",
      "other",
    ]);
    expect(renamed.warnings).toEqual([]);
  });

  test.each([
    [{ vars: ["tass"] }, /no file has a variable "tass"/, /did you mean tas/],
    [{ rename: { huzs: "x" } }, /no column is named "huzs"/, /did you mean huss/],
    [{ rename: { tas: "huss" } }, /two columns the name "huss"/, /--rename/],
    [{ table: "lat_lo" }, /no table "lat_lo"/, /did you mean lat_lon/],
  ])("refuses %j", async (options, message, hint) => {
    await expect(archiveOf([SHAPES], options as never)).rejects.toMatchObject({
      tag: "usage",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test("--table chooses one of several, and names the only one", async () => {
    expect((await archiveOf([SHAPES], { table: "lat_lon" })).tables.map(({ name }) => name)).toEqual(["lat_lon"]);
    expect((await archiveOf([SHAPES], { vars: ["orog"], table: "relief" })).tables.map(({ name }) => name)).toEqual(["relief"]);
  });

  test("variables are named by name or path", async () => {
    for (const name of ["orog", "/orog"]) {
      const { tables } = await archiveOf([SHAPES], { vars: [name] });
      expect(tables.map((table) => table.columns.map(({ field }) => field.name))).toEqual([["lat", "lon", "orog"]]);
    }
  });

  test("a plan of tables is plain JSON", async () => {
    const archive = await archiveOf([SHAPES]);
    expect(JSON.parse(JSON.stringify(archive))).toEqual(archive);
  });

  test("a file of nothing but coordinates gives these; beside data they make no table", async () => {
    const { tables } = await archiveOf([`${SAMPLES}/archive-axes/axes.nc`]);
    expect(tables.map((table) => [table.name, table.columns.map(({ field }) => field.name)])).toEqual([
      ["lat", ["lat"]],
      ["lon", ["lon"]],
    ]);
    expect((await archiveOf([`${SAMPLES}/archive-axes/axes.nc`, SHAPES])).tables.map(({ name }) => name)).not.toContain("lat");
  });
});
