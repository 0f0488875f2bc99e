import { describe, expect, test } from "@jest/globals";
import { withoutSecrets } from "../../src/errors.js";
import type { Snapshot, StoredColumn } from "../../src/sink/commit/snapshot.js";
import { documents } from "../../src/sink/conventions/documents.js";

const COORDINATES = {
  lon: { name: "lon", type: "float32", role: "coordinate", axis: "X", dims: ["lon"], attributes: { units: "degrees_east" } },
  lat: { name: "lat", type: "float32", role: "coordinate", axis: "Y", dims: ["lat"], attributes: { units: "degrees_north" } },
} satisfies Record<string, StoredColumn>;

function snapshotOf(
  columns: readonly StoredColumn[],
  ranges: Record<string, readonly [number | string, number | string]>,
): Snapshot {
  return {
    ...{ version: 1, number: 1, previous: null, runId: "run" },
    tables: [{ name: "t", path: "", columns, metadata: { title: "a <b>title</b>", license: "CC-BY-4.0 | yes" } }],
    parts: [{ path: "a.parquet", table: "t", rows: 6, bytes: 1, sha256: "", boxes: [], sources: ["x.nc"], ranges }],
    history: [{ snapshot: 1, at: "2026-01-02T03:04:05.000Z", by: "graticule version 0", mode: "create", warnings: [] }],
    sources: [{ url: "https://user:word@host/x.nc?X-Amz-Signature=1&part=2", size: 10, version: "v", format: "netcdf4" }],
  };
}

function itemOf(snapshot: Snapshot) {
  const [item] = documents(snapshot, { dest: "out", single: false }).filter(({ path }) => path === "stac-item.json");
  return JSON.parse(item?.content ?? "") as {
    readonly bbox?: readonly number[];
    readonly geometry: { readonly type: string } | null;
    readonly properties: Record<string, unknown>;
  };
}

const place = (ranges: Record<string, readonly [number, number]>, step?: number) =>
  itemOf(snapshotOf([{ ...COORDINATES.lon, ...(step !== undefined && { step }) }, COORDINATES.lat], { lat: [-10, 20], ...ranges }));

describe("the geometry of a STAC Item", () => {
  test("a box", () => {
    expect(place({ lon: [-20, 30] })).toMatchObject({ bbox: [-20, -10, 30, 20], geometry: { type: "Polygon" } });
  });

  test("longitudes that count to 360 become those of the antimeridian's two sides (RFC 7946, sections 3.1.9 and 5.2)", () => {
    expect(place({ lon: [170, 200] })).toMatchObject({
      bbox: [170, -10, -160, 20],
      geometry: {
        type: "MultiPolygon",
        coordinates: [
          [
            [
              [170, -10],
              [180, -10],
              [180, 20],
              [170, 20],
              [170, -10],
            ],
          ],
          [
            [
              [-180, -10],
              [-160, -10],
              [-160, 20],
              [-180, 20],
              [-180, -10],
            ],
          ],
        ],
      },
    });
    expect(place({ lon: [250, 300] })).toMatchObject({ bbox: [-110, -10, -60, 20] });
  });

  test("a grid that goes all around has no edge", () => {
    expect(place({ lon: [0, 357.5] }, 2.5)).toMatchObject({ bbox: [-180, -10, 180, 20] });
    expect(place({ lon: [0, 350] }, 2.5)).toMatchObject({ bbox: [0, -10, -10, 20] });
  });

  test("the sky is not the Earth", () => {
    const sky = (name: string, axis: "X" | "Y"): StoredColumn => ({
      ...{ name, type: "float64", role: "auxiliary", axis, dims: ["y", "x"] },
      attributes: { units: "degree", long_name: name === "ra" ? "right ascension (ICRS)" : "declination (ICRS)" },
    });
    const item = itemOf(snapshotOf([sky("ra", "X"), sky("dec", "Y")], { ra: [10, 11], dec: [1, 2] }));
    expect(item.geometry).toBeNull();
    expect(item.bbox).toBeUndefined();
  });
});

describe("the time of a STAC Item", () => {
  const time = (type: string, attributes: Record<string, string>): StoredColumn => ({
    ...{ name: "time", type, role: "coordinate", axis: "T", dims: ["time"], attributes },
  });

  test("of a timestamp", () => {
    const { properties } = itemOf(snapshotOf([time("timestamp", {})], { time: ["2000-01-01T00:00:00", "2000-02-29T12:00:00"] }));
    expect(properties).toMatchObject({
      datetime: null,
      start_datetime: "2000-01-01T00:00:00Z",
      end_datetime: "2000-02-29T12:00:00Z",
    });
  });

  test("of a calendar that is not the real one: what day it would be", () => {
    // cftime.num2date(59, "days since 2001-01-01", "360_day") is 2001-02-30.
    const column = time("float64", { units: "days since 2001-01-01", calendar: "360_day" });
    expect(itemOf(snapshotOf([column], { time: [0, 59] })).properties).toMatchObject({
      start_datetime: "2001-01-01T00:00:00Z",
      end_datetime: "2001-02-28T00:00:00Z",
    });
  });

  test("without one, of the run", () => {
    expect(itemOf(snapshotOf([COORDINATES.lat], { lat: [0, 1] })).properties.datetime).toBe("2026-01-02T03:04:05.000Z");
  });
});

describe("README.md and provenance.json", () => {
  const all = documents(snapshotOf(Object.values(COORDINATES), { lon: [0, 1], lat: [2, 3] }), { dest: "out", single: false });
  const contentOf = (path: string) => all.find((one) => one.path === path)?.content ?? "";

  test("texts of the sources are text, not markup", () => {
    expect(contentOf("README.md")).toContain("# a \\<b\\>title\\</b\\>\n");
    expect(contentOf("README.md")).toContain("- license: CC-BY-4.0 | yes\n");
    expect(contentOf("README.md")).toContain("| `lon` | float32 | degrees\\_east |  | 0 | 1 |");
  });

  test("nothing that would let others in", () => {
    for (const { content } of all) expect(content).not.toMatch(/word@|Signature/);
    expect(JSON.parse(contentOf("provenance.json"))).toMatchObject({
      sources: [{ url: "https://host/x.nc?part=2", bytes: 10, version: "v", format: "netcdf4" }],
    });
    expect(withoutSecrets("/data/a?b@c.nc")).toBe("/data/a?b@c.nc");
    expect(withoutSecrets("s3://bucket/key?versionId=3")).toBe("s3://bucket/key?versionId=3");
  });

  test("a table each where there are several", () => {
    const snapshot = snapshotOf([COORDINATES.lon], { lon: [0, 1] });
    const [table] = snapshot.tables;
    if (!table) throw new Error("no table");
    const tables = [
      { ...table, path: "t" },
      { ...table, name: "u", path: "u" },
    ];
    const paths = documents({ ...snapshot, tables }, { dest: "out", single: false }).map(({ path }) => path);
    expect(paths).toEqual(["provenance.json", "README.md", "stac-item-t.json", "stac-item-u.json"]);
  });
});
