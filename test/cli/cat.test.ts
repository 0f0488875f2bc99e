import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { tableFromIPC } from "apache-arrow";
import { documentOf, graticule, root, textOf } from "./run-graticule.js";

jest.setTimeout(60_000);

const weather = join(root, "sample-data/command-line/weather.nc");
const expected = JSON.parse(readFileSync(join(root, "sample-data/command-line/expected.json"), "utf8"));

async function cat(...args: string[]): Promise<string> {
  const finished = await graticule(["cat", weather, ...args]);
  expect({ code: finished.code, stderr: finished.stderr }).toEqual({ code: 0, stderr: "" });
  return textOf(finished);
}

describe("cat", () => {
  it("prints coordinates and decoded values as CSV, missing ones as empty fields, dates in their calendar", async () => {
    expect(await cat("t2m", "--slice", "time=0:2,lat=0,lon=:2")).toBe(
      "time,lat,lon,t2m\n" +
        "2001-01-01T00:00:00,50,0,\n2001-01-01T00:00:00,50,15,251\n" +
        "2001-02-01T00:00:00,50,0,262\n2001-02-01T00:00:00,50,15,263\n",
    );
  });

  it("prints what is stored with --raw", async () => {
    expect(await cat("/t2m", "--raw", "--slice", "time=-1,lat=-1")).toMatch(/30,30,3400\n.*,30,45,-999\n$/);
    expect(await cat("time", "--raw")).toBe("time_index,time\n0,0\n1,31\n2,59.5\n");
  });

  it("nests JSON as the array is nested", async () => {
    expect(JSON.parse(await cat("t2m", "--format", "json", "--slice", "time=0"))).toEqual([expected.t2m_slice]);
    expect(await cat("count", "--format", "json")).toBe("7\n");
    expect(await cat("t2m", "--format", "json", "--slice", "time=0:0")).toBe("[]\n");
    expect(JSON.parse(await cat("flag", "--format", "json"))).toEqual([-1, null, 1]);
  });

  it("wraps the values into one document with --json", async () => {
    const finished = await graticule(["cat", weather, "t2m", "--slice", "time=0", "--json"]);
    expect(documentOf(finished)).toEqual({
      variable: "/t2m",
      dtype: "int16",
      units: "K",
      dims: ["time", "lat", "lon"],
      shape: [1, 3, 4],
      slice: { time: [0, 1], lat: [0, 3], lon: [0, 4] },
      raw: false,
      values: [expected.t2m_slice],
    });
  });

  it("joins characters along their last dimension", async () => {
    expect(await cat("name")).toBe("station,name\n0,Roma\n1,Wien\n");
  });

  it("writes .npy that numpy reads: heading of 64-byte multiples, NaN for missing", async () => {
    const { stdout } = await graticule(["cat", weather, "t2m", "--format", "npy"]);
    expect(stdout.subarray(0, 8).toString("latin1")).toBe("\u0093NUMPY\u0001\u0000");
    const length = stdout.readUInt16LE(8);
    expect((10 + length) % 64).toBe(0);
    const heading = stdout.subarray(10, 10 + length).toString("latin1");
    expect(heading).toMatch(/^\{'descr': '<f8', 'fortran_order': False, 'shape': \(3, 3, 4\), \} *\n$/);
    const values = new Float64Array(Uint8Array.from(stdout.subarray(10 + length)).buffer);
    expect([values.length, values[0], values[1], values[13], values[34]]).toEqual([36, Number.NaN, 251, 263, 284]);
    const raw = await graticule(["cat", weather, "t2m", "--format", "npy", "--raw"]);
    expect(raw.stdout.toString("latin1")).toContain("'descr': '<i2'");
    expect(raw.stdout.readInt16LE(raw.stdout.length - 2)).toBe(-999);
  });

  it("rounds no 64-bit integer that stands beside missing ones into .npy", async () => {
    const file = join(root, "sample-data/archive-int64/wide.nc");
    const even = await graticule(["cat", file, "even", "--format", "npy"]);
    expect([even.code, even.stdout.readDoubleLE(even.stdout.length - 16)]).toEqual([0, 2 ** 60]);
    const odd = await graticule(["cat", file, "odd", "--format", "npy"]);
    expect(odd.code).toBe(4);
    expect(odd.stderr).toContain("9007199254740993 beside missing values has no form in .npy");
    const raw = await graticule(["cat", file, "odd", "--format", "npy", "--raw"]);
    expect([raw.code, raw.stdout.readBigInt64LE(raw.stdout.length - 16)]).toEqual([0, 9007199254740993n]);
    expect(textOf(await graticule(["cat", file, "odd", "--format", "json"]))).toBe('["9007199254740993",null]\n');
  });

  it("prints an array without elements list by list, and says where that would be too many", async () => {
    const few = await graticule([
      "cat",
      join(root, "sample-data/hdf5-sparse.h5"),
      "empty_rows",
      "--format",
      "json",
      "--slice",
      "phony_dim_0=0:3",
    ]);
    expect({ code: few.code, text: textOf(few) }).toEqual({ code: 0, text: "[[],[],[]]\n" });
    const many = await graticule(["cat", join(root, "sample-data/hdf5-sparse.h5"), "empty_rows", "--json"]);
    expect(many.code).toBe(4);
    expect(documentOf(many)).toMatchObject({ shape: [2 ** 31, 0], values: null, error: { code: "unsupported" } });
  });

  it("writes an Arrow stream with the columns of CSV", async () => {
    const { stdout } = await graticule(["cat", weather, "t2m", "--format", "arrow"]);
    const table = tableFromIPC(stdout);
    expect(table.schema.fields.map((field) => `${field.name}: ${field.type}`)).toEqual([
      "time: Float64",
      "lat: Float32",
      "lon: Float32",
      "t2m: Float64",
    ]);
    expect(table.numRows).toBe(36);
    expect(table.getChild("t2m")?.nullCount).toBe(3);
    expect(table.get(35)?.toJSON()).toEqual({ time: 59.5, lat: 30, lon: 45, t2m: null });
    expect(table.schema.fields[0]?.metadata.get("calendar")).toBe("noleap");
  });

  it("names the variables that come nearest", async () => {
    const finished = await graticule(["cat", weather, "tm2", "--json"]);
    expect(finished.code).toBe(2);
    expect(documentOf(finished)).toMatchObject({
      error: { code: "usage", message: 'there is no variable "tm2"', hint: expect.stringContaining("/t2m") },
    });
  });

  it.each([
    ["level=3", "its dimensions are time, lat, lon"],
    ["lat=3", "outside of 0 … 2"],
    ["lat=one", "no slice"],
    ["lat=2:1", "ends before it begins"],
    ["lat=1,lat=2", "twice"],
  ])("refuses --slice %s", async (slice, words) => {
    const finished = await graticule(["cat", weather, "t2m", "--slice", slice]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain(words);
    expect(textOf(finished)).toBe("");
  });

  it("prints float32 with the digits that tell it, the sign of -0, and whole 64-bit integers", async () => {
    const store = mkdtempSync(join(tmpdir(), "graticule-cat-"));
    try {
      const array = (dtype: string, bytes: Uint8Array, length: number): string => {
        const own = join(store, `${dtype.slice(1)}.zarr`);
        mkdirSync(own);
        const filled = { compressor: null, filters: null, fill_value: null, order: "C" };
        writeFileSync(
          join(own, ".zarray"),
          JSON.stringify({ zarr_format: 2, shape: [length], chunks: [length], dtype, ...filled }),
        );
        writeFileSync(join(own, "0"), bytes);
        return own;
      };
      const printed = async (path: string, format: string): Promise<string> => {
        const { variables } = documentOf<{ variables: object }>(await graticule(["inspect", path, "--json"]));
        return textOf(await graticule(["cat", path, Object.keys(variables)[0] as string, "--format", format]));
      };
      // As numpy 2 prints them: np.float32(4.2) and so on.
      const floats = Float32Array.of(4.2, -0, 0.1, 1e-7, 16777216, 3.4028235e38, 1.1754944e-38, 0.33333334);
      const path = array("<f4", new Uint8Array(floats.buffer), floats.length);
      expect(await printed(path, "json")).toBe("[4.2,-0,0.1,1e-7,16777216,3.4028235e+38,1.1754944e-38,0.33333334]\n");
      expect((await printed(path, "csv")).split("\n").slice(1, 4)).toEqual(["0,4.2", "1,-0", "2,0.1"]);
      const doubles = Float64Array.of(4.199999809265137, -0);
      expect(await printed(array("<f8", new Uint8Array(doubles.buffer), 2), "json")).toBe("[4.199999809265137,-0]\n");
    } finally {
      rmSync(store, { recursive: true, force: true });
    }
  });

  it.each([
    ["lat=::2", /; there are no steps$/],
    ["time=2013-01-01", /`graticule convert` chooses by values/],
    ["lat=4.5", /`graticule convert` chooses by values/],
    ["lat=99", /^indices count from 0, .*the last is 2, or -1$/],
  ])("--slice %s: the hint says what is meant instead", async (slice, hint) => {
    const { code, stdout } = await graticule(["cat", weather, "t2m", "--slice", slice, "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(String(stdout)).error).toMatchObject({ code: "usage", hint: expect.stringMatching(hint) });
  });

  it("ends quietly when its reader has left", async () => {
    const finished = await graticule(["cat", join(root, "sample-data/command-line/weather.nc"), "t2m"], { closeAfter: 1 });
    expect({ code: finished.code, stderr: finished.stderr }).toEqual({ code: 0, stderr: "" });
  });
});
