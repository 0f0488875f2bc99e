import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readBox } from "../../../src/format/read-box.js";
import { memoryStore } from "./memory-store.js";
import { openStore, refsOf, samples } from "./open-store.js";

const root = "https://example.org/store.zarr";
const group2 = { zarr_format: 2 };
const group3 = { zarr_format: 3, node_type: "group" };
const array2 = {
  zarr_format: 2,
  shape: [4],
  chunks: [2],
  dtype: "<i2",
  compressor: null,
  filters: null,
  order: "C",
  fill_value: -1,
};
const array3 = {
  zarr_format: 3,
  node_type: "array",
  shape: [4],
  data_type: "int16",
  chunk_grid: { name: "regular", configuration: { chunk_shape: [2] } },
  chunk_key_encoding: { name: "default" },
  fill_value: -1,
  codecs: [{ name: "bytes", configuration: { endian: "little" } }],
};
const chunk = new Uint8Array([1, 0, 2, 0]);

function open(objects: Record<string, unknown>, canList: boolean, marker = Object.keys(objects)[0] ?? "") {
  const at = Object.fromEntries(Object.entries(objects).map(([key, value]) => [`${root}/${key}`, value]));
  const store = memoryStore(at, { canList });
  return openStore(`${root}/${marker}`, { store }).then((opened) => ({ ...opened, store }));
}

describe("the bytes of a store", () => {
  /** What `du -b` adds up for the files of it. */
  test.each([
    ["v2-walked.zarr/.zgroup", 876],
    ["v2-consolidated.zarr/.zmetadata", 1951],
  ])("%s are those of all objects in its folder", async (marker, bytes) => {
    const { dataset, context } = await openStore(join(samples, "zarr-contract", marker));
    expect(await dataset.totalBytes?.(context)).toBe(bytes);
  });

  test("on a server are known where opening it has listed them, and not asked for otherwise", async () => {
    const walked = await open({ ".zgroup": "{}", "x/.zarray": array2, "x/0": chunk }, true);
    expect(await walked.dataset.totalBytes?.(walked.context)).toBe(2 + JSON.stringify(array2).length + 4);
    const metadata = { ".zgroup": {}, "x/.zarray": array2 };
    const consolidated = await open({ ".zmetadata": { metadata }, "x/0": chunk }, true);
    expect(await consolidated.dataset.totalBytes?.(consolidated.context)).toBeNull();
  });
});

describe("a store that can be listed", () => {
  test("knows which chunks are there, and how large", async () => {
    const { variable, context, values } = await open({ "zarr.json": group3, "x/zarr.json": array3, "x/c/1": chunk }, true);
    const refs = await refsOf(variable("/x"), [{ start: 0, stop: 4 }], context);
    expect(refs.map((ref) => [ref.kind, ref.kind === "object" && ref.size])).toEqual([
      ["missing", false],
      ["object", 4],
    ]);
    expect(await values("/x")).toEqual([-1, -1, 1, 2]);
  });

  test("may have groups and arrays of the other version in it, which are not its own", async () => {
    const { dataset } = await open({ ".zgroup": group2, "x/.zarray": array2, "y/zarr.json": array3 }, true);
    expect(dataset.variables.map((v) => v.path)).toEqual(["/x"]);
  });

  test("gives the other arrays where one is damaged", async () => {
    const objects = {
      ".zgroup": group2,
      "a/.zarray": "{",
      "b/.zarray": { ...array2, shape: [-4] },
      "c/.zarray": array2,
      "c/.zattrs": "[]",
      "d/.zarray": array2,
    };
    const { dataset, values } = await open(objects, true);
    expect(dataset.variables.map((v) => [v.path, v.error?.code])).toEqual([
      ["/a", "malformed"],
      ["/b", "malformed"],
      ["/c", "malformed"],
      ["/d", undefined],
    ]);
    expect(await values("/d")).toEqual([-1, -1, -1, -1]);
    await expect(values("/a")).rejects.toMatchObject({ tag: "malformed", variable: "/a" });
  });
});

describe("a store that cannot be listed", () => {
  test("is read from its consolidated metadata, and asks for no other", async () => {
    const metadata = { ".zgroup": group2, ".zattrs": { title: "t" }, "g/x/.zarray": array2, "g/x/.zattrs": { units: "K" } };
    const { dataset, values, store } = await open(
      { ".zmetadata": { zarr_consolidated_format: 1, metadata }, "g/x/1": chunk },
      false,
    );
    expect(dataset.groups.map((g) => g.path)).toEqual(["/", "/g"]);
    expect(store.asked).toEqual([]);
    expect(await values("/g/x")).toEqual([-1, -1, 1, 2]);
    expect(store.asked).toEqual([`${root}/g/x/0`, `${root}/g/x/1`]);
  });

  test("is read as the one array that it is", async () => {
    const { values } = await open({ ".zarray": array2, "0": chunk }, false, ".zarray");
    expect(await values("/")).toEqual([1, 2, -1, -1]);
  });

  test.each([
    ["NCZarr's lists", { _NCZARR_GROUP: { dimensions: {}, arrays: ["x"], groups: ["g"] } }, ["/x"]],
    ["OME-Zarr's levels", { multiscales: [{ datasets: [{ path: "x" }, { path: "absent" }] }] }, ["/x"]],
  ])("gives what %s name, and says that there may be more", async (_, attributes, paths) => {
    const { dataset } = await open(
      { ".zgroup": group2, ".zattrs": attributes, "x/.zarray": array2, "hidden/.zarray": array2 },
      false,
    );
    expect(dataset.variables.map((v) => v.path)).toEqual(paths);
    expect(dataset.warnings).toEqual([expect.stringContaining("cannot be listed")]);
  });

  test("gives coordinates that are named as an array's dimensions", async () => {
    const attributes = { ome: { multiscales: [{ datasets: [{ path: "t" }] }] } };
    const named = { ...array3, dimension_names: ["x"] };
    const { dataset } = await open({ "zarr.json": { ...group3, attributes }, "t/zarr.json": named, "x/zarr.json": named }, false);
    expect(dataset.variables.map((v) => v.path)).toEqual(["/t", "/x"]);
  });

  test("is refused where nothing names its arrays", async () => {
    const opened = open({ "zarr.json": group3, "x/zarr.json": array3 }, false);
    await expect(opened).rejects.toMatchObject({ tag: "unsupported", hint: expect.stringContaining("consolidate") });
  });

  test("keeps what a signed address has after it", async () => {
    const store = memoryStore({ [`${root}/.zarray?sig=1`]: array2, [`${root}/0?sig=1`]: chunk }, { canList: false });
    const { values } = await openStore(`${root}/.zarray?sig=1`, { store });
    expect(await values("/")).toEqual([1, 2, -1, -1]);
  });
});

describe("dimensions", () => {
  const at = (shape: number[], names: string[] | undefined) => ({
    ...array3,
    shape,
    chunk_grid: { name: "regular", configuration: { chunk_shape: shape } },
    ...(names && { dimension_names: names }),
  });

  test("are those of the group, or of one above it that has their coordinate", async () => {
    const objects = {
      "zarr.json": group3,
      "lat/zarr.json": at([3], ["lat"]),
      "g/zarr.json": group3,
      "g/t/zarr.json": at([3, 4], ["lat", "lon"]),
      "g/u/zarr.json": at([5], ["lat"]),
    };
    const { variable, dataset } = await open(objects, true);
    expect(variable("/g/t").dimPaths).toEqual(["/lat", "/g/lon"]);
    expect(variable("/g/u").dimPaths).toEqual(["/g/lat"]);
    expect(dataset.dimensions).toContainEqual({ path: "/lat", name: "lat", length: 3, unlimited: false });
  });

  test("of one name and several lengths are several", async () => {
    const { variable, dataset } = await open(
      {
        "zarr.json": group3,
        "a/zarr.json": at([3], undefined),
        "b/zarr.json": at([4], undefined),
        "c/zarr.json": at([3], undefined),
      },
      true,
    );
    expect(["/a", "/b", "/c"].map((path) => [variable(path).dims, variable(path).dimPaths])).toEqual([
      [["dim_0"], ["/dim_0"]],
      [["dim_0"], ["/dim_0_4"]],
      [["dim_0"], ["/dim_0"]],
    ]);
    expect(dataset.dimensions.map((d) => [d.path, d.name, d.length])).toEqual([
      ["/dim_0", "dim_0", 3],
      ["/dim_0_4", "dim_0", 4],
    ]);
  });

  test("of NCZarr are taken from its references", async () => {
    const attributes = { _NCZARR_ARRAY: { dimrefs: ["/time", "/g/x"], storage: "chunked" } };
    const { variable } = await open(
      { ".zgroup": group2, "g/v/.zarray": { ...array2, shape: [2, 4], chunks: [2, 4] }, "g/v/.zattrs": attributes },
      true,
    );
    expect(variable("/g/v")).toMatchObject({ dims: ["time", "x"], dimPaths: ["/time", "/g/x"] });
  });
});

describe("missing values", () => {
  const values = async (objects: Record<string, unknown>) =>
    (await open(objects, true)).variable("/x").attributes.get("_FillValue");

  test.each([
    [
      "version 2 with _ARRAY_DIMENSIONS: its fill value",
      { ".zgroup": group2, "x/.zarray": array2, "x/.zattrs": { _ARRAY_DIMENSIONS: ["x"] } },
      { dtype: "int16", values: [-1] },
    ],
    ["version 2 without: none", { ".zgroup": group2, "x/.zarray": array2 }, undefined],
    ["version 3: none", { "zarr.json": group3, "x/zarr.json": array3 }, undefined],
    [
      "version 3 with xarray's attribute: decoded from Base64",
      { "zarr.json": group3, "x/zarr.json": { ...array3, attributes: { _FillValue: "AAAAAAAA+H8=" } } },
      { dtype: "int16", values: [Number.NaN] },
    ],
    [
      "version 3 with a plain attribute",
      { "zarr.json": group3, "x/zarr.json": { ...array3, attributes: { _FillValue: 7 } } },
      { dtype: "int32", values: [7] },
    ],
  ])("%s", async (_, objects, expected) => {
    expect(await values(objects)).toEqual(expected);
  });
});

test("metadata with bare NaN, whole floats and integers beyond 2⁵³ keep what was written", async () => {
  const attributes = `{"limits": [1.0, 2], "whole": 3.0, "count": 3, "big": 9007199254740993, "nan": NaN, "text": "NaN, Infinity", "low": -Infinity, "nested": {"a": [1]}, "none": null}`;
  const array = `{"zarr_format": 2, "shape": [1], "chunks": [1], "dtype": "<u8", "compressor": null, "filters": null, "order": "C", "fill_value": 18446744073709551615}`;
  const { variable, values } = await open({ ".zgroup": group2, "x/.zarray": array, "x/.zattrs": attributes }, true);
  expect(Object.fromEntries(variable("/x").attributes)).toEqual({
    limits: { dtype: "float64", values: [1, 2] },
    whole: { dtype: "float64", values: [3] },
    count: { dtype: "int32", values: [3] },
    big: { dtype: "int64", values: [9007199254740993n] },
    nan: { dtype: "float64", values: [Number.NaN] },
    text: { dtype: "string", values: ["NaN, Infinity"] },
    low: { dtype: "float64", values: [Number.NEGATIVE_INFINITY] },
    nested: { dtype: "compound", values: [{ a: [1] }] },
    none: { dtype: "string", values: [] },
  });
  expect(await values("/x")).toEqual(["18446744073709551615"]);
});

test("a chunk is read whole and once, an absent one counts as none", async () => {
  const { variable, context } = await open({ "zarr.json": array3, "c/0": chunk }, false);
  await readBox(variable("/"), [{ start: 1, stop: 4 }], context);
  expect(context.counters).toMatchObject({ chunks: 1, chunkBytes: 4 });
});
