import { describe, expect, test } from "@jest/globals";
import { isGraticuleError } from "../../src/errors.js";
import { archiveOf, type Cell, columnOf, expectedOf, SAMPLES, valuesOf } from "./archive-values.js";

const files = (folder: string, ...names: readonly string[]) => names.map((name) => `${SAMPLES}/${folder}/${name}.nc`);
const near = (cells: readonly Cell[], digits = 4) =>
  cells.map((cell) => (typeof cell === "number" ? Number(cell.toFixed(digits)) : cell));
const told = (archive: Awaited<ReturnType<typeof archiveOf>>, table = 0) =>
  archive.tables[table]?.segments.map(({ start, stop, pieces }) => [
    start,
    stop,
    pieces.flatMap((piece) => (piece ? [piece.member] : [])),
  ]);

describe("files whose coordinate tells nothing", () => {
  const counters = files("requests", "counter-2", "counter-0", "counter-1");

  test("are united along the time beside it, which takes its place", async () => {
    const archive = await archiveOf(counters);
    const [table] = archive.tables;
    expect(table).toMatchObject({ name: "time_counter_x", joined: 0 });
    expect(table?.columns.map(({ field, role }) => `${field.name} ${role}`)).toEqual([
      "time_centered coordinate",
      "year calendar",
      "month calendar",
      "day calendar",
      "x index",
      "time_counter auxiliary",
      "tos data",
    ]);
    expect(await valuesOf(archive, table, "time_centered")).toEqual([15, 46, 74]);
    // cftime: num2date([15, 46, 74], "days since 2015-01-01", "noleap").
    expect(await valuesOf(archive, table, "month")).toEqual([1, 2, 3]);
    expect(await valuesOf(archive, table, "day")).toEqual([16, 16, 16]);
    expect(await valuesOf(archive, table, "time_counter")).toEqual([0, 0, 0]);
    expect(await valuesOf(archive, table, "tos")).toEqual([0, 1, 10, 11, 20, 21]);
    expect(archive.warnings).toEqual([]);
  });

  test("stay as they are where one file is alone, or the time beside it is the same", async () => {
    const alone = (await archiveOf(counters.slice(0, 1))).tables[0];
    expect(alone?.columns.map(({ field }) => field.name)).toEqual(["time_counter", "x", "time_centered", "tos"]);
    const [first = ""] = counters;
    const twice = (await archiveOf([first, first])).tables[0];
    expect(twice?.axes.map(({ dim, length }) => [dim, length])).toEqual([
      ["time_counter", 1],
      ["x", 2],
    ]);
    expect(twice?.columns).toEqual(alone?.columns);
  });
});

describe("a file that gives nothing", () => {
  const [a = "", b = ""] = files("archive-overlap", "a", "b");

  test("is told, where the order of the files decides", async () => {
    const twice = [a, a, b];
    expect((await archiveOf(twice, { onDuplicateTime: "last" })).warnings).toEqual([
      `no value is taken of ${a}: other files have all its cells (--on-duplicate-time last)`,
    ]);
    expect((await archiveOf([a, b], { onDuplicateTime: "first" })).warnings).toEqual([]);
  });
});

describe("many files as one, as xarray unites them", () => {
  test("a variable a file and a file a year: columns merged, years in order, each file unpacked its own way", async () => {
    const expected = expectedOf("archive-slices");
    const archive = await archiveOf(files("archive-slices", "tas_2001", "tas_2000", "pr_2000"));
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(table).toMatchObject({ name: "time_lat_lon", joined: 0 });
    expect(table?.axes.map(({ dim, length }) => [dim, length])).toEqual(Object.entries(expected.sizes));
    for (const name of ["time", "lat", "lon"]) expect(await valuesOf(archive, table, name)).toEqual(expected.coordinates[name]);
    for (const name of ["tas", "pr"]) expect(await valuesOf(archive, table, name)).toEqual(expected.data[name]?.values);
    expect(told(archive)).toEqual([
      [0, 2, [1, 2]],
      [2, 3, [1]],
      [3, 6, [0]],
    ]);
    expect(table?.columns.map(({ field }) => field.name)).toEqual(["time", "lat", "lon", "tas", "pr"]);
    expect(columnOf(table, "tas").field).toEqual({
      name: "tas",
      type: { kind: "number", name: "float64" },
      nullable: true,
      metadata: { units: "K", standard_name: "air_temperature" },
    });
    expect(table?.metadata).toEqual({ Conventions: "CF-1.12", source: "made up" });
    expect(archive.warnings).toEqual([]);
  });

  test("an odd calendar from two references: numbers of the first file, and year, month, day", async () => {
    const expected = expectedOf("archive-noleap");
    const archive = await archiveOf(files("archive-noleap", "a", "b"));
    const [table] = archive.tables;
    expect(await valuesOf(archive, table, "time")).toEqual(expected.numbers);
    const parts = expected.parts as Record<string, number[]>;
    for (const name of ["year", "month", "day"]) expect(await valuesOf(archive, table, name)).toEqual(parts[name]);
    expect(await valuesOf(archive, table, "v")).toEqual(expected.data.v?.values);
    expect(table?.columns.map(({ field, role }) => `${field.name} ${role}`)).toEqual([
      "time coordinate",
      "year calendar",
      "month calendar",
      "day calendar",
      "x index",
      "v data",
    ]);
    expect(columnOf(table, "time")).toMatchObject({
      axis: "T",
      time: { units: "hours since 1999-12-01", calendar: "noleap" },
      field: { metadata: { units: "hours since 1999-12-01", calendar: "noleap" } },
    });
  });

  test("interleaved hours, one file counting down, float32 beside float64 coordinates, types promoted", async () => {
    const expected = expectedOf("archive-interleaved");
    const archive = await archiveOf(files("archive-interleaved", "even", "odd"));
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(table).toMatchObject({ name: "lat_time", joined: 1 });
    expect(table?.segments).toHaveLength(6);
    expect(await valuesOf(archive, table, "time")).toEqual(expected.coordinates.time);
    expect(near(await valuesOf(archive, table, "lat"))).toEqual(near(expected.coordinates.lat ?? []));
    expect(await valuesOf(archive, table, "wind")).toEqual(expected.data.wind?.values);
    expect(columnOf(table, "wind").field.type).toEqual({ kind: "number", name: "float32" });
  });

  test("granules are ordered by their scalar time; orbit and positions go along", async () => {
    const expected = expectedOf("archive-granules");
    const archive = await archiveOf(files("archive-granules", "g1", "g2", "g3"), { withSource: true });
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(table).toMatchObject({ name: "line_pixel", joined: 0 });
    expect(table?.axes.map(({ dim, length }) => [dim, length])).toEqual([
      ["time", 3],
      ["line", 2],
      ["pixel", 3],
    ]);
    for (const name of ["time", "orbit", "lat", "lon"])
      expect(await valuesOf(archive, table, name)).toEqual(expected.coordinates[name]);
    expect(await valuesOf(archive, table, "bt")).toEqual(expected.data.bt?.values);
    expect(columnOf(table, "source").perSegment?.map((url) => url.slice(-5))).toEqual(["g2.nc", "g1.nc", "g3.nc"]);
    expect(table?.metadata.instrument).toBe('{"value":5,"long_name":"number of the instrument"}');
  });

  test("one granule alone has its time in the footer, or as a column", async () => {
    const [url] = files("archive-granules", "g1");
    const alone = (await archiveOf([url as string])).tables[0];
    expect(alone).toMatchObject({ name: "line_pixel", joined: null });
    expect(JSON.parse(alone?.metadata.time ?? "")).toMatchObject({ value: 300, units: "seconds since 2010-06-01" });
    const archive = await archiveOf([url as string], { withScalars: true });
    expect(await valuesOf(archive, archive.tables[0], "time")).toEqual(["2010-06-01T00:05:00"]);
    expect(columnOf(archive.tables[0], "time")).toMatchObject({ role: "scalar", axes: [] });
  });

  test("members of an ensemble over the same years: the scalar comes first, then time", async () => {
    const expected = expectedOf("archive-members");
    const archive = await archiveOf(files("archive-members", "r2_2000", "r2_2001", "r1_2000", "r1_2001"));
    const [table] = archive.tables;
    expect(table).toMatchObject({ name: "time_lat", joined: 0 });
    expect(await valuesOf(archive, table, "realization")).toEqual(expected.coordinates.realization);
    expect(await valuesOf(archive, table, "time")).toEqual(expected.coordinates.time);
    expect(await valuesOf(archive, table, "tas")).toEqual(expected.data.tas?.values);
  });

  test("tiles lie beside each other, downwards where each goes down", async () => {
    const expected = expectedOf("archive-tiles");
    const archive = await archiveOf(files("archive-tiles", "middle", "north", "south"));
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(table).toMatchObject({ name: "time_lat_lon", joined: 1 });
    expect(await valuesOf(archive, table, "lat")).toEqual(expected.coordinates.lat);
    expect(await valuesOf(archive, table, "z")).toEqual(expected.data.z?.values);
  });

  test("an overlap is an error that names the files and the first cell, or what the policy says", async () => {
    const expected = expectedOf("archive-overlap");
    const urls = files("archive-overlap", "a", "b");
    const failure = await archiveOf(urls).catch((error: unknown) => error);
    expect(isGraticuleError(failure, "usage")).toBe(true);
    expect((failure as Error).message).toMatch(/^t stands at time 2000-01-02T00:00:00 in 2 files: .*a\.nc, .*b\.nc$/);
    for (const [policy, values] of [
      ["first", expected.data.t?.values],
      ["last", expected.last],
    ] as const) {
      const archive = await archiveOf(urls, { onDuplicateTime: policy });
      expect(await valuesOf(archive, archive.tables[0], "time")).toEqual(expected.coordinates.time);
      expect(await valuesOf(archive, archive.tables[0], "t")).toEqual(values);
    }
  });

  test("units become those of the first file, with a warning, also of coordinates", async () => {
    const expected = expectedOf("archive-units");
    const archive = await archiveOf(files("archive-units", "a", "b"));
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(await valuesOf(archive, table, "lev")).toEqual(expected.coordinates.lev);
    expect(near(await valuesOf(archive, table, "ta"))).toEqual(near(expected.data.ta?.values ?? []));
    expect(archive.warnings.join("\n")).toMatch(/lev is converted from "Pa" to "hPa"[\s\S]*ta is converted from "degC".* to "K"/);
  });

  test("other coordinates make another table, named, with a warning; a tolerance unites what is nearly equal", async () => {
    const urls = files("archive-grids", "a_1", "a_2", "b_1");
    const exact = await archiveOf(urls);
    expect(exact.tables.map((table) => [table.name, table.axes.map((axis) => axis.length)])).toEqual([
      ["time_lat", [1, 2]],
      ["time_lat_2", [1, 2]],
      ["time_lat_3", [1, 3]],
    ]);
    expect(exact.warnings[0]).toMatch(/time_lat_2: other coordinates along lat \(by 2\.0e-12 at most.*a_1\.nc: .*a_2\.nc/);
    const aligned = await archiveOf(urls, { align: { nearest: 1e-9 } });
    expect(aligned.tables.map((table) => [table.name, table.axes.map((axis) => axis.length)])).toEqual([
      ["time_lat", [2, 2]],
      ["time_lat_2", [1, 3]],
    ]);
  });

  test("the same file twice is one overlap; a grid without time that several files repeat is one", async () => {
    const [orography] = files("archive-shapes", "shapes");
    const archive = await archiveOf([orography as string, orography as string], { vars: ["orog"] });
    expect(archive.tables).toHaveLength(1);
    expect(archive.tables[0]).toMatchObject({ joined: null, axes: [{ length: 2 }, { length: 3 }] });
    await expect(archiveOf([orography as string, orography as string], { vars: ["tas"] })).rejects.toThrow(
      /tas stands twice at time 2000-01-01/,
    );
  });

  test("variables of one grid at their own heights are merged; what each file repeats is one", async () => {
    const archive = await archiveOf(files("archive-heights", "tas", "uas"));
    expect(archive.tables.map((table) => [table.name, table.joined, table.columns.map(({ field }) => field.name)])).toEqual([
      ["lat", null, ["lat", "orog"]],
      ["time_lat", null, ["time", "lat", "tas", "uas"]],
    ]);
    expect(await valuesOf(archive, archive.tables[1], "uas")).toEqual([200, 201]);
    expect(JSON.parse(archive.tables[1]?.metadata.height ?? "")).toEqual([
      { value: 2, units: "m", standard_name: "height", variables: ["tas"] },
      { value: 10, units: "m", standard_name: "height", variables: ["uas"] },
    ]);
  });

  test("records without coordinates follow in the order of the files; other variables of the same lie beside them", async () => {
    const expected = expectedOf("archive-records");
    const archive = await archiveOf(files("archive-records", "1", "2", "1_s"));
    const [table, ...others] = archive.tables;
    expect(others).toEqual([]);
    expect(await valuesOf(archive, table, "obs")).toEqual([0, 1, 2, 3, 4]);
    for (const name of ["t", "s"]) expect(await valuesOf(archive, table, name)).toEqual(expected.data[name]?.values);
  });
});
